"""Works out how students stand: `attempts`, `standings` and `met`, from what was handed in and reported.

What is counted is what `grader.classroom.stats` counts: faults of ours and untouched stubs are no attempts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.stats import STUCK
from grader.classroom.store.counting import COMMITTED, ranked
from grader.classroom.store.locks import lock_students
from grader.classroom.store.schema import handed, reports, settings, students
from grader.classroom.store.sql import AT_ONCE, batches, insert
from grader.classroom.store.standing import attempts, met, standings

Pair = tuple[str, str]  # student, challenge
_FORM = "3"  # of what is worked out; with another one it is all worked out again
_MARK = "derived"


@dataclass(frozen=True)
class Counted:
    """A submission, and what counts of it: a row of `attempts`."""

    handed_id: int
    report_id: int
    student: str
    challenge: str
    number: int
    at: datetime
    day: str
    hour: int
    status: str
    points: float
    max_points: float
    diagnosis: str | None
    provenance: str
    tier: str
    hints: int | None

    @property
    def graded(self) -> bool:
        """Is it an attempt?"""
        return self.status in ("pass", "fail") and self.max_points > 0


def standing_of(several: Sequence[Counted]) -> dict[str, Any]:
    """The row of `standings` that a student's submissions to one challenge make; in order, at least one."""
    graded = [one for one in several if one.graded]
    tried = graded or several[-1:]
    last, best = tried[-1], max(tried, key=_share)
    passed = [one for one in graded if one.status == "pass"]
    row = _in_a_row(graded)
    return {
        "student": last.student,
        "challenge": last.challenge,
        "status": "pass" if passed else last.status,
        "points": best.points,
        "max_points": best.max_points,
        "share": _share(best) if graded else None,
        "attempts": len(graded),
        "diagnosis": last.diagnosis if graded else None,
        "in_a_row": row,
        "stuck": row >= STUCK and not passed,
        "first_at": several[0].at,
        "passed_at": passed[0].at if passed else None,
        "to_pass_s": (passed[0].at - several[0].at).total_seconds() if passed else None,
        "last_at": several[-1].at,
        "hints": max((one.hints for one in several if one.hints is not None), default=None),
        "best_report": best.report_id,
        "last_report": last.report_id,
        "provenance": best.provenance,
        "tier": best.tier,
    }


def met_by(several: Sequence[Counted]) -> list[dict[str, Any]]:
    """The rows of `met` of a student's submissions to one challenge, in order: one for each diagnosis."""
    graded = [one for one in several if one.graded]
    told = [one.diagnosis for one in graded]
    return [
        {
            "student": graded[0].student,
            "challenge": graded[0].challenge,
            "diagnosis": diagnosis,
            "first_at": graded[told.index(diagnosis)].at,
            "last_at": (last := [one for one in graded if one.diagnosis == diagnosis][-1]).at,
            "last_day": last.day,
            "to_clear": _to_clear(told, diagnosis),
            "open": told[-1] == diagnosis,
            "report_id": last.report_id,
        }
        for diagnosis in dict.fromkeys(d for d in told if d)
    ]


def _to_clear(told: Sequence[str | None], diagnosis: str) -> int | None:
    later = enumerate(told[told.index(diagnosis) :])
    return next((n for n, other in later if other != diagnosis), None)


def _in_a_row(graded: Sequence[Counted]) -> int:
    """How many of the last attempts were told what the last one is told."""
    if not graded or graded[-1].diagnosis is None:
        return 0
    same = itertools.takewhile(lambda one: one.diagnosis == graded[-1].diagnosis, reversed(graded))
    return sum(1 for _ in same)


def _share(one: Counted) -> float:
    return one.points / one.max_points if one.max_points > 0 else 0.0


# -- in a transaction --------------------------------------------------------------------------------------------------


def derive(connection: sa.Connection, pairs: Iterable[Pair]) -> None:
    """Works them out for these students and challenges. Whoever writes holds `lock_students` by then."""
    for some in batches(sorted(set(pairs)), AT_ONCE):
        _derive(connection, some)


def _derive(connection: sa.Connection, pairs: Sequence[Pair]) -> None:
    by_pair = [list(several) for _, several in itertools.groupby(_counted(connection, pairs), _pair)]
    rows = [replace(one, number=n) for several in by_pair for n, one in enumerate(several, 1)]
    connection.execute(met.delete().where(sa.tuple_(met.c.student, met.c.challenge).in_(pairs)))
    _put(connection, attempts, [vars(row) for row in rows], changed=("report_id", "number", "at"))
    _put(connection, standings, [standing_of(several) for several in by_pair])
    told = [row for several in by_pair for row in met_by(several)]
    if told:
        connection.execute(met.insert(), told)


def _pair(one: Counted) -> Pair:
    return one.student, one.challenge


def _counted(connection: sa.Connection, pairs: Sequence[Pair]) -> list[Counted]:
    """By student and challenge, within them in the order in which they were handed in."""
    ours = sa.select(handed.c.id).where(sa.tuple_(handed.c.student, handed.c.challenge).in_(pairs))
    newest = ranked(COMMITTED & reports.c.handed_id.in_(ours))
    names = ("graded_at", "status", "points", "max_points", "diagnosis", "provenance", "tier", "hints")
    columns = (newest.c.id.label("report_id"), *(newest.c[name] for name in names))
    select = sa.select(handed.c.id, handed.c.student, handed.c.challenge, handed.c.at, *columns)
    rows = connection.execute(select.join_from(handed, newest).where(newest.c.rank == 1)).all()
    rows = sorted(rows, key=lambda r: (r.student, r.challenge, r.at or r.graded_at, r.graded_at, r.id))
    return [_as_counted(row) for row in rows]


def _as_counted(row: sa.Row[Any]) -> Counted:
    at = (row.at or row.graded_at).astimezone(UTC)
    return Counted(
        row.id, row.report_id, row.student, row.challenge, 0, at, at.date().isoformat(), at.hour, row.status,
        row.points, row.max_points, row.diagnosis, row.provenance, row.tier, row.hints,
    )  # fmt: skip


def _put(
    connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]], *, changed: tuple[str, ...] = ()
) -> None:
    """Inserts, or replaces what has the same key; only where one of `changed` is another, if any are named."""
    if not rows:
        return
    new = insert(connection, table)
    keys = [column.name for column in table.primary_key]
    given = {column.name: new.excluded[column.name] for column in table.c if column.name not in keys}
    others = sa.or_(*(table.c[name] != new.excluded[name] for name in changed)) if changed else None
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=given, where=others), rows)


# -- all of it ---------------------------------------------------------------------------------------------------------


def is_derived() -> sa.Select[Any]:
    """Has a row where everything was worked out, as this kit does it."""
    return sa.select(settings.c.value).where(settings.c.name == _MARK, settings.c.value == _FORM)


def derive_all(connection: sa.Connection) -> None:
    """Works everything out, unless somebody did meanwhile: of a database from before there were these tables."""
    lock_students(connection, connection.scalars(sa.select(students.c.id)).all())
    if connection.execute(is_derived()).first():
        return
    for table in (met, standings, attempts):
        connection.execute(table.delete())
    pairs = connection.execute(sa.select(handed.c.student, handed.c.challenge).distinct()).all()
    derive(connection, [(student, challenge) for student, challenge in pairs])
    mark = insert(connection, settings).values(name=_MARK, value=_FORM)
    connection.execute(mark.on_conflict_do_update(index_elements=["name"], set_={"value": _FORM}))
