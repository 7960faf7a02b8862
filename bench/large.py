"""A large class: a few programs that were really graded, handed in again and again by many.

Its rows are written past the store's own ways in, which would take an hour; what is worked out from them is the store's
work.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

import sqlalchemy as sa

from grader.classroom.model import PROVENANCE, Student
from grader.classroom.store.derive import derive
from grader.classroom.store.graded import Graded
from grader.classroom.store.schema import checks, handed, reports, sittings, sources, students
from grader.classroom.store.store import Store

SECTIONS = "ABCDEFGH"
POLICY = "fixed:4711"
DAYS = 21.0  # for which the class has worked
ORIGINS = (70, 15, 10, 5)  # in a hundred, as PROVENANCE has them


@dataclass(frozen=True)
class Program:
    """One that was graded. `report` is grader/result/v1, JSON, with that challenge alone."""

    challenge: str
    file: str
    source: bytes
    report: str

    @cached_property
    def graded(self) -> Graded:
        return Graded("", self.challenge, "", f"0.1.0+{self.challenge}", POLICY, 0, self.report)

    @property
    def right(self) -> bool:
        return self.graded.status == "pass"


@dataclass(frozen=True)
class Sent:
    """A row of `handed`, and the report of it."""

    id: int
    student: str
    program: Program
    number: int
    at: datetime
    provenance: str

    @cached_property
    def source(self) -> bytes:
        return self.program.source + f"\n# {self.student}, {self.program.challenge}, {self.number}\n".encode()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()


def big_class(store: Store, programs: Iterable[Program], *, count: int, attempts: int, until: datetime) -> None:
    """`count` students, who each handed in `attempts` programs for each challenge that there are programs for.

    Of each challenge some program is to be right and some wrong. The store is empty. The same each time.
    """
    shelf: dict[str, list[Program]] = defaultdict(list)
    for program in programs:
        shelf[program.challenge].append(program)
    people = [Student(f"s{n:05}", f"Student {n}", f"s{n:05}@school.example", SECTIONS[n % 8]) for n in range(count)]
    sent = list(_history(people, shelf, attempts, until))
    store.write(lambda connection: _fill(connection, people, sent, until))
    pairs = {(one.student, one.program.challenge) for one in sent}
    store.write(lambda connection: derive(connection, pairs))
    store.write(lambda connection: connection.exec_driver_sql("ANALYZE"))  # as PostgreSQL does by itself, in a minute


def _history(
    people: Sequence[Student], shelf: Mapping[str, Sequence[Program]], attempts: int, until: datetime
) -> Iterator[Sent]:
    """Who handed in what: most are right in the end, some are told the same again and again."""
    rng, ids = Random(4711), itertools.count(1)
    for student in people:
        gift = rng.betavariate(3, 2)
        for place, challenge in enumerate(sorted(shelf)):
            right = [program for program in shelf[challenge] if program.right]
            wrong = [program for program in shelf[challenge] if not program.right]
            at = until - timedelta(days=DAYS * (1 - place / len(shelf) * rng.uniform(0.8, 1)))
            now = rng.choice(wrong)
            for number in range(1, attempts + 1):
                if now in right or rng.random() < gift * 0.4:
                    now = rng.choice(right)
                elif rng.random() < 0.5:
                    now = rng.choice(wrong)
                at = min(at + timedelta(hours=rng.expovariate(0.1)), until - timedelta(minutes=rng.uniform(0, 30)))
                yield Sent(next(ids), student.id, now, number, at, rng.choices(PROVENANCE, ORIGINS)[0])


def _fill(connection: sa.Connection, people: Sequence[Student], sent: Sequence[Sent], until: datetime) -> None:
    _put(connection, students, ([s.id, s.name, s.email, s.section] for s in people))
    _put(connection, sources, ([one.sha256, one.source] for one in sent))
    _put(
        connection,
        handed,
        (
            [
                one.id,
                one.student,
                one.program.challenge,
                one.sha256,
                one.program.file,
                one.at,
                f"sub/{one.student}",
                True,
            ]
            for one in sent
        ),
    )
    origins = list(enumerate(PROVENANCE, 1))
    _put(
        connection,
        sittings,
        (
            [id, "grade" if name == "server" else "receive", "committed", POLICY, "0.1.0", name, until, None, None]
            for id, name in origins
        ),
    )
    of = {name: id for id, name in origins}
    _put(connection, reports, (_report(one, of[one.provenance]) for one in sent))
    _put(connection, checks, ([one.id, *check] for one in sent for check in _checks(one.program)))
    if connection.dialect.name == "postgresql":
        for table in (handed, sittings, reports):
            last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(f"{table.name}_id_seq", last)))


def _report(one: Sent, sitting: int) -> list[Any]:
    own = {
        "id": one.id,
        "handed_id": one.id,
        "sitting_id": sitting,
        "graded_at": one.at + timedelta(minutes=2),
        "provenance": one.provenance,
        "sent_by": "" if one.provenance == "server" else one.student,
    }
    row = {**one.program.graded.columns, **own}
    return [row[column.name] for column in reports.c]


def _checks(program: Program) -> list[list[Any]]:
    names = [column.name for column in checks.c if column.name != "report_id"]
    return [[check[name] for name in names] for check in program.graded.checks]


def _put(connection: sa.Connection, table: sa.Table, rows: Iterable[list[Any]]) -> None:
    """Rows with all of a table's columns, in its order, by the fastest way that each database has."""
    driver: Any = connection.connection.dbapi_connection
    names = ", ".join(column.name for column in table.c)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in table.c)
        driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", map(_for_sqlite, rows))
        return
    connection.execute(sa.text("SELECT 1"))  # so that SQLAlchemy has begun the transaction
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _for_sqlite(row: list[Any]) -> list[Any]:
    return [f"{v.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(v, datetime) else v for v in row]
