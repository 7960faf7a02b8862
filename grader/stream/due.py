"""When an event's data must come out of reads: not before its blank line has begun, and not after that has come in.

Source: WHATWG HTML, 9.2.6: a CR may stand alone or be the first half of CR LF. So where a read ends with the CR of a
blank line, the event may be handed out then, or when the next character, or the end, shows that no LF follows.
"""

from __future__ import annotations

import codecs
import itertools
from dataclasses import dataclass
from functools import lru_cache

from grader.stream.sse import Decoder


@dataclass(frozen=True, slots=True)
class Due:
    """An event's data, and how many reads have been taken, at the earliest and at the latest, when it comes out.

    A `latest` of one more than there are reads: once it is known that there are no more.
    """

    data: str
    earliest: int
    latest: int


@lru_cache(maxsize=4096)
def due(reads: tuple[bytes, ...]) -> tuple[Due, ...]:
    """What must come out of these reads, in order."""
    decoder = Decoder()
    found: list[Due] = []
    unread = b""  # without a line end there is no need to look: nothing is completed
    for number, read in enumerate(reads, 1):
        if b"\n" not in read and b"\r" not in read:
            unread += read
            continue
        body, last = (read[:-1], read[-1:]) if read.endswith(b"\r") else (read, b"")
        found += [Due(event.data, number, number) for event in decoder.feed(unread + body)]
        found += [Due(event.data, number, _next_character(reads, number)) for event in decoder.feed(last)]
        unread = b""
    return tuple(found)


def _next_character(reads: tuple[bytes, ...], after: int) -> int:
    """With how many reads taken the next whole character has come in; one more than there are: with the end."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return next((n for n in range(after + 1, len(reads) + 1) if decoder.decode(reads[n - 1])), len(reads) + 1)


def counts(reads: tuple[bytes, ...]) -> tuple[int, ...]:
    """After each read: how many events must be out before anything more is handed out."""
    found = [0] * (len(reads) + 2)
    for event in due(reads):
        found[event.latest] += 1
    return tuple(itertools.accumulate(found[1:-1]))


def ends(body: bytes) -> list[int]:
    """The offsets right behind the blank lines that end events: behind their CR or LF, before the LF of a CR LF."""
    decoder = Decoder()
    return [at + 1 for at in range(len(body)) if decoder.feed(body[at : at + 1])]
