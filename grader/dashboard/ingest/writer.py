"""One thread writes what comes in. All that waits goes into one transaction, and is answered when that is on the disk.

A transaction costs a disk's write whether it holds one report or fifty, and SQLite has one writer at a time anyway. So
the more comes at once, the less each costs.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from grader.classroom.model import Unseen
from grader.classroom.store import writing
from grader.classroom.store.graded import Key, clean
from grader.classroom.store.people import queue as to_regrade
from grader.classroom.store.people import received
from grader.classroom.store.schema import handed, reports
from grader.classroom.store.sql import insert
from grader.classroom.store.store import Store
from grader.dashboard.ingest.believed import POLICY, Received
from grader.dashboard.ingest.senders import NOT_ACCEPTED, Sender, still_good
from grader.errors import UsageError
from grader.untrusted import escaped

LOG = logging.getLogger("grader.dashboard")
MOST_WAITING = 500  # requests; then others are told to come again
MOST_BYTES = 128 * 1024 * 1024  # of their reports, likewise
AT_ONCE = 64  # requests in a transaction
GATHER_S = 0.05  # for which others are waited for, where several came at once before
MOST_REPORTS = 1000  # that a student may have sent of a challenge: each costs more to count than the one before
LEAVE_S = 30.0  # to write what waits when the dashboard ends


class Busy(Exception):
    """So much waits that no more is taken just now; or the dashboard is about to end."""


@dataclass(frozen=True)
class Answer:
    # 201: taken now; 200: taken before; 401: the token was ended; 403: too many are kept; 409: the key was used for
    # another body
    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One request's report, challenge by challenge."""

    sender: Sender
    key: str
    body_sha256: str
    gradings: Sequence[Received]
    unseen: Sequence[Unseen]
    answer: dict[str, Any]  # without `wanted`
    at: datetime
    done: Future[Answer] = field(default_factory=Future)

    @cached_property
    def size(self) -> int:
        """Bytes of what it holds, or nearly."""
        return sum(graded.size for graded in self.gradings)

    @property
    def place(self) -> tuple[str, str]:
        """Where its answer is kept."""
        return self.sender.name, self.key


class Writer:
    """Starts its thread when there is something to write."""

    def __init__(self, store: Store, kit: str, *, regrade: bool) -> None:
        """`kit` stands for all challenges of this dashboard's; with `regrade`, what is new is put into the queue."""
        self._store, self._kit, self._regrade = store, kit, regrade
        self._waiting: queue.Queue[Delivery | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._sitting: int | None = None
        self._bytes = 0  # that wait, or are being written

    @property
    def depth(self) -> int:
        """Requests that wait."""
        return self._waiting.qsize()

    def submit(self, delivery: Delivery) -> Future[Answer]:
        """What comes of it, once that is on the disk. Raises Busy."""
        with self._lock:
            if self._closed or (self._bytes and self._bytes + delivery.size > MOST_BYTES):
                raise Busy
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="grader-writer", daemon=True)
                self._thread.start()
            try:
                self._waiting.put_nowait(delivery)
            except queue.Full:
                raise Busy from None
            self._bytes += delivery.size
        return delivery.done

    def close(self) -> None:
        """Takes nothing more, and writes what waits."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._waiting.put(None)
            thread.join(LEAVE_S)

    # -- in its thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        several = False
        while (first := self._waiting.get()) is not None:
            if several:  # most of what a transaction costs, it costs once
                time.sleep(GATHER_S)
            batch, last = [first], False
            with contextlib.suppress(queue.Empty):
                while len(batch) < AT_ONCE and not last:
                    more = self._waiting.get_nowait()
                    last = more is None
                    batch += [more] if more is not None else []
            several = len(batch) > 1
            self._write(batch)
            with self._lock:
                self._bytes -= sum(one.size for one in batch)
            if last:
                return

    def _write(self, batch: Sequence[Delivery]) -> None:
        """What one of them has that the database will not hold is not to cost the others."""
        try:
            answers = self._committed(batch)
        except UsageError as away:  # the database was not to be had, for longer than anybody waits
            for one in batch:
                one.done.set_exception(away)
            return
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    self._write([one])
                return
            LOG.exception("a report of %s was not stored", escaped(batch[0].sender.name))
            batch[0].done.set_exception(error)
            return
        for one, answer in zip(batch, answers, strict=True):
            with contextlib.suppress(Exception):  # nobody waits for it any more
                one.done.set_result(answer)

    def _committed(self, batch: Sequence[Delivery]) -> list[Answer]:
        if self._sitting is None:
            self._sitting = self._store.begin("receive", policy=POLICY, kit=self._kit, who="dashboard")
        sitting = self._sitting
        return self._store.write(lambda connection: taken(connection, sitting, batch, regrade=self._regrade))


def taken(connection: sa.Connection, sitting: int, batch: Sequence[Delivery], *, regrade: bool) -> list[Answer]:
    """Records what is new of them. May be repeated: what was taken before has the answer that it had then."""
    good = still_good(connection, [one.sender for one in batch])
    ended = {one.sender.token for one in batch if one.sender.token} - good
    theirs = [one for one in batch if one.sender.token not in ended]
    known = _answered(connection, [one.place for one in theirs])
    new: dict[tuple[str, str], Delivery] = {}
    for one in theirs:
        if one.place not in known:
            new.setdefault(one.place, one)
    full = _full(connection, new.values())
    refused = {place: why for place, one in new.items() if (why := _too_many(one, full))}
    taken_now = [one for place, one in new.items() if place not in refused]
    answers = _recorded(connection, sitting, taken_now, regrade=regrade) if taken_now else {}
    return [
        Answer(401, {"error": NOT_ACCEPTED})
        if one.sender.token in ended
        else refused.get(one.place) or _answer(one, new.get(one.place), answers, known)
        for one in batch
    ]


def _full(connection: sa.Connection, several: Iterable[Delivery]) -> set[tuple[str, str]]:
    """Students and challenges of which as many reports are kept as anybody may send."""
    pairs = {_key(graded)[:2] for one in several for graded in one.gradings}
    pair = (handed.c.student, handed.c.challenge)
    select = (
        sa.select(*pair)
        .join_from(handed, reports)
        .where(sa.tuple_(*pair).in_(sorted(pairs)), reports.c.provenance != "server")
        .group_by(*pair)
        .having(sa.func.count() >= MOST_REPORTS)
    )
    return {(row.student, row.challenge) for row in connection.execute(select)} if pairs else set()


def _too_many(one: Delivery, full: set[tuple[str, str]]) -> Answer | None:
    for graded in one.gradings:
        if _key(graded)[:2] in full:
            says = f"{MOST_REPORTS} reports of yours are kept already, and no more are taken. Talk to your course."
            return Answer(403, {"error": f"{graded.challenge}: {says}"})
    return None


def _answer(
    one: Delivery,
    first: Delivery | None,
    answers: dict[tuple[str, str], dict[str, Any]],
    known: dict[tuple[str, str], tuple[str, str]],
) -> Answer:
    if first is one:
        return Answer(201, answers[one.place])
    if first is not None:  # the same request twice at once
        body_sha256, answer = first.body_sha256, answers[one.place]
    else:
        body_sha256, answer = known[one.place][0], json.loads(known[one.place][1])
    return before(one.body_sha256, body_sha256, answer)


def before(body_sha256: str, was: str, answer: dict[str, Any]) -> Answer:
    """To a key that was used already."""
    if body_sha256 != was:
        return Answer(409, {"error": "This Idempotency-Key was used with another body. Send this one under its own."})
    return Answer(200, answer)


def _answered(connection: sa.Connection, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    select = sa.select(received.c.sender, received.c.key, received.c.body_sha256, received.c.answer)
    rows = connection.execute(select.where(sa.tuple_(received.c.sender, received.c.key).in_(places)))
    return {(row.sender, row.key): (row.body_sha256, row.answer) for row in rows}


def _recorded(
    connection: sa.Connection, sitting: int, new: Sequence[Delivery], *, regrade: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    writing.hand_in(connection, [unseen for one in new for unseen in one.unseen])
    writing.record(connection, sitting, [graded for one in new for graded in one.gradings])
    wanted = _without_bytes(connection, [unseen for one in new for unseen in one.unseen])
    if regrade:
        _put_into_queue(connection, new)
    answers = {one.place: _with_wanted(one, wanted) for one in new}
    rows = [
        {"sender": one.sender.name, "key": one.key, "body_sha256": one.body_sha256,
         "answer": json.dumps(answers[one.place]), "at": one.at}
        for one in new
    ]  # fmt: skip
    connection.execute(received.insert(), rows)
    return answers


def _with_wanted(one: Delivery, wanted: set[Key]) -> dict[str, Any]:
    begun = (graded for graded in one.gradings if graded.status != "not-started")
    theirs = sorted({graded.sha256 for graded in begun if _key(graded) in wanted})
    return {**one.answer, "wanted": theirs} if theirs else one.answer


def _key(one: Unseen | Received) -> Key:
    return clean(one.student), one.challenge, one.sha256


def _without_bytes(connection: sa.Connection, several: Sequence[Unseen]) -> set[Key]:
    """Those whose programs their students have not given us. That somebody else did is no matter."""
    keys = [_key(one) for one in several]
    select = sa.select(*writing.KEY).where(sa.tuple_(*writing.KEY).in_(keys), ~handed.c.has_bytes)
    return {(row.student, row.challenge, row.sha256) for row in connection.execute(select)}


def _put_into_queue(connection: sa.Connection, new: Sequence[Delivery]) -> None:
    keys = {_key(one) for delivery in new for one in delivery.gradings if one.status != "not-started"}
    at = max(one.at for one in new)
    select = sa.select(handed.c.id, handed.c.has_bytes).where(sa.tuple_(*writing.KEY).in_(list(keys)))
    rows = [
        {"handed_id": row.id, "state": "waiting" if row.has_bytes else "needs-source", "asked_at": at}
        for row in connection.execute(select)
    ]
    if rows:
        connection.execute(insert(connection, to_regrade).on_conflict_do_nothing(), rows)
