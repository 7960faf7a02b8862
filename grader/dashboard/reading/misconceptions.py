"""What the class was told as the first thing that is wrong: by how many, where, and how long it took them."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from pydantic_core import from_json

from grader.classroom.store.schema import handed, its_source, reports, sources, students
from grader.classroom.store.standing import attempts, met, standings
from grader.classroom.store.store import Store
from grader.dashboard.figures import days_between
from grader.dashboard.reading.part import Part
from grader.report import CheckReport

PAGE = 20  # of those who met one; each brings along its report


@dataclass(frozen=True)
class Told:
    """One misconception. As `grader.classroom.stats` counts: pairs are of a student and a challenge."""

    diagnosis: str
    students: int  # who were told it
    open: int  # pairs whose last attempt is told it
    cleared: int  # pairs in which a later attempt was not told it any more
    attempts_to_clear: float | None  # their median
    challenges: list[str]  # where; the commonest first


@dataclass(frozen=True)
class Met:
    """One who was told it, at one challenge; the newest first."""

    student: str
    name: str
    section: str
    challenge: str
    first_at: datetime
    last_at: datetime
    open: bool
    to_clear: int | None  # attempts
    attempts: int  # of theirs at the challenge, in all
    report_id: int  # the last that tells it
    check: CheckReport | None  # of that report, which tells it
    source: bytes | None  # None: only the report is there


def _of(part: Part, since: date | None) -> list[sa.ColumnElement[bool]]:
    lately = [met.c.last_day >= since.isoformat()] if since else []
    return [part.has(met.c.student, met.c.challenge), *lately]


def misconceptions(store: Store, part: Part, since: date | None = None, *, only: str = "") -> list[Told]:
    """The most frequent first; or one of them. `since` leaves those out who were told it for the last time before."""
    where = [*_of(part, since), *([met.c.diagnosis == only] if only else [])]
    pairs = _pairs(store, where)
    made = [_told(diagnosis, count, pairs[diagnosis]) for diagnosis, count in _students(store, where).items()]
    return sorted(made, key=lambda each: (-each.students, each.diagnosis))


@dataclass(frozen=True)
class _Pairs:
    """So many pairs of a student and a challenge that are alike."""

    challenge: str
    open: bool
    to_clear: int | None
    times: int


def _pairs(store: Store, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, list[_Pairs]]:
    """By diagnosis. There are few that are not alike, so these are counted where they are."""
    columns = (met.c.diagnosis, met.c.challenge, met.c.open, met.c.to_clear)
    found: dict[str, list[_Pairs]] = defaultdict(list)
    for row in store.read(sa.select(*columns, sa.func.count().label("times")).where(*where).group_by(*columns)):
        found[row.diagnosis].append(_Pairs(row.challenge, row.open, row.to_clear, row.times))
    return found


def _students(store: Store, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, int]:
    """How many were told it, at any challenge."""
    select = sa.select(met.c.diagnosis, sa.func.count(met.c.student.distinct()).label("students")).where(*where)
    return {row.diagnosis: row.students for row in store.read(select.group_by(met.c.diagnosis))}


def _told(diagnosis: str, count: int, pairs: Sequence[_Pairs]) -> Told:
    places: Counter[str] = Counter()
    cleared: Counter[int] = Counter()
    for pair in pairs:
        places[pair.challenge] += pair.times
        if pair.to_clear is not None:
            cleared[pair.to_clear] += pair.times
    return Told(
        diagnosis=diagnosis,
        students=count,
        open=sum(pair.times for pair in pairs if pair.open),
        cleared=sum(cleared.values()),
        attempts_to_clear=median(cleared) if cleared else None,
        challenges=sorted(places, key=lambda challenge: (-places[challenge], challenge)),
    )


def median(times: Mapping[int, int]) -> float:
    """Of numbers that occur so many times each; there is at least one."""
    total = sum(times.values())
    low = high = 0.0
    seen = 0
    for value in sorted(times):
        if seen < (total + 1) // 2 <= seen + times[value]:
            low = value
        if seen < total // 2 + 1 <= seen + times[value]:
            high = value
        seen += times[value]
    return (low + high) / 2


def trend(store: Store, part: Part, first: date, last: date, diagnosis: str = "") -> dict[str, list[int]]:
    """By misconception: how many attempts were told it, on each of these days."""
    of = attempts.c
    select = (
        sa.select(of.diagnosis, of.day, sa.func.count().label("times"))
        .where(of.day.between(first.isoformat(), last.isoformat()), of.status == "fail", of.max_points > 0)
        .where(of.diagnosis == diagnosis if diagnosis else of.diagnosis > "")  # there is one, and SQLite uses the index
        .where(part.has(of.student, of.challenge))
        .group_by(of.diagnosis, of.day)
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in store.read(select):
        counts[row.diagnosis][row.day] = row.times
    days = [day.isoformat() for day in days_between(first, last)]
    return {diagnosis: [count[day] for day in days] for diagnosis, count in counts.items()}


def met_by(
    store: Store, part: Part, diagnosis: str, *, since: date | None = None, only_open: bool = False, page: int = 1
) -> tuple[list[Met], int]:
    """A page of those who were told it, and how many there are in all."""
    where = [*_of(part, since), met.c.diagnosis == diagnosis, *([met.c.open] if only_open else [])]
    count = int(store.read(sa.select(sa.func.count()).select_from(met).where(*where))[0][0])
    names = ("student", "challenge", "first_at", "last_at", "open", "to_clear", "report_id")
    order = (met.c.last_at.desc(), met.c.student, met.c.challenge)
    few = sa.select(*(met.c[name] for name in names)).where(*where).order_by(*order).limit(PAGE)
    some = few.offset((page - 1) * PAGE).subquery()  # chosen first: whole reports would be slow to sort
    same = (standings.c.student == some.c.student, standings.c.challenge == some.c.challenge)
    select = (
        sa.select(some, students.c.name, students.c.section, standings.c.attempts, reports.c.report, its_source)
        .join(students, students.c.id == some.c.student)
        .join(standings, sa.and_(*same))
        .join(reports, reports.c.id == some.c.report_id)
        .join(handed, handed.c.id == reports.c.handed_id)
        .join(sources, sources.c.sha256 == handed.c.sha256)
        .order_by(some.c.last_at.desc(), some.c.student, some.c.challenge)
    )
    return [_met(row._mapping, diagnosis) for row in store.read(select)], count


def _met(row: sa.RowMapping, diagnosis: str) -> Met:
    values: dict[str, Any] = {str(name): value for name, value in row.items() if name != "report"}
    return Met(**values, check=check_that_tells(from_json(row["report"])["challenges"][0], diagnosis))


def check_that_tells(challenge: dict[str, Any], diagnosis: str) -> CheckReport | None:
    """The first of a report's checks that fails with this diagnosis; None where it is of a newer kit's form, too."""
    for check in challenge["checks"]:
        if check["status"] == "fail" and check["diagnosis"] == diagnosis:
            with contextlib.suppress(ValidationError):
                return CheckReport.model_validate(check)
    return None
