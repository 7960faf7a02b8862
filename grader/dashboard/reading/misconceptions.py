"""What the class was told as the first thing that is wrong: by how many, where, and how long it took them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.store.schema import handed, reports, sources, students
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


def misconceptions(store: Store, part: Part, since: date | None = None) -> list[Told]:
    """The most frequent first. `since` leaves those out who were told it for the last time before that day."""
    where = _of(part, since)
    counts = sa.select(
        met.c.diagnosis,
        sa.func.count(met.c.student.distinct()).label("students"),
        sa.func.count().filter(met.c.open).label("open"),
        sa.func.count(met.c.to_clear).label("cleared"),
    )
    rows = store.read(counts.where(*where).group_by(met.c.diagnosis))
    to_clear, places = _to_clear(store, where), _places(store, where)
    made = [
        Told(row.diagnosis, row.students, row.open, row.cleared, to_clear.get(row.diagnosis), places[row.diagnosis])
        for row in rows
    ]
    return sorted(made, key=lambda each: (-each.students, each.diagnosis))


def _to_clear(store: Store, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, float]:
    """The medians. There are few different numbers, so these are counted where they are."""
    several = sa.select(met.c.diagnosis, met.c.to_clear, sa.func.count().label("times"))
    several = several.where(*where, met.c.to_clear.is_not(None)).group_by(met.c.diagnosis, met.c.to_clear)
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for row in store.read(several):
        counts[row.diagnosis][row.to_clear] = row.times
    return {diagnosis: median(times) for diagnosis, times in counts.items()}


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


def _places(store: Store, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, list[str]]:
    count = sa.func.count().label("times")
    select = sa.select(met.c.diagnosis, met.c.challenge, count).where(*where).group_by(met.c.diagnosis, met.c.challenge)
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in store.read(select):
        found[row.diagnosis].append((-row.times, row.challenge))
    return {diagnosis: [challenge for _, challenge in sorted(several)] for diagnosis, several in found.items()}


def trend(store: Store, part: Part, first: date, last: date, diagnosis: str = "") -> dict[str, list[int]]:
    """By misconception: how many students were told it, on each of these days."""
    of = attempts.c
    select = (
        sa.select(of.diagnosis, of.day, sa.func.count(of.student.distinct()).label("students"))
        .where(of.day.between(first.isoformat(), last.isoformat()), of.status == "fail", of.max_points > 0)
        .where(
            of.diagnosis == diagnosis if diagnosis else of.diagnosis.is_not(None), part.has(of.student, of.challenge)
        )
        .group_by(of.diagnosis, of.day)
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in store.read(select):
        counts[row.diagnosis][row.day] = row.students
    days = [day.isoformat() for day in days_between(first, last)]
    return {diagnosis: [count[day] for day in days] for diagnosis, count in counts.items()}


def met_by(
    store: Store, part: Part, diagnosis: str, *, since: date | None = None, only_open: bool = False, page: int = 1
) -> tuple[list[Met], int]:
    """A page of those who were told it, and how many there are in all."""
    where = [*_of(part, since), met.c.diagnosis == diagnosis, *([met.c.open] if only_open else [])]
    count = int(store.read(sa.select(sa.func.count()).select_from(met).where(*where))[0][0])
    of = (standings.c.student == met.c.student, standings.c.challenge == met.c.challenge)
    names = ("student", "challenge", "first_at", "last_at", "open", "to_clear", "report_id")
    select = (
        sa.select(*(met.c[name] for name in names), students.c.name, students.c.section, standings.c.attempts)
        .add_columns(reports.c.report, sources.c.source)
        .join(students, students.c.id == met.c.student)
        .join(standings, sa.and_(*of))
        .join(reports, reports.c.id == met.c.report_id)
        .join(handed, handed.c.id == reports.c.handed_id)
        .join(sources, sources.c.sha256 == handed.c.sha256)
        .where(*where)
        .order_by(met.c.last_at.desc(), met.c.student, met.c.challenge)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [_met(row._mapping, diagnosis) for row in store.read(select)], count


def _met(row: sa.RowMapping, diagnosis: str) -> Met:
    values: dict[str, Any] = {str(name): value for name, value in row.items() if name != "report"}
    return Met(**values, check=check_that_tells(row["report"], diagnosis))


def check_that_tells(report: str, diagnosis: str) -> CheckReport | None:
    """The first of a report's checks that fails with this diagnosis."""
    for challenge in json.loads(report)["challenges"]:
        for check in challenge["checks"]:
            if check["status"] == "fail" and check["diagnosis"] == diagnosis:
                return CheckReport.model_validate(check)
    return None
