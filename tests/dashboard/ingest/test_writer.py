"""The writer: what waits goes into one transaction, is answered when that is on the disk, and costs nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.challenge import Kit, load_all
from grader.classroom.model import Student, Unseen
from grader.classroom.store.people import received
from grader.classroom.store.schema import reports
from grader.classroom.store.store import Store
from grader.dashboard.ingest.believed import Received, Sheet, as_sent, believed
from grader.dashboard.ingest.senders import Sender
from grader.dashboard.ingest.writer import MOST_WAITING, Busy, Delivery, Writer
from grader.stored import report_in
from tests.commands.kits import ROOT
from tests.dashboard.ingest.gradings import SOLUTION, graded
from tests.dashboard.ingest.serving import Served
from tests.databases import copies

__all__ = ["copies"]  # on both kinds of database, always

ADA = Sender("token 1", "ada", "local", "token 1")


@cache
def gradings() -> list[Received]:
    sheet = Sheet(Kit(ROOT), load_all(Kit(ROOT)))
    report = report_in(graded(SOLUTION), Path("report.json"))
    whose = {"student": "ada", "provenance": "local", "by": "token 1", "digest": "0" * 64}
    return [as_sent(one, **whose) for one in believed(report, sheet)]


def delivery(number: int, **changed: Any) -> Delivery:
    (one,) = gradings()
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    unseen = Unseen(one.student, one.challenge, one.sha256, "inspect_chunk.py", at, "sent")
    key, policy = f"{number:064x}", f"sent:local:{number}"
    made = Delivery(ADA, key, key, [replace(one, policy=policy)], [unseen], {"message": "Thank you."}, at)
    return replace(made, **changed)


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    store.enroll([Student("ada")])
    made = Writer(store, "kit", regrade=False)
    yield made
    made.close()


@pytest.fixture
def transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each that was committed; the first waits until it is told to go on."""
    found: list[int] = []
    write = store.write

    def counted(work: Callable[[Any], Any]) -> Any:
        result = write(work)
        found.append(1)
        return result

    monkeypatch.setattr(store, "write", counted)
    return found


def count(store: Store, table: Any) -> int:
    import sqlalchemy as sa

    return int(store.read(sa.select(sa.func.count()).select_from(table))[0][0])


def test_what_comes_at_once_shares_a_transaction(writer: Writer, store: Store, transactions: list[int]) -> None:
    assert writer.submit(delivery(0)).result(30).status == 201
    before = len(transactions)
    held = threading.Event()
    store.write, write = (lambda work: held.wait(30) and write(work)), store.write  # type: ignore[assignment,return-value]
    waiting = [writer.submit(delivery(number)) for number in range(1, 41)]
    held.set()
    assert {one.result(30).status for one in waiting} == {201}
    assert len(transactions) - before <= 3
    assert (count(store, reports), count(store, received)) == (41, 41)


def test_where_several_came_at_once_the_next_waits_for_others(
    writer: Writer, store: Store, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.dashboard.ingest.writer.GATHER_S", 2.0)
    assert writer.submit(delivery(0)).result(30).status == 201
    held = threading.Event()
    store.write, write = (lambda work: held.wait(30) and write(work)), store.write  # type: ignore[assignment,return-value]
    at_once = [writer.submit(delivery(number)) for number in range(1, 5)]
    held.set()
    assert {one.result(30).status for one in at_once} == {201}
    before = len(transactions)
    after = [writer.submit(delivery(5))]
    while writer.depth:  # its thread has taken it up
        time.sleep(0.01)
    after.append(writer.submit(delivery(6)))
    assert {one.result(30).status for one in after} == {201}
    assert len(transactions) == before + 1


def test_the_same_request_twice_in_a_transaction_is_taken_once(writer: Writer, store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: writer.submit(delivery(1)).result(30), range(16)))
    assert sorted(answer.status for answer in answers) == [200] * 15 + [201]
    assert count(store, reports) == 1


def test_one_that_the_database_does_not_hold_costs_the_others_nothing(writer: Writer, store: Store) -> None:
    (good,) = gradings()
    broken = delivery(2, unseen=[])  # nothing was handed in that its report could be about
    strange = replace(broken, gradings=[replace(good, sha256="f" * 64, policy="sent:local:2")])
    waiting = [writer.submit(one) for one in (delivery(1), strange, delivery(3))]
    assert waiting[0].result(30).status == waiting[2].result(30).status == 201
    with pytest.raises(KeyError):
        waiting[1].result(30)
    assert count(store, received) == 2


def test_when_too_much_waits_nothing_more_is_taken(writer: Writer, store: Store) -> None:
    held = threading.Event()
    write = store.write
    store.write = lambda work: held.wait(30) and write(work)  # type: ignore[assignment,return-value]
    waiting = []
    with pytest.raises(Busy):
        for number in range(MOST_WAITING + 200):
            waiting.append(writer.submit(delivery(number)))
    held.set()
    assert {one.result(60).status for one in waiting} == {201}
    assert count(store, reports) == len(waiting) >= MOST_WAITING


def test_closing_writes_what_waits_and_takes_nothing_more(writer: Writer, store: Store) -> None:
    waiting = [writer.submit(delivery(number)) for number in range(20)]
    writer.close()
    assert all(one.done() for one in waiting)
    assert count(store, reports) == 20
    with pytest.raises(Busy):
        writer.submit(delivery(99))


def test_a_full_queue_is_said_over_the_wire(one: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Delivery) -> Any:
        raise Busy

    monkeypatch.setattr(one.intake.writer, "submit", busy)
    answer = one.send(graded(SOLUTION), one.token("ada"))
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
