"""Challenge 05: feel the latency.

Run it against a replayed stream:   make play C=5
Have it graded:                     make grade C=5
"""

from common import MODEL, get_client  # use them, or any HTTP client you like


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    """Ask once, and measure how long it takes until there is something to read, and until there is no more to come.

    stream=True: ask for a stream, and read all of it. The first time is that of the first chunk with text in its
    content: a chunk that has only a role, or a content that is null or empty, shows a reader nothing. The second time
    is that of the complete reply.
    stream=False: ask for the reply in one go (no "stream": true). Nothing can be read before all has come, so both
    times are the full time.

    Return (first, total), two floats in seconds, both counted from just before the request.
    """
    raise NotImplementedError


if __name__ == "__main__":
    for stream in (False, True):
        first, total = time_reply("Count from 1 to 10 slowly.", stream)
        print(f"stream={stream!s:5}  first text after {first:.2f} s, complete after {total:.2f} s")
