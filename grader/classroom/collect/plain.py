"""A folder a student: `<student>/<challenge>/<file>.py`, `<student>/challenges/…`, or the files right in it."""

from __future__ import annotations

from collections.abc import Iterable

from grader.classroom.collect.area import Split, Who, grouped
from grader.classroom.collect.entries import Entry


def fits(parts: tuple[str, ...]) -> bool:
    return len(parts) > 1


def split(entries: Iterable[Entry]) -> Split:
    return Split(
        grouped((Who((entry.parts[0],)), entry.parts[0], entry.below(1)) for entry in entries if fits(entry.parts))
    )
