"""Cutting: where one network read ends and the next begins. A cut is a list of lengths that add up to the body's."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Sequence

from grader.stream import body
from grader.stream.body import Part

Cut = Callable[[Sequence[Part], random.Random], list[int]]


def lengths(total: int, offsets: Iterable[int]) -> list[int]:
    """Read lengths for cuts at these offsets; offsets outside the body, or given twice, do not count."""
    inside = sorted({0, total, *(o for o in offsets if 0 < o < total)})
    return [b - a for a, b in itertools.pairwise(inside)]


def one_event_a_read(parts: Sequence[Part], rng: random.Random) -> list[int]:
    """Comments and blank lines travel in a read of their own."""
    return [len(part.raw) for part in parts if part.raw]


def several_events_a_read(parts: Sequence[Part], rng: random.Random) -> list[int]:
    """Two or three events a read. The first comes alone, so that what follows is seen to be awaited."""
    ends = body.event_ends(parts)
    offsets, at = [], 0
    while at < len(ends):
        offsets.append(ends[at])
        at += rng.choice((2, 3))
    return lengths(_total(parts), offsets)


def inside_a_line(parts: Sequence[Part], rng: random.Random) -> list[int]:
    """Each event's JSON is cut in two, between two ASCII bytes; event ends are cuts too."""
    offsets = []
    for start, part in _placed(parts):
        offsets.append(start + len(part.raw))
        if part.data:
            begin = part.raw.index(part.data.encode())
            end = begin + len(part.data.encode())
            inner = [i for i in range(begin + 1, end) if part.raw[i - 1] < 0x80 and part.raw[i] < 0x80]
            if inner:
                offsets.append(start + rng.choice(inner))
    return lengths(_total(parts), offsets)


def inside_a_crlf(parts: Sequence[Part], rng: random.Random) -> list[int]:
    """Between each CR and its LF, for most of them."""
    raw = body.join(parts)
    pairs = [i + 1 for i in range(len(raw) - 1) if raw[i : i + 2] == b"\r\n"]
    return lengths(len(raw), [*body.event_ends(parts), *(p for p in pairs if rng.random() < 0.7)])


def inside_a_character(parts: Sequence[Part], rng: random.Random) -> list[int]:
    """In the middle of every character that takes more than one byte; event ends are cuts too."""
    raw = body.join(parts)
    offsets = list(body.event_ends(parts))
    for i, byte in enumerate(raw):
        if byte >= 0xC0:  # a lead byte
            width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            offsets.append(i + rng.randrange(1, width))
    return lengths(len(raw), offsets)


def byte_by_byte(parts: Sequence[Part], rng: random.Random) -> list[int]:
    return [1] * _total(parts)


def at_random(parts: Sequence[Part], rng: random.Random) -> list[int]:
    total = _total(parts)
    return lengths(total, (rng.randrange(1, max(2, total)) for _ in range(rng.randrange(1, 12))))


def as_recorded(recorded: Sequence[Part], reads: Sequence[int]) -> Cut:
    """The recorded boundaries, carried over to a salted body: into the same event, at the same share of it."""
    ends, offset = [], 0
    for length in reads:
        offset += length
        ends.append(offset)

    def cut(parts: Sequence[Part], rng: random.Random) -> list[int]:
        places = list(zip(_placed(recorded), _placed(parts), strict=True))
        offsets = []
        for end in ends:
            for (old_start, old), (new_start, new) in places:
                if old_start < end <= old_start + len(old.raw):
                    share = (end - old_start) / len(old.raw)
                    offsets.append(new_start + round(share * len(new.raw)))
        return lengths(_total(parts), offsets)

    return cut


def _placed(parts: Sequence[Part]) -> list[tuple[int, Part]]:
    placed, start = [], 0
    for part in parts:
        placed.append((start, part))
        start += len(part.raw)
    return placed


def _total(parts: Sequence[Part]) -> int:
    return sum(len(part.raw) for part in parts)
