"""Re-cutting: the same bytes in other reads, from a seed. What must stay in one read is left whole."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

CRLF, CHARACTER = "CRLF", "character"
Whole = Literal["CRLF", "character"]  # what may be left whole; a BOM is a character

_CHARACTER = rb"[\xc0-\xff][\x80-\xbf]*"  # or what looks like one
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
FEW = 6  # cuts of a re-cutting at random: up to so many, or as many as there are places
EMPTIES = 3


@dataclass(frozen=True)
class Recut:
    """Reads, and in words how they were cut."""

    reads: tuple[bytes, ...]
    how: str


def whole(body: bytes) -> Recut:
    return Recut(_cut_at(body, []), "in one read")


def by_line(body: bytes) -> Recut:
    return Recut(tuple(line for line in _LINE.findall(body) if line), "a line a read")


def by_event(body: bytes) -> Recut:
    """Each read ends with a blank line, or several."""
    reads, lines = [b""], [line for line in _LINE.findall(body) if line]
    for line, after in itertools.zip_longest(lines, lines[1:], fillvalue=b""):
        reads[-1] += line
        if not line.strip(b"\r\n") and after.strip(b"\r\n") and reads[-1].strip(b"\r\n"):
            reads.append(b"")
    return Recut(tuple(read for read in reads if read), "an event a read")


def byte_by_byte(body: bytes, keep: Collection[Whole] = ()) -> Recut:
    return Recut(tuple(_units(body, keep)), "byte by byte")


def at_random(body: bytes, rng: random.Random, keep: Collection[Whole] = (), most: int = FEW) -> Recut:
    places = list(itertools.accumulate(map(len, _units(body, keep))))[:-1] if keep else range(1, len(body))
    cuts = sorted(rng.sample(places, min(len(places), rng.randint(1, most))))
    return Recut(_cut_at(body, cuts), "cut at random")


def in_two(body: bytes, pattern: bytes, rng: random.Random) -> Recut:
    """Cut inside each match of `pattern`, and nowhere else: `\\r\\n`, or the bytes of a BOM."""
    cuts = [rng.randrange(m.start() + 1, m.end()) for m in re.finditer(pattern, body) if m.end() - m.start() > 1]
    return Recut(_cut_at(body, cuts), "cut in two where it matters")


def with_empty_reads(cut: Recut, rng: random.Random) -> Recut:
    """Some empty reads among the others."""
    reads = list(cut.reads)
    for _ in range(rng.randint(1, EMPTIES)):
        reads.insert(rng.randint(0, len(reads)), b"")
    return Recut(tuple(reads), cut.how + ", with empty reads")


def several(body: bytes, rng: random.Random, keep: Collection[Whole] = (), count: int = 4) -> Iterator[Recut]:
    """Whole, line by line, byte by byte, and `count` times at random: each cutting once."""
    cuts = [whole(body), by_line(body), byte_by_byte(body, keep)]
    cuts += [at_random(body, rng, keep) for _ in range(count)]
    seen: set[tuple[bytes, ...]] = set()
    for cut in cuts:
        if cut.reads not in seen:
            seen.add(cut.reads)
            yield cut


def _cut_at(body: bytes, offsets: list[int]) -> tuple[bytes, ...]:
    return tuple(body[a:b] for a, b in itertools.pairwise([0, *offsets, len(body)]) if a < b)


def _units(body: bytes, keep: Collection[Whole]) -> list[bytes]:
    """The body in its smallest parts: bytes, but what is to be kept whole."""
    kept = [part for name, part in ((CRLF, rb"\r\n"), (CHARACTER, _CHARACTER)) if name in keep]
    return re.findall(b"|".join([*kept, b"."]), body, re.DOTALL)
