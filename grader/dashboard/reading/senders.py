"""Who may send reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.model import Student
from grader.classroom.store.people import senders
from grader.classroom.store.schema import students
from grader.classroom.store.store import Store

SIZE = 100
KINDS = ("token", "key", "repository", "workflow")


@dataclass(frozen=True)
class Listed:
    id: int
    kind: str
    issuer: str
    value: str  # of a token its hash, which nobody is shown
    student: str | None
    name: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None


def some_senders(store: Store, *, kind: str = "", text: str = "", page: int = 1) -> tuple[list[Listed], int]:
    """A page of them, and how many there are: the good ones first, then by student. `text` is a part of the student's
    id or name, or of what they are known by."""
    named = sa.func.coalesce(students.c.name, "").label("name")
    columns = (
        senders.c.id, senders.c.kind, senders.c.issuer, senders.c.value, senders.c.student, named,
        senders.c.made_at, senders.c.made_by, senders.c.ended_at,
    )  # fmt: skip
    select = sa.select(*columns).outerjoin_from(senders, students, students.c.id == senders.c.student)
    if kind:
        select = select.where(senders.c.kind == kind)
    if text:
        known_by = sa.and_(senders.c.kind != "token", senders.c.value.icontains(text, autoescape=True))
        parts = (senders.c.student, students.c.name)
        select = select.where(sa.or_(known_by, *(part.icontains(text, autoescape=True) for part in parts)))
    count = int(store.read(sa.select(sa.func.count()).select_from(select.subquery()))[0][0])
    ended = sa.case((senders.c.ended_at.is_(None), 0), else_=1)
    order = (ended, senders.c.kind, senders.c.student, senders.c.id)
    rows = store.read(select.order_by(*order).limit(SIZE).offset((page - 1) * SIZE))
    return [Listed(**row._mapping) for row in rows], count


def counts(store: Store) -> dict[str, int]:
    """Those that are good, by kind."""
    select = sa.select(senders.c.kind, sa.func.count().label("number")).where(senders.c.ended_at.is_(None))
    found = {row.kind: row.number for row in store.read(select.group_by(senders.c.kind))}
    return {kind: found.get(kind, 0) for kind in KINDS}


def without_token(store: Store) -> list[Student]:
    """The students who have none that is good, by id."""
    has = sa.select(senders.c.student).where(senders.c.kind == "token", senders.c.ended_at.is_(None))
    return _students(store, students.c.id.not_in(has.where(senders.c.student.is_not(None))))


def one_student(store: Store, id: str) -> Student | None:
    return next(iter(_students(store, students.c.id == id)), None)


def _students(store: Store, which: Any) -> list[Student]:
    select = sa.select(students.c.id, students.c.name, students.c.email, students.c.section)
    return [Student(*row) for row in store.read(select.where(which).order_by(students.c.id))]
