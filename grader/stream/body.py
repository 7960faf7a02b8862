"""A body as parts: each dispatched event with the exact bytes that carry it, so that it can be rewritten or cut.

`b"".join(part.raw for part in parts(body)) == body`, always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.stream import sse

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_DATA_FIELD = re.compile(rb"data: ?")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a body that ends in a blank line (or at the body's end).

    `data` is the data of the event that it dispatches, None where it dispatches none (comments, lone blank lines,
    an unfinished event).
    """

    raw: bytes
    data: str | None

    def with_data(self, data: str) -> Part:
        """The same framing around other data. Raises ValueError unless exactly one line carries the data."""
        lines = _LINE.findall(self.raw)
        at = [i for i, line in enumerate(lines) if line.partition(b":")[0].rstrip(b"\r\n") == b"data"]
        field = _DATA_FIELD.match(lines[at[0]]) if len(at) == 1 else None
        if self.data is None or field is None or "\n" in data or "\r" in data:
            raise ValueError("only an event with one data line can be given other data, of one line")
        line = lines[at[0]]
        end = line[len(line.rstrip(b"\r\n")) :]
        # Without the optional space a value that begins with one would lose it.
        name = b"data: " if data.startswith(" ") else field[0]
        lines[at[0]] = name + data.encode() + end
        return Part(b"".join(lines), data)


def parts(body: bytes) -> list[Part]:
    """Cuts a body after each blank line."""
    found: list[Part] = []
    lines: list[bytes] = []
    decoder = sse.Decoder()
    for line in _LINE.findall(body):
        lines.append(line)
        blank = not line.strip(b"\r\n")
        events = decoder.feed(line)
        if blank:
            found.append(Part(b"".join(lines), events[0].data if events else None))
            lines = []
    if lines:
        found.append(Part(b"".join(lines), None))
    return found


def join(stretch: Iterable[Part]) -> bytes:
    return b"".join(part.raw for part in stretch)


def event_ends(stretch: Sequence[Part]) -> list[int]:
    """Byte offset after each dispatched event."""
    ends, offset = [], 0
    for part in stretch:
        offset += len(part.raw)
        if part.data is not None:
            ends.append(offset)
    return ends
