"""Challenge 09: cut short.

Run it against a replayed stream:   make play C=9
Have it graded:                     make grade C=9
"""

from common import MODEL, get_client  # use them, or any HTTP client you like


class CutShort(Exception):  # given: leave it as it is
    """The reply is not complete. `text` is what had come of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    """Stream the reply, and return its text only if the model finished on purpose: finish_reason "stop".

    Once "stop" was seen the reply is complete, with or without [DONE], whatever the connection does then.

    In every other case raise CutShort(text_so_far), with the contents that had come whole before the cut:
      - another finish reason (length, content_filter, tool_calls)
      - an error event, or an `error` object inside a chunk, even if the stream goes on to "stop" and [DONE]
      - a connection that is reset or closed, in the middle of an event, too
      - [DONE], or an end, without any finish reason
      - silence for longer than `patience` seconds. Any byte breaks the silence, a comment too: it is not the time that
        the whole reply takes.

    There is exactly one request: nothing is asked for again.
    """
    raise NotImplementedError


if __name__ == "__main__":
    try:
        print(read_reply("Tell me a short story about a lighthouse keeper.", patience=10.0))
    except CutShort as cut:
        print(cut.text)
        print(f"(cut short after {len(cut.text)} characters)")
