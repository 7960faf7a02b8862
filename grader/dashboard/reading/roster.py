"""What a roster would change in the class, and the rosters that wait to be imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from grader.classroom.model import Problem, Student
from grader.classroom.roster import Roster
from grader.classroom.store.graded import clean
from grader.classroom.store.schema import settings, students
from grader.classroom.store.store import Store

KEPT = timedelta(days=1)  # for which a roster that was looked at can be imported
_FIELDS = ("name", "email", "section")


@dataclass(frozen=True)
class Changed:
    student: Student  # as the roster has it
    fields: tuple[tuple[str, str, str], ...]  # name, old, new


@dataclass(frozen=True)
class New:
    student: Student
    like: str = ""  # somebody's id that differs in capitals alone


@dataclass(frozen=True)
class Preview:
    new: list[New] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[Problem] = field(default_factory=list)
    absent: list[Student] = field(default_factory=list)  # in the class, and not in the roster; they stay

    @property
    def seen(self) -> str:
        """A hash of what an import would do: what somebody has seen."""
        did = [[one.student.id for one in self.new], [[c.student.id, c.fields] for c in self.changed]]
        return hashlib.sha256(json.dumps(did).encode()).hexdigest()


def preview(roster: Roster, known: Iterable[Student]) -> Preview:
    """As `Store.enroll` does it: what the roster leaves empty stays as it was."""
    there = {student.id: student for student in known}
    alike = {id.casefold(): id for id in there}
    made = Preview(wrong=list(roster.problems))
    unchanged, met = 0, set()
    for student in roster.students:
        id = clean(student.id)
        met.add(id)
        old = there.get(id)
        if old is None:
            made.new.append(New(student, alike.get(id.casefold(), "")))
            continue
        fields = tuple(
            (name, getattr(old, name), value)
            for name in _FIELDS
            if (value := clean(getattr(student, name))) and value != getattr(old, name)
        )
        if fields:
            made.changed.append(Changed(student, fields))
        unchanged += not fields
    absent = [student for id, student in there.items() if id not in met]
    return Preview(made.new, made.changed, unchanged, made.wrong, absent)


def sections(store: Store) -> list[tuple[str, int]]:
    """How many students each has; by name."""
    select = sa.select(students.c.section, sa.func.count()).group_by(students.c.section).order_by(students.c.section)
    return [(section, int(count)) for section, count in map(tuple, store.read(select))]


def put_aside(store: Store, text: str, now: datetime) -> str:
    """Keeps a roster until it is imported, by its hash, which is returned. What was kept for long is gone."""
    text = clean(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    row = {"name": _name(sha256), "value": json.dumps({"at": now.isoformat(), "text": text})}

    def put(connection: sa.Connection) -> None:
        kept = connection.execute(
            sa.select(settings).where(settings.c.name.startswith("roster ", autoescape=True))
        ).all()
        old = [r.name for r in kept if now - datetime.fromisoformat(json.loads(r.value)["at"]) > KEPT]
        connection.execute(settings.delete().where(settings.c.name.in_([*old, row["name"]])))
        connection.execute(settings.insert().values(row))

    store.write(put)
    return sha256


def put_by(store: Store, sha256: str) -> str | None:
    """What was kept under this hash."""
    rows = store.read(sa.select(settings.c.value).where(settings.c.name == _name(clean(sha256))))
    return str(json.loads(rows[0].value)["text"]) if rows else None


def forget(store: Store, sha256: str) -> None:
    store.write(lambda connection: connection.execute(settings.delete().where(settings.c.name == _name(sha256))))


def _name(sha256: str) -> str:
    return f"roster {sha256}"
