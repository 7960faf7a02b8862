"""From reads on which a program fails to fewer: fewest bytes, then fewest cuts, the failure being the same.

Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002), with steps that suit
lines of text. Without I/O: who calls says what fails.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

Reads = tuple[bytes, ...]
Fails = Callable[[list[Reads]], list[bool]]  # does it fail in the same way, for each of several

MOST_ROUNDS = 12
BATCH = 100  # that are tried together
MOST_LINES = 10  # of which every run is tried to be left out; of more, halves and single ones
MOST_CHARACTERS = 300

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
_WORD = re.compile(rb"[A-Za-z0-9]{2,}")
_CHARACTER = re.compile(rb"[\xc0-\xff][\x80-\xbf]*|.", re.DOTALL)


def size(reads: Reads) -> tuple[int, int]:
    return sum(map(len, reads)), len(reads)


def shrink(reads: Reads, fails: Fails, *, rounds: int = MOST_ROUNDS) -> Reads:
    """The smallest that was found. `fails` is called at most `rounds` times, with at most `BATCH` reads each time."""
    left = smaller(reads)
    for _ in range(rounds):
        batch = list(itertools.islice(left, BATCH))
        if not batch:
            break
        better = next((one for one, bad in zip(batch, fails(batch), strict=True) if bad), None)
        if better is not None:
            reads, left = better, smaller(better)
    return reads


def smaller(reads: Reads) -> Iterator[Reads]:
    """What is smaller by one step, the smallest first."""
    found = {*_with_fewer_cuts(reads), *(without(reads, spans) for spans in _spans(b"".join(reads)))}
    yield from sorted((one for one in found if size(one) < size(reads)), key=lambda one: (size(one), one))


def without(reads: Reads, spans: list[tuple[int, int]]) -> Reads:
    """The reads without these stretches of the body, given in order. What a read has lost wholly goes with it."""
    kept, start = [], 0
    for read in reads:
        end = start + len(read)
        rest = read
        for a, b in reversed(spans):
            a, b = max(a, start) - start, min(b, end) - start
            if a < b:
                rest = rest[:a] + rest[b:]
        if rest or not read:
            kept.append(rest)
        start = end
    return tuple(kept)


def _with_fewer_cuts(reads: Reads) -> Iterator[Reads]:
    half = len(reads) // 2
    yield (b"".join(reads),)
    yield (b"".join(reads[:half]), *reads[half:])
    yield (*reads[:half], b"".join(reads[half:]))
    yield tuple(read for read in reads if read)
    for at in range(1, len(reads)):
        yield (*reads[: at - 1], reads[at - 1] + reads[at], *reads[at + 1 :])


def _spans(body: bytes) -> Iterator[list[tuple[int, int]]]:
    lines = [match.span() for match in _LINE.finditer(body)]
    yield from ([(lines[a][0], lines[b - 1][1])] for a, b in _runs(len(lines)))
    words = [(match.start() + 1, match.end()) for match in _WORD.finditer(body) if match[0] != b"data"]
    yield words
    yield from ([word] for word in words)
    yield from ([part] for line in lines for part in _parts(*line))
    characters = [match.span() for match in _CHARACTER.finditer(body)]
    if len(characters) <= MOST_CHARACTERS:
        yield from ([character] for character in characters)


def _parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Halves and quarters."""
    for count in (2, 4):
        places = [start + (end - start) * number // count for number in range(count + 1)]
        yield from ((a, b) for a, b in itertools.pairwise(places) if a < b)


def _runs(count: int) -> Iterator[tuple[int, int]]:
    if count <= MOST_LINES:
        yield from itertools.combinations(range(count + 1), 2)
        return
    half = count // 2
    yield from ((0, half), (half, count), (half // 2, half), (half, half + half // 2))
    yield from ((at, at + 1) for at in range(count))
