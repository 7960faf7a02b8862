"""How each student stands with each challenge; and the class as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from grader.classroom.store.schema import students
from grader.classroom.store.standing import met, standings
from grader.classroom.store.store import Store
from grader.dashboard.reading.part import Part

PAGE = 100  # students
SORTS = ("name", "active", "total", "stuck")  # or a challenge's id; with a `-` before it, the other way round
STATES = ("pass", "fail", "stuck", "not-started", "error")


@dataclass(frozen=True)
class Question:
    """What is asked for. `state` is the one at `challenge`; without one: all passed, none started, else any."""

    state: str = ""  # one of STATES, or empty
    challenge: str = ""
    misconception: str = ""  # that the last attempt at some challenge is told
    text: str = ""  # in the name, the id or the address
    sort: str = "name"
    page: int = 1


class Cell(NamedTuple):
    """As a tuple: a page has hundreds of them."""

    state: str  # one of STATES
    points: float
    max_points: float
    attempts: int
    provenance: str


@dataclass(frozen=True)
class Row:
    student: str
    name: str
    section: str
    active: datetime | None  # when something was handed in last
    total: float  # the sum of the best attempts' points
    stuck: int  # at how many challenges
    cells: dict[str, Cell]  # by challenge; what nothing was handed in for is not in it


@dataclass(frozen=True)
class Matrix:
    rows: list[Row]
    count: int  # of all pages
    page: int  # the one that this is: the last where a later one was asked for


@dataclass(frozen=True)
class Tally:
    """How a class stands with one challenge. The five are everybody."""

    challenge: str
    passed: int
    at_it: int
    stuck: int
    failed: int  # the grader did
    not_started: int


@dataclass(frozen=True)
class Stuck:
    student: str
    name: str
    challenge: str
    diagnosis: str
    in_a_row: int
    last_at: datetime


_STATE: dict[str, sa.ColumnElement[bool]] = {
    "pass": standings.c.status == "pass",
    "fail": sa.and_(standings.c.status == "fail", ~standings.c.stuck),
    "stuck": standings.c.stuck,
    "error": sa.and_(standings.c.status == "error", ~standings.c.stuck),
}
_STARTED = standings.c.status != "not-started"


def matrix(store: Store, part: Part, question: Question) -> Matrix:
    """One page. The database filters, sorts and cuts; only the page's cells are read, and added up."""
    found = sa.select(students.c.id).where(part.holds(students.c.id), *_wanted(part, question))
    count = int(store.read(sa.select(sa.func.count()).select_from(found.subquery()))[0][0])
    page = max(1, min(question.page, -(-count // PAGE)))
    columns = found.add_columns(students.c.name, students.c.section)
    rows = store.read(_sorted(part, columns, question).limit(PAGE).offset((page - 1) * PAGE))
    active, cells = _cells(store, part, [row.id for row in rows])
    return Matrix([_row(row, active.get(row.id), cells[row.id]) for row in rows], count, page)


def _row(row: sa.Row[Any], active: datetime | None, cells: dict[str, Cell]) -> Row:
    total = sum(cell.points for cell in cells.values())
    stuck = sum(1 for cell in cells.values() if cell.state == "stuck")
    return Row(row.id, row.name, row.section, active, total, stuck, cells)


_SUMS: dict[str, sa.ColumnElement[Any]] = {
    "active": sa.func.max(standings.c.last_at),
    "total": sa.func.sum(standings.c.points),
    "stuck": sa.func.count().filter(standings.c.stuck),
}


def _sums(part: Part, name: str) -> sa.Subquery:
    """By student, the one that is asked for."""
    of = standings.c
    select = sa.select(of.student, _SUMS[name].label(name)).where(of.challenge.in_(part.challenges))
    return select.group_by(of.student).subquery("sums")


def _wanted(part: Part, question: Question) -> list[sa.ColumnElement[bool]]:
    made = []
    if question.state:
        made.append(_in_state(part, question))
    elif question.challenge:
        made.append(_some(part, question, _STARTED))
    if question.misconception:
        made.append(_some(part, question, standings.c.diagnosis == question.misconception))
    if question.text.strip():
        made.append(_says(question.text.strip()))
    return made


def _in_state(part: Part, question: Question) -> sa.ColumnElement[bool]:
    if question.state == "not-started":
        return ~_some(part, question, _STARTED)
    if question.state == "pass" and not question.challenge:
        passed = sa.select(standings.c.student).where(_STATE["pass"], standings.c.challenge.in_(part.challenges))
        all_of_them = passed.group_by(standings.c.student).having(sa.func.count() == len(part.challenges))
        return students.c.id.in_(all_of_them)
    return _some(part, question, _STATE[question.state])


def _some(part: Part, question: Question, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Does the student stand like this with the challenge that was chosen, or with any?"""
    which = (
        standings.c.challenge == question.challenge
        if question.challenge
        else standings.c.challenge.in_(part.challenges)
    )
    return sa.exists().where(standings.c.student == students.c.id, which, condition)


def _says(text: str) -> sa.ColumnElement[bool]:
    """Upper and lower case do not matter. SQLite knows that of English letters alone, so others are tried as typed."""
    columns = (students.c.id, students.c.name, students.c.email)
    typed = {text, text.upper(), text.lower(), text.title()}
    return sa.or_(
        *(sa.func.lower(column).contains(text.lower(), autoescape=True) for column in columns),
        *(column.contains(one, autoescape=True) for column in columns for one in sorted(typed)),
    )


def _sorted(part: Part, select: sa.Select[Any], question: Question) -> sa.Select[Any]:
    wanted = question.sort.removeprefix("-")
    name = sa.func.lower(sa.func.coalesce(sa.func.nullif(students.c.name, ""), students.c.id))
    key: sa.ColumnElement[Any] = name
    if wanted in _SUMS:
        sums = _sums(part, wanted)
        select = select.outerjoin(sums, sums.c.student == students.c.id)
        key = sums.c[wanted]
    elif wanted not in SORTS:
        one = standings.alias("one")
        select = select.outerjoin(one, sa.and_(one.c.student == students.c.id, one.c.challenge == wanted))
        key = one.c.points
    downwards = question.sort.startswith("-") == (wanted == "name")
    first = sa.nulls_last(key.desc() if downwards else key.asc())
    return select.order_by(first, name, students.c.id)


def _cells(store: Store, part: Part, ids: Sequence[str]) -> tuple[dict[str, datetime], dict[str, dict[str, Cell]]]:
    """When each student handed in last, and how they stand, by student and challenge."""
    of = standings.c
    columns = (of.student, of.challenge, of.last_at, of.status, of.stuck, of.points, of.max_points, of.attempts)
    select = sa.select(*columns, of.provenance).where(of.student.in_(ids), of.challenge.in_(part.challenges))
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    active: dict[str, datetime] = {}
    rows = map(tuple[Any, ...], store.read(select))
    for student, challenge, last_at, status, is_stuck, points, max_points, attempts, provenance in rows:
        state = "stuck" if is_stuck else status
        cells[student][challenge] = Cell(state, points, max_points, attempts, provenance)
        active[student] = max(last_at, active.get(student, last_at))
    return active, cells


def tallies(store: Store, part: Part, students_: int) -> list[Tally]:
    """By challenge, in order. `students_` is how many there are in the part."""
    of = standings.c
    names = {"passed": "pass", "at_it": "fail", "stuck": "stuck", "failed": "error"}
    counts = (sa.func.count().filter(_STATE[state]).label(name) for name, state in names.items())
    select = sa.select(of.challenge, *counts).where(part.has(of.student, of.challenge)).group_by(of.challenge)
    found = {row.challenge: row._mapping for row in store.read(select)}
    made = []
    for id in part.challenges:
        of_it = {name: found[id][name] if id in found else 0 for name in names}
        made.append(Tally(id, **of_it, not_started=students_ - sum(of_it.values())))
    return made


def stuck(store: Store, part: Part, most: int) -> tuple[list[Stuck], int]:
    """Those who were told the same most often in a row, and how many there are in all."""
    of = standings.c
    where = (of.stuck, part.has(of.student, of.challenge))
    select = (
        sa.select(of.student, students.c.name, of.challenge, of.diagnosis, of.in_a_row, of.last_at)
        .join(students, students.c.id == of.student)
        .where(*where)
        .order_by(of.in_a_row.desc(), of.last_at.desc(), of.student, of.challenge)
        .limit(most)
    )
    rows = [Stuck(**row._mapping) for row in store.read(select)]
    if len(rows) < most:
        return rows, len(rows)
    return rows, int(store.read(sa.select(sa.func.count()).select_from(standings).where(*where))[0][0])


def told_now(store: Store, part: Part) -> list[str]:
    """The misconceptions that somebody's last attempt is told, for a list to choose from."""
    select = sa.select(met.c.diagnosis).where(met.c.open, part.has(met.c.student, met.c.challenge)).distinct()
    return sorted(row.diagnosis for row in store.read(select))
