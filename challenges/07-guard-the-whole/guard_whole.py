"""Challenge 07: guard the whole.

Run it against a replayed stream:   make play C=7
Have it graded:                     make grade C=7
"""

from collections.abc import Callable

from common import MODEL, get_client  # use them, or any HTTP client you like


class Blocked(Exception):  # given: leave it as it is
    """The reply is not allowed to be shown."""


def guarded_reply(prompt: str, allowed: Callable[[str], bool]) -> str:
    """Stream the reply, put it together, and show it only if the whole of it is allowed.

    Ask allowed(full_text) once, about the whole text, when the stream has ended. Nothing of the reply is shown before.

    Allowed: print the text, and return it. Not allowed: raise Blocked, with nothing of the reply on the screen.
    """
    raise NotImplementedError


if __name__ == "__main__":
    for forbidden in ("zebra", "the"):
        try:
            guarded_reply("Count from 1 to 10 slowly.", lambda text, word=forbidden: word not in text)
        except Blocked:
            print(f"(blocked: the reply says {forbidden!r})")
