"""Challenge 04: block or stream.

Run it against a replayed stream:   make play C=4
Have it graded:                     make grade C=4
"""

from typing import Literal

from common import MODEL, get_client  # use them, or any HTTP client you like


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    """Answer the prompt in the way that suits the reader, and return the full text.

    For a "human": stream the reply, and print each piece of text as it arrives.
    For a "program": make one blocking request (no stream), and print nothing.

    Either way there is exactly one request, and the same text comes back.
    """
    raise NotImplementedError


if __name__ == "__main__":
    for reader in ("human", "program"):
        text = ask("Count from 1 to 10 slowly.", reader)
        print(f"\n\nfor a {reader}: {len(text)} characters\n")
