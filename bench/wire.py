"""A replayed reply as the writes that make it: what a bare server sends, and what the replay server must send too."""

from __future__ import annotations

from grader.replay.provider import Answer
from grader.stream.script import Send

END = b"0\r\n\r\n"


def writes(answer: Answer) -> list[bytes]:
    """The head, a chunk for each send, the end; holds left out."""
    assert answer.script is not None and answer.status == 200
    headers = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    head = f"HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode("latin-1")
    chunks = [b"%x\r\n%b\r\n" % (len(step.data), step.data) for step in answer.script if isinstance(step, Send)]
    return [head, *chunks, END]


def as_text(data: list[bytes]) -> list[str]:
    """For a line of JSON."""
    return [item.decode("latin-1") for item in data]
