"""Some lines of a program, around the one that a finding is about."""

from __future__ import annotations

from dataclasses import dataclass

AROUND = 3
MOST = 60
LONGEST = 240  # letters of a line that are shown


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    here: bool  # the finding's own


def excerpt(source: bytes | None, line: int | None, told: str = "", around: int = AROUND) -> list[Line]:
    """The lines; where the program is not at hand, the one that the report told. Empty where it names none."""
    if not line:
        return []
    whole = (source or b"").decode("utf-8-sig", "replace").splitlines()
    if line > len(whole):
        return [Line(line, cut(told), True)] if told else []
    first = max(1, line - around)
    some = whole[first - 1 : line + around]
    return [Line(n, cut(text), n == line) for n, text in enumerate(some, first)]


def beginning(source: bytes | None) -> list[Line]:
    """The first MOST lines, where the report names none."""
    whole = (source or b"").decode("utf-8-sig", "replace").splitlines()
    return [Line(n, cut(text), False) for n, text in enumerate(whole[:MOST], 1)]


def cut(text: str) -> str:
    text = text.expandtabs(4)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
