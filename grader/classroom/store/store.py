"""The store: short transactions in, rows out. Nothing recorded is lost, and nothing is recorded twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from grader.classroom.model import Handed, Student, Unseen
from grader.classroom.store import writing
from grader.classroom.store.derive import derive_all, is_derived
from grader.classroom.store.graded import Graded, clean
from grader.classroom.store.opening import named, opened
from grader.classroom.store.patience import Patience
from grader.classroom.store.reading import Readings
from grader.classroom.store.schema import settings, tokens
from grader.classroom.store.sql import AT_ONCE, batches, insert

T = TypeVar("T")


class Store(Readings):
    """A class's database. A context manager; may be used from several threads."""

    def __init__(self, url: str, *, patience: Patience | None = None) -> None:
        """Opens `url`, and makes or updates its tables. Raises UsageError naming the database and what to do."""
        self._engine = opened(url)
        self._patience = patience or Patience(named(self._engine.url))
        if not self.read(is_derived()):
            self.write(derive_all)

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

    def reachable(self) -> bool:
        """Does the database answer just now? It is asked once, and not waited for."""
        try:
            with self._engine.connect() as connection:
                connection.execute(sa.select(settings.c.name).limit(1))
        except SQLAlchemyError:
            return False
        return True

    def secret(self) -> int:
        """This class's own, from which seeds are made. It is drawn once, and kept."""

        def draw(connection: sa.Connection) -> str:
            row = {"name": "secret", "value": secrets.token_hex(32)}
            connection.execute(insert(connection, settings).values(row).on_conflict_do_nothing())
            return str(connection.scalar(sa.select(settings.c.value).where(settings.c.name == "secret")))

        return int(self.write(draw), 16)

    def claim(self, issuer: str, jti: str, purpose: str, until: datetime) -> bool:
        """Notes that an identity token was used. False where it was before, unless that was for the same purpose.

        For all processes that share the database: see `grader.classroom.identity.Seen`.
        """

        def claim(connection: sa.Connection) -> bool:
            connection.execute(tokens.delete().where(tokens.c.until < writing.now()))
            row = {"issuer": issuer, "jti": jti, "purpose": purpose, "until": until}
            new = insert(connection, tokens).values(row).on_conflict_do_nothing().returning(tokens.c.jti)
            if connection.scalar(new) is not None:
                return True
            of = (tokens.c.issuer == clean(issuer), tokens.c.jti == clean(jti))
            return bool(purpose) and connection.scalar(sa.select(tokens.c.purpose).where(*of)) == clean(purpose)

        return self.write(claim)

    # -- students and what they handed in ---------------------------------------------------------------------------

    def enroll(self, found: Iterable[Student]) -> None:
        """Adds students; of those that are known, what is given replaces what was."""
        for some in batches(found, AT_ONCE):
            self.write(partial(writing.enroll, some=some))

    def hand_in(self, found: Iterable[Handed]) -> None:
        """Keeps what was handed in, bytes and all. Of the same bytes by the same student the earliest time counts."""
        for some in batches(found, AT_ONCE):
            self.write(partial(writing.hand_in, some=some))

    def hand_in_unseen(self, found: Iterable[Unseen]) -> None:
        """Keeps that something was handed in whose bytes are not here. They may come later, by `hand_in`."""
        for some in batches(found, AT_ONCE):
            self.write(partial(writing.hand_in, some=some))

    # -- gradings ---------------------------------------------------------------------------------------------------

    def begin(self, kind: str, *, policy: str, kit: str, who: str) -> int:
        """The number of a sitting: what is recorded in it says who graded, and when.

        A grading's reports count at once. A regrading (`kind` "regrade") is gone on with where one of the same kit and
        policy is still open; one of another kit is discarded.
        """
        return self.write(partial(writing.begin, kind=kind, policy=policy, kit=kit, who=who))

    def decide(self, sitting: int, state: str, *, who: str) -> bool:
        """Makes a regrading's reports count (`committed`), or never (`discarded`). False where it was before."""
        return self.write(partial(writing.decide, sitting=sitting, state=state, who=who))

    def record(self, sitting: int, graded: Graded) -> bool:
        """Stores one report, whole, with its checks. False where it has been stored before: then nothing changes.

        Raises Decided where the sitting is a regrading that was decided on: what comes after that counts never.
        """
        return self.record_all(sitting, [graded])[0]

    def record_all(self, sitting: int, several: Sequence[Graded]) -> list[bool]:
        """As `record`, of several in one transaction: all of them are stored, or none."""
        for one in several:
            _ = one.columns  # packed before others have to wait for us
        return self.write(partial(writing.record, sitting=sitting, several=several))
