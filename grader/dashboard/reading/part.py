"""Of a class the part that a page is about: what the viewer may see, and what they chose of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from grader.classroom.store.schema import students
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope


@dataclass(frozen=True)
class Part:
    scope: Scope
    challenges: Sequence[str]  # ids: the kit's, in its order, or those that were chosen
    section: str = ""  # empty: all that the scope has

    def holds(self, student: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The condition for a column that holds a student's id."""
        chosen = Scope(section=self.section).holds(student) if self.section else sa.true()
        return sa.and_(self.scope.holds(student), chosen)

    def has(self, student: sa.ColumnElement[str], challenge: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The same, with a column that holds a challenge's id."""
        return sa.and_(challenge.in_(self.challenges), self.holds(student))


def sections(store: Store, scope: Scope) -> list[str]:
    """The names of those that the scope has, in order."""
    name = students.c.section
    select = sa.select(name).where(scope.holds(students.c.id), name != "").distinct().order_by(name)
    return [row[0] for row in store.read(select)]


def size(store: Store, part: Part) -> int:
    """How many students there are."""
    return int(store.read(sa.select(sa.func.count()).select_from(students).where(part.holds(students.c.id)))[0][0])
