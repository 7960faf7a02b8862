"""What a layout makes of a download: an area for each student, with what is known of who that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from grader.classroom.collect.entries import Entry, Unreadable
from grader.classroom.model import Problem

STAMP = "timestamp.txt"  # nbgrader's; read in any layout


@dataclass(frozen=True)
class Who:
    """`keys` may each be the id in a roster, the most telling first; the first is the id where there is no roster."""

    keys: tuple[str, ...]
    name: str = ""
    email: str = ""


@dataclass
class Area:
    """One student's entries, their paths from where the student's own begin."""

    who: Who
    where: str  # for messages
    entries: list[Entry] = field(default_factory=list)
    at: datetime | None = None  # where the layout says it for all of them


@dataclass(frozen=True)
class Split:
    areas: list[Area]
    problems: list[Problem] = field(default_factory=list)


def grouped(pairs: Iterable[tuple[Who, str, Entry]]) -> list[Area]:
    """An area for each `who`, in the order of their first entries."""
    areas: dict[Who, Area] = {}
    for who, where, entry in pairs:
        areas.setdefault(who, Area(who, where)).entries.append(entry)
    return list(areas.values())


def stamps(entries: Iterable[Entry], problems: list[Problem]) -> dict[tuple[str, ...], datetime]:
    """The times that `timestamp.txt` files tell, by the folder that they stand in: for all that lies below it."""
    return dict(_stamps(entries, problems))


def _stamps(entries: Iterable[Entry], problems: list[Problem]) -> Iterator[tuple[tuple[str, ...], datetime]]:
    for entry in entries:
        if entry.name.lower() == STAMP:
            try:
                yield entry.parts[:-1], parse_time(entry.read(1000).decode("utf-8-sig").strip())
            except (Unreadable, ValueError) as error:
                message = f"{error}. Expected a date with its zone such as 2026-11-25 17:00:00 UTC."
                problems.append(Problem(None, entry.origin, message))


def parse_time(text: str) -> datetime:
    """A date and time with its zone (`…Z`, `… UTC`, `…+01:00`), in UTC. Raises ValueError."""
    plain = text.strip().removesuffix("UTC").strip()
    zoned = f"{plain}+00:00" if plain != text.strip() else plain
    try:
        found = datetime.fromisoformat(zoned.replace(" Z", "Z"))
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:60]!r} is no date") from None
    raise ValueError(f"{text[:60]!r} does not say its time zone")
