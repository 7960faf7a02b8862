"""Challenge 02: prove include_usage.

Run it against a replayed stream:   make play C=2
Have it graded:                     make grade C=2
"""

from common import MODEL, get_client  # get_client() is a client of the openai SDK, ready to use
from openai.types import CompletionUsage


def stream_reply(prompt: str, include_usage: bool) -> tuple[str, CompletionUsage | None]:
    """Stream the reply with the openai SDK, print each piece as it arrives, return the text and the usage.

    With include_usage=True the request asks for usage (stream_options), and the usage that the server sent comes back.
    With include_usage=False the request does not ask for it, and None comes back in its place.
    A server may be asked and never send any: then it is None, too. Either way there is exactly one request.

    Return (text, usage): the full text, and the usage as the SDK's object or as a dict of its fields.
    """
    raise NotImplementedError


if __name__ == "__main__":
    for asked in (True, False):
        text, usage = stream_reply("Count from 1 to 10 slowly.", asked)
        print("\n\nreassembled:", len(text), "chars | usage:", usage)
