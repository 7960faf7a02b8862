"""Grading again what the store has, in the background of one process; what it finds counts when somebody commits it.

At most one regrading is under way, over all processes that share the database: a row of `settings` says which process
has it, by a sign of life that it renews. One that ends leaves an open sitting behind, with which any other goes on:
what was graded is in the store.
"""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from grader.classroom.conduct import Tally, grade, plan_again
from grader.classroom.pool import Pool, processors
from grader.classroom.store.graded import Graded
from grader.classroom.store.locks import Decided
from grader.classroom.store.schema import settings, sittings
from grader.classroom.store.sql import insert
from grader.classroom.task import SeedPolicy
from grader.dashboard.desk import Desk
from grader.dashboard.reading.regrade import policy_in_use
from grader.errors import GraderFault, UsageError

NAME = "regrading"
BEAT_S = 2.0  # between two signs of life
STALE = timedelta(seconds=30)  # without one: then its process is gone
DECIDED = "This regrading was decided meanwhile. Load the page again to see how."
_log = logging.getLogger(__name__)


class Busy(UsageError):
    """Something else has to be decided or ended first; the message says what."""


class Lost(Exception):
    """The sitting was decided meanwhile, or another process has it."""


@dataclass(frozen=True)
class State:
    """Of the regrading. Everything is plain data, as it stands in the database."""

    challenges: tuple[str, ...]
    by: str
    owner: str = ""  # the process that is at it; empty: none
    beat: str = ""  # when it last said so
    sitting: int | None = None  # None: it is being planned
    total: int = 0  # submissions
    done: int = 0
    finished: bool = False
    failed: str = ""  # why it stopped by itself

    def under_way(self, now: datetime) -> bool:
        return bool(self.owner) and now - datetime.fromisoformat(self.beat) < STALE


class Regrading:
    """The dashboard's. `backend` makes whoever grades, a context manager."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._me = secrets.token_hex(16)
        self._thread: threading.Thread | None = None

    def state(self) -> State | None:
        rows = self._desk.store.read(sa.select(settings.c.value).where(settings.c.name == NAME))
        return _loaded(rows[0].value) if rows else None

    def begin(self, challenges: list[str], by: str) -> None:
        """Raises Busy while another one is under way or undecided."""

        def claim(connection: sa.Connection, state: State | None) -> State:
            if state is not None and state.under_way(self._desk.clock()):
                raise Busy(f"{state.by} has begun a regrading, which is under way. Wait for it, or discard it.")
            if _is_open(connection, None):
                raise Busy("There is a regrading that nobody has decided on yet. Commit or discard it first.")
            return State(tuple(challenges), by, self._me, self._now())

        self._change(claim)
        self._start(list(challenges), by)

    def go_on(self) -> None:
        """With one that was stopped in the middle. Raises Busy where there is none."""

        def claim(connection: sa.Connection, state: State | None) -> State:
            if state is None or not _is_open(connection, state.sitting):
                raise Busy("There is no regrading to go on with.")
            if state.under_way(self._desk.clock()):
                raise Busy("The regrading is under way already.")
            return replace(state, owner=self._me, beat=self._now(), failed="", finished=False)

        state = self._change(claim)
        assert state is not None
        self._start(list(state.challenges), state.by)

    def decide(self, sitting: int, state: str, by: str) -> None:
        """`committed` or `discarded`. Raises Busy where it is not there to be decided, or not done yet."""

        def clear(connection: sa.Connection, now: State | None) -> State | None:
            if not _is_open(connection, sitting):
                raise Busy(DECIDED)
            mine = now is not None and now.sitting == sitting
            if state == "committed" and mine and now is not None and not now.finished:
                raise Busy("The regrading is not done yet: what it has not graded would stay as it is. Let it go on.")
            return None if mine else now

        self._change(clear)
        if not self._desk.store.decide(sitting, state, who=by):
            raise Busy(DECIDED)

    def join(self, timeout: float | None = None) -> None:
        """Waits for this process's, if it has one."""
        if self._thread is not None:
            self._thread.join(timeout)

    # -- in the background ------------------------------------------------------------------------------------------

    def _start(self, challenges: list[str], by: str) -> None:
        self._thread = threading.Thread(target=self._run, args=(challenges, by), daemon=True, name="regrading")
        self._thread.start()

    def _run(self, challenges: list[str], by: str) -> None:
        """Whatever ends it is said on the page: nobody reads this process's output."""
        try:
            self._grade(challenges, by)
        except (Lost, Decided):
            return
        except (UsageError, GraderFault, OSError, SQLAlchemyError) as error:
            why = str(error)
            _log.warning("the regrading stopped: %s", why)
            self._stopped(why)
        except Exception as error:  # ours, and to be seen
            _log.exception("the regrading stopped")
            self._stopped(f"{type(error).__name__}, which is a mistake in the kit")

    def _stopped(self, why: str) -> None:
        with contextlib.suppress(Lost, UsageError, SQLAlchemyError):
            self._mine(lambda state: replace(state, owner="", failed=why))

    def _grade(self, challenges: list[str], by: str) -> None:
        desk = self._desk
        chosen = [challenge for challenge in desk.challenges if challenge.id in challenges]
        planned = plan_again(desk.store, chosen, SeedPolicy.parse(policy_in_use(desk.store)), by=by)
        total = planned.known + len(planned.todo)
        self._mine(lambda state: replace(state, sitting=planned.sitting, total=total, done=planned.known))
        tally, lost, ended = Tally(len(planned.todo)), threading.Event(), threading.Event()
        beating = threading.Thread(target=self._beat, args=(planned.known, tally, lost, ended), daemon=True)
        beating.start()

        def told(now: Tally, graded: Graded) -> None:
            tally.done = now.done
            if lost.is_set():
                raise Lost

        try:
            if planned.todo:
                with Pool(chosen, max(1, processors() - 1)) as pool:  # one is left for the pages
                    grade(desk.store, planned, pool, told, isolation=desk.settings.isolation)
        finally:
            ended.set()
            beating.join()
        self._mine(lambda state: replace(state, owner="", done=total, finished=True))

    def _beat(self, known: int, tally: Tally, lost: threading.Event, ended: threading.Event) -> None:
        while not ended.wait(BEAT_S):
            try:
                self._lives(known + tally.done)
            except Lost:
                lost.set()
                return
            except (UsageError, SQLAlchemyError) as error:
                _log.warning("the regrading's sign of life: %s", error)

    def _lives(self, done: int) -> None:
        self._mine(lambda state: replace(state, beat=self._now(), done=done))

    # -- the row ----------------------------------------------------------------------------------------------------

    def _mine(self, change: Callable[[State], State]) -> None:
        """Changes the row. Raises Lost where it is not ours any more."""

        def checked(connection: sa.Connection, state: State | None) -> State:
            if (
                state is None
                or state.owner != self._me
                or not (state.sitting is None or _is_open(connection, state.sitting))
            ):
                raise Lost
            return change(state)

        self._change(checked)

    def _change(self, change: Callable[[sa.Connection, State | None], State | None]) -> State | None:
        """One at a time, over all processes."""

        def work(connection: sa.Connection) -> State | None:
            connection.execute(insert(connection, settings).values(name=NAME, value="null").on_conflict_do_nothing())
            mine = sa.select(settings.c.value).where(settings.c.name == NAME).with_for_update()
            after = change(connection, _loaded(connection.scalars(mine).one()))
            value = json.dumps(None if after is None else asdict(after))
            connection.execute(settings.update().where(settings.c.name == NAME).values(value=value))
            return after

        return self._desk.store.write(work)

    def _now(self) -> str:
        return self._desk.clock().isoformat()


def _is_open(connection: sa.Connection, sitting: int | None) -> bool:
    """Is this regrading undecided; or, for None, any?"""
    which = sa.true() if sitting is None else sittings.c.id == sitting
    select = sa.select(sittings.c.id).where(sittings.c.kind == "regrade", sittings.c.state == "open", which)
    return connection.execute(select.limit(1)).first() is not None


def _loaded(value: str) -> State | None:
    given = json.loads(value)
    return None if given is None else State(**{**given, "challenges": tuple(given["challenges"])})
