"""One report with all that is around it: whose it is, where it comes from, what was handed in, and before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from grader.classroom.store.schema import handed, its_source, reports, sittings, sources, students
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading import made


@dataclass(frozen=True)
class Shown:
    report_id: int
    student: str
    name: str
    challenge: str
    sha256: str
    file: str  # its name, as it was handed in
    at: datetime | None
    number: int | None  # of the attempt; None: nothing of this submission counts yet
    counting: int | None  # the report that counts of this submission
    graded_at: datetime
    duration_s: float
    policy: str
    seed: int
    kit: str
    provenance: str
    tier: str
    sent_by: str
    hints: int | None
    sitting: int
    kind: str  # grade, regrade, receive
    state: str  # open, committed, discarded
    who: str
    decided_by: str | None
    decided_at: datetime | None
    report: str  # JSON
    source: bytes | None  # None: only the report came of it


@dataclass(frozen=True)
class Neighbour:
    """Another attempt of the same student's at the same challenge."""

    report_id: int
    number: int
    sha256: str
    file: str
    has_bytes: bool  # of its program


def attempt(store: Store, scope: Scope, report_id: int) -> Shown | None:
    """None where there is no such report, or none for this scope. A student sees nothing that is not decided on."""
    decided = sittings.c.state == "committed" if scope.student is not None else sa.true()
    select = (
        sa.select(
            reports.c.id, handed.c.student, students.c.name, handed.c.challenge, handed.c.sha256,
            handed.c.name.label("file"), handed.c.at, attempts.c.number, attempts.c.report_id, reports.c.graded_at,
            reports.c.duration_s, reports.c.policy, reports.c.seed, reports.c.kit, reports.c.provenance,
            reports.c.tier, reports.c.sent_by, attempts.c.hints, sittings.c.id.label("sitting"), sittings.c.kind,
            sittings.c.state, sittings.c.who, sittings.c.decided_by, sittings.c.decided_at, reports.c.report,
            its_source,
        )
        .join_from(reports, handed, handed.c.id == reports.c.handed_id)
        .join(students, students.c.id == handed.c.student)
        .join(sittings, sittings.c.id == reports.c.sitting_id)
        .join(sources, sources.c.sha256 == handed.c.sha256)
        .join(attempts, attempts.c.handed_id == handed.c.id, isouter=True)
        .where(reports.c.id == report_id, decided, scope.holds(handed.c.student))
    )  # fmt: skip
    rows = store.read(select)
    return made(Shown, rows[0]) if rows else None


def neighbours(store: Store, scope: Scope, shown: Shown) -> tuple[Neighbour | None, Neighbour | None]:
    """The attempt before, and the one after."""
    if shown.number is None:
        return None, None
    select = (
        sa.select(attempts.c.report_id, attempts.c.number, handed.c.sha256, handed.c.name, handed.c.has_bytes)
        .join(handed, handed.c.id == attempts.c.handed_id)
        .where(
            attempts.c.student == shown.student,
            attempts.c.challenge == shown.challenge,
            attempts.c.number.in_([shown.number - 1, shown.number + 1]),
            scope.holds(attempts.c.student),
        )
    )
    found = {row.number: made(Neighbour, row) for row in store.read(select)}
    return found.get(shown.number - 1), found.get(shown.number + 1)
