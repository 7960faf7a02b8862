"""Who looks, and what there is for them to see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from grader.classroom.store.schema import students


class Role(StrEnum):
    instructor = "instructor"  # everything
    assistant = "assistant"  # the students of one section
    student = "student"  # their own page


@dataclass(frozen=True)
class Scope:
    """The students that somebody may see: all, those of a section, or one."""

    section: str | None = None
    student: str | None = None

    def holds(self, student: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The condition for a column that holds a student's id. Every question about students has it."""
        if self.student is not None:
            return student == self.student
        if self.section is not None:
            return student.in_(sa.select(students.c.id).where(students.c.section == self.section))
        return sa.true()


@dataclass(frozen=True)
class Viewer:
    role: Role
    name: str  # a login; of a student, the id
    section: str = ""  # an assistant's
    csrf: str = ""  # what a form has to bring along

    @property
    def scope(self) -> Scope:
        if self.role is Role.student:
            return Scope(student=self.name)
        return Scope(section=self.section) if self.role is Role.assistant else Scope()

    @property
    def staff(self) -> bool:
        return self.role is not Role.student
