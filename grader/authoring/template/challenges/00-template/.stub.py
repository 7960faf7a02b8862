"""Challenge 00: Template title.

Run it against a replayed stream:   make play C=0
Have it graded:                     make grade C=0
"""

from common import MODEL, get_client  # use them, or any HTTP client you like


def template_function(prompt: str) -> str:
    """Stream the reply, print each piece as it arrives, and return the last word of the whole text.

    A word may be cut in the middle: only the whole text tells where it begins.
    """
    raise NotImplementedError


if __name__ == "__main__":
    print("\n\n", template_function("Tell me about today."))
