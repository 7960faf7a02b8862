"""Who is in the class, as far as somebody may see it."""

from __future__ import annotations

import sqlalchemy as sa

from grader.classroom.model import Student
from grader.classroom.store.graded import clean
from grader.classroom.store.schema import students
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope


def enrolled(store: Store, scope: Scope, id: str | None = None) -> list[Student]:
    """All, by id; or the one that has `id`, in a list that is empty where there is none to be seen."""
    select = sa.select(students.c.id, students.c.name, students.c.email, students.c.section)
    select = select.where(scope.holds(students.c.id)).order_by(students.c.id)
    if id is not None:
        select = select.where(students.c.id == clean(id))
    return [Student(*row) for row in store.read(select)]


def sections(store: Store) -> list[str]:
    """That students are in, by name."""
    select = sa.select(students.c.section).where(students.c.section != "").distinct().order_by(students.c.section)
    return [str(row[0]) for row in store.read(select)]
