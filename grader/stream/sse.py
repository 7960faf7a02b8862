"""Server-sent events, bytes to events and back, without I/O.

Source: WHATWG HTML, section 9.2 "Server-sent events" (parsing an event stream; interpreting an event stream).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatched event. `type` is "message" unless an `event:` field said otherwise; `id` is the last id seen."""

    data: str
    type: str = "message"
    id: str = ""


class Decoder:
    """Turns reads, cut anywhere, into events.

    `feed` takes the bytes of one read and returns the events that they completed. An event that is still open when
    the stream ends is dropped, as the standard asks ("if the file ends in the middle of an event, before the final
    empty line, the incomplete event is not dispatched"), so there is no call for the end.
    """

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._at_start = True
        self._after_cr = False
        self._line: list[str] = []  # the parts of the line that is still open
        self._data: list[str] = []
        self._type = ""
        self._id = ""

    def feed(self, read: bytes) -> list[Event]:
        text = self._utf8.decode(read)
        if not text:
            return []
        if self._at_start:
            self._at_start = False
            text = text.removeprefix(_BOM)  # one leading BOM, no more
        if self._after_cr and text:
            self._after_cr = False
            text = text.removeprefix("\n")  # the second half of a CRLF that two reads share
        return [event for line in self._complete_lines(text) if (event := self._take(line)) is not None]

    def _complete_lines(self, text: str) -> list[str]:
        """Lines that `text` completes. A CR ends its line at once: an LF that follows belongs to it."""
        lines = []
        start = 0
        for end in _LINE_END.finditer(text):
            self._line.append(text[start : end.start()])
            lines.append("".join(self._line))
            self._line = []
            start = end.end()
        if start < len(text):
            self._line.append(text[start:])
        self._after_cr = text.endswith("\r")
        return lines

    def _take(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._type = value
        elif field == "id" and "\0" not in value:
            self._id = value
        return None  # `retry`, unknown fields and comments (an empty field name) say nothing about data

    def _dispatch(self) -> Event | None:
        data, type_ = self._data, self._type
        self._data, self._type = [], ""
        if not data:
            return None  # no data line: reset, not dispatched
        return Event("\n".join(data), type_ or "message", self._id)


def decode(body: bytes) -> list[Event]:
    """All events of a whole body."""
    return Decoder().feed(body)


def encode(data: str, *, type: str = "", id: str | None = None, eol: str = "\n", space: bool = True) -> bytes:
    """One event as bytes, ending in its blank line.

    `data` may hold line ends: each of its lines becomes a `data` line, and a decoder joins them with LF.
    Raises ValueError for an `eol` that is none, or a `type` or `id` that would break out of its line.
    """
    if eol not in ("\n", "\r", "\r\n"):
        raise ValueError(f"eol is {eol!r}: expected LF, CR or CRLF")
    for name, value in (("type", type), ("id", id or "")):
        if _LINE_END.search(value) or "\0" in value:
            raise ValueError(f"{name} is {value!r}: a line end or NUL cannot stand in a field")

    def field(name: str, value: str) -> str:
        # Without the optional space a value that begins with one would lose it.
        return f"{name}:{' ' if space or value.startswith(' ') else ''}{value}"

    lines = [field("event", type)] if type else []
    if id is not None:
        lines.append(field("id", id))
    lines += [field("data", line) for line in _LINE_END.split(data)]
    return "".join(line + eol for line in [*lines, ""]).encode()
