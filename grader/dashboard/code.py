"""What was handed in, as lines to be shown: with the finding's marked, and beside the attempt before."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LINES = 1000  # that are shown of a file, or of a comparison
LETTERS = 30_000  # likewise: a page is to stay below 300 kB, whatever has to be escaped in it
LONG = 600  # letters of a line
PAIRS = 200_000  # of equal lines: a comparison looks at each of them, some of them often
AROUND = 3  # lines that stay the same, around each change
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
    counts, others = Counter(old), Counter(new)
    if sum(counts[line] * others[line] for line in counts) > PAIRS:
        return None
    return _shortened(list(_changes(old, new)))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for n, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        if n or group[0][3]:
            yield Line(None, f"from line {group[0][3] + 1}", "gap")
        for tag, a, a_end, b, b_end in group:
            if tag == "equal":
                yield from (Line(i + 1, _cut(new[i])) for i in range(b, b_end))
                continue
            yield from (Line(i + 1, _cut(old[i]), "del") for i in range(a, a_end))
            yield from (Line(i + 1, _cut(new[i]), "add") for i in range(b, b_end))


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
