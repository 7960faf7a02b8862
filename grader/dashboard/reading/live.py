"""Results as they arrive: what was graded or received, not what a regrading tries out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from grader.classroom.store.schema import handed, reports, sittings, students
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading import made


@dataclass(frozen=True)
class Arrived:
    report_id: int
    student: str
    name: str
    challenge: str
    graded_at: datetime
    status: str
    points: float
    max_points: float
    diagnosis: str | None
    provenance: str
    tier: str


def latest(store: Store, scope: Scope, count: int) -> list[Arrived]:
    """The last ones, the newest first."""
    return _arrived(store, scope, sa.true(), count)


def those(store: Store, scope: Scope, ids: Iterable[int], count: int) -> list[Arrived]:
    """Of these reports what this scope may see, the newest first, up to `count`."""
    several = list(ids)
    return _arrived(store, scope, reports.c.id.in_(several), count) if several else []


def after(store: Store, scope: Scope, id: int, count: int) -> list[Arrived]:
    """What came after a report, the newest first; of many the newest `count`."""
    return _arrived(store, scope, reports.c.id > id, count)


def newest(store: Store) -> int:
    """The highest number of a report; 0 where there is none."""
    return int(store.read(sa.select(sa.func.max(reports.c.id)))[0][0] or 0)


def ids_after(store: Store, id: int, count: int) -> list[int]:
    """The first `count` numbers of reports above `id`, in order. Whose they are is asked by `those`."""
    select = sa.select(reports.c.id).where(reports.c.id > id).order_by(reports.c.id).limit(count)
    return [row.id for row in store.read(select)]


def _arrived(store: Store, scope: Scope, which: sa.ColumnElement[bool], count: int) -> list[Arrived]:
    select = (
        sa.select(
            reports.c.id, handed.c.student, students.c.name, handed.c.challenge, reports.c.graded_at, reports.c.status,
            reports.c.points, reports.c.max_points, reports.c.diagnosis, reports.c.provenance, reports.c.tier,
        )
        .join_from(reports, handed, handed.c.id == reports.c.handed_id)
        .join(students, students.c.id == handed.c.student)
        .join(sittings, sittings.c.id == reports.c.sitting_id)
        .where(which, sittings.c.kind != "regrade", scope.holds(handed.c.student))
        .order_by(reports.c.id.desc())
        .limit(count)
    )  # fmt: skip
    return [made(Arrived, row) for row in store.read(select)]
