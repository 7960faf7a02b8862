"""One student: how they stand, what they tried, and all that was ever graded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from grader.classroom.store.schema import handed, reports, sittings, students
from grader.classroom.store.standing import attempts, standings
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading import made

MOST = 200  # of all gradings, the newest


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    email: str
    section: str
    last_at: datetime | None  # when something of theirs was handed in last; None: nothing was


@dataclass(frozen=True)
class Tried:
    """One submission, and what counts of it."""

    report_id: int
    number: int
    at: datetime
    status: str
    points: float
    max_points: float
    diagnosis: str | None
    provenance: str
    tier: str
    hints: int | None

    @property
    def share(self) -> float:
        return self.points / self.max_points if self.max_points else 0.0


@dataclass(frozen=True)
class Standing:
    """With one challenge. Without a row in the store it is `not-started`."""

    challenge: str
    status: str = "not-started"
    points: float = 0.0
    max_points: float = 0.0
    attempts: int = 0
    diagnosis: str | None = None
    in_a_row: int = 0
    stuck: bool = False
    passed_at: datetime | None = None
    tried: tuple[Tried, ...] = field(default=())


@dataclass(frozen=True)
class Grading:
    """A report, whether it counts or not, and who made it and decided on it."""

    report_id: int
    challenge: str
    sha256: str
    number: int | None  # of the attempt; None: nothing of this submission counts
    counts: bool  # it is what counts of its submission
    graded_at: datetime
    status: str
    points: float
    max_points: float
    kit_version: str
    provenance: str
    tier: str
    sent_by: str
    kind: str  # grade, regrade, receive
    state: str  # open, committed, discarded
    who: str
    decided_by: str | None
    decided_at: datetime | None


def person(store: Store, scope: Scope, id: str) -> Person | None:
    """None where there is no such student, or none for this scope."""
    last = sa.select(sa.func.max(standings.c.last_at)).where(standings.c.student == students.c.id).scalar_subquery()
    rows = store.read(sa.select(students, last.label("last_at")).where(students.c.id == id, scope.holds(students.c.id)))
    return Person(rows[0].id, rows[0].name, rows[0].email, rows[0].section, rows[0].last_at) if rows else None


def standing(store: Store, scope: Scope, id: str, challenges: Sequence[str]) -> list[Standing]:
    """With each of these challenges, in their order."""
    names = ("challenge", "status", "points", "max_points", "attempts", "diagnosis", "in_a_row", "stuck", "passed_at")
    columns = [standings.c[name] for name in names]
    mine = standings.c.student == id, scope.holds(standings.c.student)
    rows = {row.challenge: row for row in store.read(sa.select(*columns).where(*mine))}
    by_challenge = _tried(store, scope, id)
    return [
        Standing(**rows[one]._mapping, tried=tuple(by_challenge.get(one, ()))) if one in rows else Standing(one)
        for one in challenges
    ]


def _tried(store: Store, scope: Scope, id: str) -> dict[str, list[Tried]]:
    names = ("report_id", "number", "at", "status", "points", "max_points", "diagnosis", "provenance", "tier", "hints")
    select = sa.select(attempts.c.challenge, *(attempts.c[name] for name in names))
    mine = attempts.c.student == id, scope.holds(attempts.c.student)
    found: dict[str, list[Tried]] = {}
    for row in store.read(select.where(*mine).order_by(attempts.c.challenge, attempts.c.number)):
        found.setdefault(row.challenge, []).append(Tried(*tuple(row)[1:]))
    return found


def gradings(store: Store, scope: Scope, id: str) -> list[Grading]:
    """All of them, the newest first, up to MOST."""
    select = (
        sa.select(
            reports.c.id, handed.c.challenge, handed.c.sha256, attempts.c.number,
            sa.func.coalesce(attempts.c.report_id == reports.c.id, sa.false()).label("counts"),
            reports.c.graded_at, reports.c.status, reports.c.points, reports.c.max_points,
            reports.c.kit_version, reports.c.provenance, reports.c.tier, reports.c.sent_by,
            sittings.c.kind, sittings.c.state, sittings.c.who, sittings.c.decided_by,
            sittings.c.decided_at,
        )
        .join_from(handed, reports)
        .join(sittings)
        .join(attempts, attempts.c.handed_id == handed.c.id, isouter=True)
        .where(handed.c.student == id, scope.holds(handed.c.student))
        .order_by(reports.c.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return [made(Grading, row) for row in store.read(select)]
