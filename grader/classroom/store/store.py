"""The store: short transactions in, rows out. Nothing recorded is lost, and nothing is recorded twice."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from grader.classroom.model import Attempt, Handed, Student
from grader.classroom.store.graded import Graded, Key, Known, clean
from grader.classroom.store.opening import named, opened
from grader.classroom.store.patience import Patience
from grader.classroom.store.schema import checks, handed, reports, settings, sittings, sources, students, tokens

T = TypeVar("T")
AT_ONCE = 100  # rows that go into one transaction, where many come at a time
KEY = (handed.c.student, handed.c.challenge, handed.c.sha256)


class Store:
    """A class's database. A context manager; may be used from several threads."""

    def __init__(self, url: str, *, patience: Patience | None = None) -> None:
        """Opens `url`, and makes or updates its tables. Raises UsageError naming the database and what to do."""
        self._engine = opened(url)
        self._patience = patience or Patience(named(self._engine.url))
        # Both know `on_conflict_…`, each in a class of its own.
        self._insert: Callable[[sa.Table], Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[
            self._engine.dialect.name
        ]

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def waiting(self, tell: Callable[[str], None]) -> None:
        """Whom to tell when the database lets us wait."""
        self._patience.waiting = tell

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """One transaction, tried again where the database is busy or away: so `work` must be safe to repeat."""

        def once() -> T:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                return work(connection)

        return self._patience(once)

    def read(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """The rows of a question."""

        def once() -> Sequence[sa.Row[Any]]:
            with self._engine.connect() as connection:
                return connection.execute(statement).all()

        return self._patience(once)

    def secret(self) -> int:
        """This class's own, from which seeds are made. It is drawn once, and kept."""

        def draw(connection: sa.Connection) -> str:
            row = {"name": "secret", "value": secrets.token_hex(32)}
            connection.execute(self._insert(settings).values(row).on_conflict_do_nothing())
            return str(connection.scalar(sa.select(settings.c.value).where(settings.c.name == "secret")))

        return int(self.write(draw), 16)

    def claim(self, issuer: str, jti: str, purpose: str, until: datetime) -> bool:
        """Notes that an identity token was used. False where it was before, unless that was for the same purpose.

        For all processes that share the database: see `grader.classroom.identity.Seen`.
        """

        def claim(connection: sa.Connection) -> bool:
            connection.execute(tokens.delete().where(tokens.c.until < _now()))
            row = {"issuer": issuer, "jti": jti, "purpose": purpose, "until": until}
            new = self._insert(tokens).values(row).on_conflict_do_nothing().returning(tokens.c.jti)
            if connection.scalar(new) is not None:
                return True
            of = (tokens.c.issuer == clean(issuer), tokens.c.jti == clean(jti))
            return bool(purpose) and connection.scalar(sa.select(tokens.c.purpose).where(*of)) == clean(purpose)

        return self.write(claim)

    # -- students and what they handed in ---------------------------------------------------------------------------

    def enroll(self, found: Iterable[Student]) -> None:
        """Adds students; of those that are known, what is given replaces what was."""
        insert = self._insert(students)
        given = {
            name: sa.func.coalesce(sa.func.nullif(insert.excluded[name], ""), students.c[name])
            for name in ("name", "email", "section")
        }
        upsert = insert.on_conflict_do_update(index_elements=["id"], set_=given)
        for some in _batches(found, AT_ONCE):
            rows = [{"id": s.id, "name": s.name, "email": s.email, "section": s.section} for s in some]
            self.write(partial(_execute, upsert, rows))

    def students(self) -> list[Student]:
        """All of them, by id."""
        return [Student(*row) for row in self.read(sa.select(students).order_by(students.c.id))]

    def hand_in(self, found: Iterable[Handed]) -> None:
        """Keeps what was handed in, bytes and all. Of the same bytes by the same student the earliest time counts."""
        for some in _batches(found, AT_ONCE):
            self.write(partial(self._keep, some))

    def _keep(self, some: Sequence[Handed], connection: sa.Connection) -> None:
        owners = [{"id": h.student} for h in some]
        connection.execute(self._insert(students).on_conflict_do_nothing(), owners)
        connection.execute(
            self._insert(sources).on_conflict_do_nothing(), [{"sha256": h.sha256, "source": h.source} for h in some]
        )
        insert = self._insert(handed)
        earlier = sa.case((insert.excluded.at < handed.c.at, insert.excluded.at), else_=handed.c.at)
        at = sa.func.coalesce(earlier, insert.excluded.at)
        connection.execute(
            insert.on_conflict_do_update(index_elements=[c.name for c in KEY], set_={"at": at}),
            [
                {"student": h.student, "challenge": h.challenge, "sha256": h.sha256, "name": h.name, "at": h.at,
                 "origin": h.origin}
                for h in some
            ],
        )  # fmt: skip

    def source(self, sha256: str) -> bytes | None:
        """The bytes of a submission; None where none was handed in that has this hash."""
        rows = self.read(sa.select(sources.c.source).where(sources.c.sha256 == sha256))
        return bytes(rows[0][0]) if rows else None

    # -- gradings ---------------------------------------------------------------------------------------------------

    def begin(self, kind: str, *, policy: str, kit: str, who: str) -> int:
        """The number of a sitting: what is recorded in it says who graded, and when.

        A grading's reports count at once. A regrading (`kind` "regrade") is gone on with where one of the same kit and
        policy is still open; one of another kit is discarded.
        """

        def begin(connection: sa.Connection) -> int:
            still_open = sa.select(sittings).where(sittings.c.kind == "regrade", sittings.c.state == "open")
            for row in connection.execute(still_open).all() if kind == "regrade" else ():
                if (row.kit, row.policy) == (kit, policy):
                    return int(row.id)
                _decide(connection, row.id, "discarded", who)
            state = "open" if kind == "regrade" else "committed"
            new = {"kind": kind, "state": state, "policy": policy, "kit": kit, "who": who, "started_at": _now()}
            return int(connection.execute(sittings.insert().values(new)).inserted_primary_key[0])  # type: ignore[index]

        return self.write(begin)

    def decide(self, sitting: int, state: str, *, who: str) -> None:
        """Makes a regrading's reports count (`committed`), or never (`discarded`)."""
        self.write(lambda connection: _decide(connection, sitting, state, who))

    def known(self, sitting: int | None = None) -> Known:
        """What has been graded: of what counts, or of one sitting."""
        counts = sittings.c.state == "committed" if sitting is None else sittings.c.id == sitting
        columns = (*KEY, reports.c.kit, reports.c.policy, reports.c.number, reports.c.status)
        tried = sa.select(*columns, counts.label("counts")).join_from(handed, reports).join(sittings)
        return Known(self.read(tried))

    def record(self, sitting: int, graded: Graded) -> bool:
        """Stores one report, whole, with its checks. False where it has been stored before: then nothing changes."""

        def record(connection: sa.Connection) -> bool:
            of = graded.key
            found = sa.select(handed.c.id).where(*(c == v for c, v in zip(KEY, of, strict=True)))
            values = {**graded.columns, "handed_id": found.scalar_subquery(), "sitting_id": sitting}
            insert = self._insert(reports).values(values).on_conflict_do_nothing().returning(reports.c.id)
            id = connection.scalar(insert)
            if id is None:
                return False
            connection.execute(checks.insert(), [{**row, "report_id": id} for row in graded.checks])
            return True

        return self.write(record)

    # -- reading ----------------------------------------------------------------------------------------------------

    def attempts(self, *, challenge: str | None = None, student: str | None = None) -> Iterator[Attempt]:
        """What counts: of each submission its newest grading. By student, then challenge, then number."""
        newest = _newest(sittings.c.state == "committed")
        select = sa.select(
            handed.c.student, handed.c.challenge, handed.c.sha256.label("submission_sha256"), handed.c.at,
            newest.c.graded_at, newest.c.points, newest.c.max_points, newest.c.status,
            newest.c.diagnosis, newest.c.tier, newest.c.kit_version, newest.c.seed,
        ).join_from(handed, newest).where(newest.c.rank == 1)  # fmt: skip
        if challenge is not None:
            select = select.where(handed.c.challenge == challenge)
        if student is not None:
            select = select.where(handed.c.student == clean(student))
        select = select.order_by(handed.c.student, handed.c.challenge)
        rows = (Attempt(**row._mapping, number=0) for row in self.read(select))
        for _, several in itertools.groupby(rows, lambda a: (a.student, a.challenge)):
            in_time = sorted(several, key=lambda a: (a.at or a.graded_at, a.graded_at))
            yield from (replace(attempt, number=number) for number, attempt in enumerate(in_time, 1))

    def newest(self, key: Key) -> str | None:
        """The report that counts of one submission, as JSON, whole; None where it has not been graded."""
        of = (c == v for c, v in zip(KEY, (clean(key[0]), *key[1:]), strict=True))
        its = reports.c.handed_id == sa.select(handed.c.id).where(*of).scalar_subquery()
        newest = _newest((sittings.c.state == "committed") & its)
        rows = self.read(
            sa.select(reports.c.report).join(newest, newest.c.id == reports.c.id).where(newest.c.rank == 1)
        )
        return str(rows[0][0]) if rows else None

    def all_reports(self, key: Key) -> list[tuple[str, str]]:
        """Policy and report (JSON) of all gradings of one submission that count, the newest last."""
        newest = _newest(sittings.c.state == "committed")
        student, challenge, sha256 = key
        of = (handed.c.student == clean(student), handed.c.challenge == challenge, handed.c.sha256 == sha256)
        joined = sa.join(handed, newest, newest.c.handed_id == handed.c.id).join(reports, reports.c.id == newest.c.id)
        select = sa.select(reports.c.policy, reports.c.report).select_from(joined).where(*of)
        return [(str(row.policy), str(row.report)) for row in self.read(select.order_by(newest.c.rank.desc()))]

    def report(self, id: int) -> str:
        """The report of one row of `differences`, as JSON."""
        return str(self.read(sa.select(reports.c.report).where(reports.c.id == id))[0][0])

    def history(self, student: str, challenge: str) -> Sequence[sa.Row[Any]]:
        """All gradings of one student's submissions to one challenge, in the order in which they were made."""
        columns = (
            handed.c.sha256, handed.c.at, reports.c.graded_at, reports.c.points, reports.c.status, reports.c.diagnosis,
            reports.c.kit, reports.c.policy, reports.c.number, sittings.c.kind, sittings.c.state, sittings.c.who,
            sittings.c.decided_by, sittings.c.decided_at,
        )  # fmt: skip
        select = sa.select(*columns).join_from(handed, reports).join(sittings)
        of = (handed.c.student == clean(student), handed.c.challenge == challenge)
        return self.read(select.where(*of).order_by(reports.c.id))

    def differences(self, sitting: int) -> Sequence[sa.Row[Any]]:
        """Where a sitting says something else than what counted before it.

        Rows of student, challenge, sha256, and `was_` and `now_` each of id, points, status, diagnosis and kit. An
        `error` changes nothing: it is left out.
        """
        now = _newest(sittings.c.id == sitting, name="now")
        was = _newest((sittings.c.state == "committed") & (sittings.c.id != sitting), before=sitting, name="was")
        names = ("id", "points", "status", "diagnosis", "kit")
        columns = (column.c[name].label(f"{column.name}_{name}") for column in (was, now) for name in names)
        select = (
            sa.select(*KEY, *columns)
            .join_from(handed, now)
            .join(was, was.c.handed_id == handed.c.id)
            .where(now.c.rank == 1, was.c.rank == 1, now.c.status != "error")
            .where(
                sa.or_(
                    now.c.points != was.c.points,
                    now.c.status != was.c.status,
                    now.c.diagnosis.is_distinct_from(was.c.diagnosis),
                )
            )
            .order_by(handed.c.challenge, handed.c.student, handed.c.id)
        )
        return self.read(select)


def _newest(counts: sa.ColumnElement[bool], *, before: int | None = None, name: str = "newest") -> sa.Subquery:
    """Reports, ranked within each submission: rank 1 is the newest that is no fault of ours, where there is one.

    A regrading is new when it is committed, so sittings are ordered by that, and reports within them by number.
    """
    decided = sa.func.coalesce(sittings.c.decided_at, reports.c.graded_at)
    rank = sa.func.row_number().over(
        partition_by=reports.c.handed_id,
        order_by=(sa.case((reports.c.status == "error", 1), else_=0), decided.desc(), reports.c.id.desc()),
    )
    columns = [
        column for column in reports.c if column is not reports.c.report
    ]  # it is long, and sorting would move it
    select = sa.select(*columns, rank.label("rank")).join_from(reports, sittings).where(counts)
    if before is not None:
        started = sa.select(sittings.c.started_at).where(sittings.c.id == before).scalar_subquery()
        open_still = sa.select(sittings.c.state).where(sittings.c.id == before).scalar_subquery() == "open"
        select = select.where(open_still | (decided <= started))
    return select.subquery(name)


def _decide(connection: sa.Connection, sitting: int, state: str, who: str) -> None:
    decided = {"state": state, "decided_by": who, "decided_at": _now()}
    connection.execute(sittings.update().where(sittings.c.id == sitting, sittings.c.state == "open").values(decided))


def _execute(statement: Any, rows: list[dict[str, Any]], connection: sa.Connection) -> None:
    connection.execute(statement, rows)


def _now() -> datetime:
    return datetime.now(UTC)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(itertools.islice(rest, size)):
        yield some
