"""A class as exports read it, as far as somebody may see it: of each submission what counts."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from grader.classroom.model import Attempt, Student
from grader.classroom.store.schema import handed, reports, students
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading import made


class ScopedRecords:
    """See `grader.classroom.records.Records`."""

    def __init__(self, store: Store, scope: Scope) -> None:
        self._store, self._scope = store, scope

    def students(self) -> list[Student]:
        """Those that are in the scope, by id."""
        select = sa.select(students.c.id, students.c.name, students.c.email, students.c.section)
        mine = select.where(self._scope.holds(students.c.id)).order_by(students.c.id)
        return [made(Student, row) for row in self._store.read(mine)]

    def attempts(self) -> Iterator[Attempt]:
        """Theirs, by student, challenge and number."""
        select = (
            sa.select(
                attempts.c.student, attempts.c.challenge, handed.c.sha256, handed.c.at, reports.c.graded_at,
                attempts.c.points, attempts.c.max_points, attempts.c.status, attempts.c.diagnosis, attempts.c.tier,
                reports.c.kit_version, reports.c.seed, attempts.c.number, attempts.c.provenance,
            )
            .join_from(attempts, handed, handed.c.id == attempts.c.handed_id)
            .join(reports, reports.c.id == attempts.c.report_id)
            .where(self._scope.holds(attempts.c.student))
            .order_by(attempts.c.student, attempts.c.challenge, attempts.c.number)
        )  # fmt: skip
        return (made(Attempt, row) for row in self._store.read(select))

    def source(self, sha256: str) -> bytes | None:
        return self._store.source(sha256)


def elsewhere(store: Store, scope: Scope) -> list[Student]:
    """The students beyond the scope. They are for telling namesakes apart alone, and never shown."""
    select = sa.select(students.c.id, students.c.name, students.c.email, students.c.section)
    return [made(Student, row) for row in store.read(select.where(sa.not_(scope.holds(students.c.id))))]
