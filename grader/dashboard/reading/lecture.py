"""The commonest misconceptions of some days, each with an example that names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from pydantic import ValidationError
from pydantic_core import from_json

from grader.classroom.model import Student
from grader.classroom.store.schema import handed, reports, students
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.anonymous import Everybody, Example, Names, example
from grader.dashboard.reading.misconceptions import check_that_tells
from grader.dashboard.reading.part import Part
from grader.report import RunReport

MOST = 3
TRIES = 8  # submissions that are looked at for an example


@dataclass(frozen=True)
class Days:
    """From the beginning of a day to a moment."""

    first: str  # 2026-11-24
    until: datetime

    @classmethod
    def before(cls, until: datetime, days: int) -> Days:
        return cls((until.date() - timedelta(days=days - 1)).isoformat(), until)


@dataclass(frozen=True)
class Slide:
    diagnosis: str
    students: int  # who were told it in these days
    challenge: str  # of the example, or where it was told most often
    example: Example | None


def slides(store: Store, part: Part, days: Days) -> list[Slide]:
    """The commonest first."""
    of = attempts.c
    count = sa.func.count(of.student.distinct()).label("students")
    where = (*_told(part, days), of.diagnosis > "")  # as in `misconceptions.trend`
    select = sa.select(of.diagnosis, count).where(*where).group_by(of.diagnosis)
    rows = store.read(select.order_by(count.desc(), of.diagnosis).limit(MOST))
    everybody = _everybody(tuple(map(tuple, store.read(_WHO)))) if rows else Everybody([])
    return [_slide(store, part, days, row.diagnosis, row.students, everybody) for row in rows]


def _told(part: Part, days: Days) -> tuple[sa.ColumnElement[bool], ...]:
    of = attempts.c
    lately = (of.day >= days.first, of.day <= days.until.date().isoformat(), of.at <= days.until)
    return (*lately, of.status == "fail", of.max_points > 0, part.has(of.student, of.challenge))


_WHO = sa.select(students.c.id, students.c.name, students.c.email).order_by(students.c.id)


@lru_cache(maxsize=1)
def _everybody(rows: tuple[tuple[str, str, str], ...]) -> Everybody:
    """The names are read each time; what is looked for of them is worked out when they are others."""
    return Everybody(Student(*row) for row in rows)


def _slide(store: Store, part: Part, days: Days, diagnosis: str, count: int, everybody: Everybody) -> Slide:
    without = None
    for challenge, found in _examples(store, part, days, diagnosis, everybody):
        if found is not None and found.lines:
            return Slide(diagnosis, count, challenge, found)
        if without is None or (without.example is None and found is not None):
            without = Slide(diagnosis, count, challenge, found)
    return without or Slide(diagnosis, count, "", None)


def _examples(
    store: Store, part: Part, days: Days, diagnosis: str, everybody: Everybody
) -> Iterator[tuple[str, Example | None]]:
    """Each with its challenge. The newest first; those whose program is not here come last."""
    of = attempts.c
    where = (of.diagnosis == diagnosis, *_told(part, days))
    newest = sa.select(of.handed_id).where(*where).order_by(of.at.desc(), of.handed_id).limit(TRIES)
    pick = (
        sa.select(
            of.report_id,
            of.challenge,
            students.c.id,
            students.c.name,
            students.c.email,
            handed.c.sha256,
            handed.c.has_bytes,
        )
        .join(handed, handed.c.id == of.handed_id)
        .join(students, students.c.id == of.student)
        .where(of.handed_id.in_(newest))
        .order_by(~handed.c.has_bytes, of.at.desc(), of.handed_id)
    )
    for row in store.read(pick):
        ((report,),) = store.read(sa.select(reports.c.report).where(reports.c.id == row.report_id))
        source = store.source(row.sha256) if row.has_bytes else None
        names = Names(Student(row.id, row.name, row.email), everybody)
        yield row.challenge, _example(report, diagnosis, source, names)


def _example(report: str, diagnosis: str, source: bytes | None, names: Names) -> Example | None:
    """None, too, where the report is of a newer kit's form."""
    (challenge,) = from_json(report)["challenges"]
    check = check_that_tells(challenge, diagnosis)
    if check is None:
        return None
    last = next((run for run in challenge["runs"] if check.runs and run["id"] == check.runs[-1]), None)
    try:
        run = RunReport.model_validate(last) if last else None
    except ValidationError:
        return None
    return example(run, check, source, names)
