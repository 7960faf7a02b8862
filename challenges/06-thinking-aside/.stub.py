"""Challenge 06: thinking aside.

Run it against a replayed stream:   make play C=6
Have it graded:                     make grade C=6
"""

from common import MODEL, get_client  # use them, or any HTTP client you like


def answer_only(prompt: str) -> tuple[str, str]:
    """Stream the reply, print only the answer as it arrives, and return (answer, reasoning).

    The answer is what the deltas hold as content. Reasoning comes as reasoning_content from some servers, as reasoning
    from others, and not at all from most: then it is "". One chunk may carry reasoning and content.

    Nothing of the reasoning may appear on the screen.
    """
    raise NotImplementedError


if __name__ == "__main__":
    answer, reasoning = answer_only("How many legs do two spiders have? Think first.")
    print(f"\n\nanswer: {len(answer)} characters | thought before: {reasoning!r}")
