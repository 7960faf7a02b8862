"""What was sent is graded here again, in the background: a queue in the store, and a pool of processes.

The queue outlives the dashboard: what waits when it ends is graded when it begins again. What a pool grades is recorded
as ours, so it counts more than what was sent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from grader.classroom.judge import Unfit
from grader.classroom.pool import Pool, processors
from grader.classroom.store import writing
from grader.classroom.store.graded import Graded, Known, kit_of
from grader.classroom.store.people import queue
from grader.classroom.store.schema import handed, reports, sittings, sources
from grader.classroom.store.store import Store
from grader.classroom.task import SeedPolicy, Task
from grader.dashboard.desk import Desk
from grader.errors import GraderFault, UsageError

LOG = logging.getLogger("grader.dashboard")
LOOKS_S = 5.0  # between two looks, where nobody wakes it: another process may have put something into the queue
AGAIN_S = 60.0  # after a fault of ours
AT_ONCE = 10  # rows that are read at a time: whoever comes meanwhile has their turn after these
LEAVE_S = 10.0


class Regrader:
    """One thread, which has a pool while there is something to grade."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._policy = SeedPolicy()
        self._in_hand: set[int] = set()  # `handed.id`s that the pool has
        self._awake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="grader-regrader", daemon=True)
        self.trouble = ""  # why nothing is graded, in words

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._awake.set()

    def close(self) -> None:
        """What is under way is graded when the dashboard begins again, if it does not end at once."""
        self._closing.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)

    # -- in its thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing.is_set():
            pause = LOOKS_S
            try:
                self._in_hand.clear()
                if self._waiting():
                    self._grade()
                self.trouble = ""
            except Unfit as why:
                LOG.error("nothing is graded: %s", why)
                self.trouble, pause = str(why), AGAIN_S
            except (GraderFault, UsageError, OSError) as why:
                LOG.warning("grading is tried again in %d s: %s", AGAIN_S, why)
                self.trouble, pause = str(why), AGAIN_S
            except Exception as why:  # whatever it is, the thread has to be there when it is over
                LOG.exception("grading is tried again in %d s", AGAIN_S)
                self.trouble, pause = f"{type(why).__name__}: {why}", AGAIN_S
            self._awake.wait(pause)
            self._awake.clear()

    def _grade(self) -> None:
        desk = self._desk
        kits = {challenge.id: kit_of(challenge) for challenge in desk.challenges}
        sitting = desk.store.begin("grade", policy=self._policy.name, kit="received", who="dashboard")
        with Pool(desk.challenges, max(1, processors() - 1)) as pool:
            for task, report in pool.results(self._tasks(kits)):
                self._record(sitting, task, report)
                if self._closing.is_set():
                    return

    def _tasks(self, kits: dict[str, str]) -> Iterator[Task]:
        """As long as there are any. What is in hand is not handed out again."""
        store, policy = self._desk.store, self._policy
        secret = store.secret()
        while rows := self._waiting():
            known = _known(store, [row.id for row in rows])
            for row in rows:
                if self._closing.is_set():
                    return
                key, kit = (row.student, row.challenge, row.sha256), kits.get(row.challenge)
                if kit is None or known.done(key, kit, policy.name):
                    store.write(partial(_done, handed_id=row.id, state="done"))
                    continue
                self._in_hand.add(row.id)
                number = known.next_number(key, kit, policy.name)
                yield Task(
                    *key, row.source, row.name, kit, policy.name, policy.seed(secret, key), policy.given, number,
                    self._desk.settings.isolation,
                )  # fmt: skip

    def _waiting(self) -> Any:
        """The next ones. Students take turns: who has sent much waits with that alone."""
        order = (queue.c.asked_at, queue.c.handed_id)
        turn = sa.func.row_number().over(partition_by=handed.c.student, order_by=order).label("turn")
        waiting = (
            sa.select(queue.c.handed_id, queue.c.asked_at, turn)
            .join_from(queue, handed)
            .where(queue.c.state == "waiting", handed.c.has_bytes)
        )
        if self._in_hand:
            waiting = waiting.where(queue.c.handed_id.not_in(sorted(self._in_hand)))
        some = waiting.order_by(turn, *order).limit(AT_ONCE).subquery()
        columns = (handed.c.id, handed.c.student, handed.c.challenge, handed.c.sha256, handed.c.name, sources.c.source)
        select = sa.select(*columns).join_from(some, handed, handed.c.id == some.c.handed_id).join(sources)
        return self._desk.store.read(select.order_by(some.c.turn, some.c.asked_at, some.c.handed_id))

    def _record(self, sitting: int, task: Task, report: str) -> None:
        graded = Graded(*task.key, task.kit, task.policy, task.number, report)
        assert graded.columns  # packed here, not while the database waits

        def record(connection: sa.Connection) -> int:
            writing.record(connection, sitting, [graded])
            of = (c == v for c, v in zip(writing.KEY, task.key, strict=True))
            id = connection.scalar(sa.select(handed.c.id).where(*of))
            assert id is not None, "what is recorded was handed in"
            _done(connection, id, "failed" if graded.status == "error" else "done")
            return int(id)

        self._in_hand.discard(self._desk.store.write(record))


def _known(store: Store, ids: list[int]) -> Known:
    """What has been graded of these."""
    columns = (*writing.KEY, reports.c.kit, reports.c.policy, reports.c.number, reports.c.status)
    counts = (sittings.c.state == "committed").label("counts")
    select = sa.select(*columns, counts).join_from(handed, reports).join(sittings)
    return Known(store.read(select.where(handed.c.id.in_(ids))))


def _done(connection: sa.Connection, handed_id: int, state: str) -> None:
    its = queue.c.handed_id == handed_id
    connection.execute(queue.update().where(its).values(state=state, done_at=datetime.now(UTC)))
