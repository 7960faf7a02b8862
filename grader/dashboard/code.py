"""What was handed in, as lines to be shown: with the finding's marked, and beside the attempt before."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LINES = 1000  # that are shown of a file, or of a comparison
LETTERS = 30_000  # likewise: a page is to stay below 300 kB, whatever has to be escaped in it
LONG = 600  # letters of a line
WORK = 2_500_000  # looks at pairs of equal lines, at the most: half a second
AROUND = 3  # lines that stay the same, around each change
Op = tuple[str, int, int, int, int]  # of difflib's: a tag, and where in the one and the other
SIGNS = {"add": "+", "del": "−", "same": " ", "gap": "…"}


@dataclass(frozen=True)
class Line:
    number: int | None  # None: lines are left out here
    text: str
    kind: str = "same"  # same, add, del, gap; here: the finding's

    @property
    def sign(self) -> str:
        return SIGNS.get(self.kind, " ")


def lines(source: bytes) -> list[str]:
    """Of a file that says it is UTF-8, and may not be."""
    return source.decode("utf-8-sig", "replace").splitlines()


def listing(source: bytes, here: int | None) -> list[Line]:
    """The file. What is too long for a page is cut, around line `here` where there is one."""
    whole = lines(source)
    numbered = [Line(n, _cut(text), "here" if n == here else "same") for n, text in enumerate(whole, 1)]
    if here is not None and here > LINES // 2:
        first = here - LINES // 2
        numbered = [Line(None, f"{first} lines", "gap"), *numbered[first:]]
    return _shortened(numbered)


def changes(before: bytes, now: bytes) -> list[Line] | None:
    """What another attempt did to the file, with some lines around; empty where nothing. None: too long to compare."""
    old, new = lines(before), lines(now)
    first, rest = _same(old, new)
    if _work(old[first : len(old) - rest], new[first : len(new) - rest]) > WORK:
        return None
    return _shortened(list(_changes(old, new, first, rest)))


def _same(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines both begin with, and how many of the others both end with."""
    shorter = min(len(old), len(new))
    first = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = next((n for n in range(shorter - first) if old[-1 - n] != new[-1 - n]), shorter - first)
    return first, rest


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    """What a comparison costs where it is as hard as can be: for each run of lines that stay, all are looked at."""
    counts, others = Counter(old), Counter(new)
    pairs = sum(counts[line] * others[line] for line in counts)
    runs = sum(min(counts[line], others[line]) for line in counts)
    return runs * (pairs + len(old))


def _changes(old: Sequence[str], new: Sequence[str], first: int, rest: int) -> Iterator[Line]:
    """`first` and `rest` are what `_same` says of the two."""
    for n, group in enumerate(_groups(old, new, first, rest)):
        if n or group[0][3]:
            yield Line(None, f"from line {group[0][3] + 1}", "gap")
        for tag, a, a_end, b, b_end in group:
            if tag == "equal":
                yield from (Line(i + 1, _cut(new[i])) for i in range(b, b_end))
                continue
            yield from (Line(i + 1, _cut(old[i]), "del") for i in range(a, a_end))
            yield from (Line(i + 1, _cut(new[i]), "add") for i in range(b, b_end))


def _groups(old: Sequence[str], new: Sequence[str], first: int, rest: int) -> Iterator[list[Op]]:
    """As `SequenceMatcher.get_grouped_opcodes`, which looks only at what is between the same beginning and end."""
    before, after = min(first, AROUND), min(rest, AROUND)  # of them, no more than is shown
    skipped = first - before
    some, others = (each[skipped : len(each) - rest + after] for each in (old, new))
    matcher = difflib.SequenceMatcher(None, some, others, autojunk=False)
    for group in matcher.get_grouped_opcodes(AROUND):
        yield [(tag, a + skipped, a_end + skipped, b + skipped, b_end + skipped) for tag, a, a_end, b, b_end in group]


def _cut(text: str) -> str:
    text = text.expandtabs(4)
    return text if len(text) <= LONG else f"{text[:LONG]} … ({len(text) - LONG} letters more)"


def _shortened(several: list[Line]) -> list[Line]:
    kept, letters = [], 0
    for line in several[:LINES]:
        letters += len(line.text)
        if letters > LETTERS:
            break
        kept.append(line)
    rest = len(several) - len(kept)
    return [*kept, Line(None, f"{rest} lines more", "gap")] if rest else kept
