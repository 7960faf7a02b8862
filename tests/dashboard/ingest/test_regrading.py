"""What was sent is graded here again, in the background, by a pool; what waits outlives the dashboard."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.classroom.judge import Unfit
from grader.classroom.model import Handed
from grader.classroom.pool import Pool
from grader.classroom.store.people import queue
from grader.classroom.store.schema import handed, reports
from grader.classroom.store.standing import standings
from grader.classroom.store.store import Store
from grader.dashboard.ingest.regrading import Regrader
from grader.dashboard.reading.queue import queue_state
from tests.dashboard.ingest.gradings import SOLUTION, WRONG, graded
from tests.dashboard.ingest.serving import Served, serve
from tests.dashboard.ingest.test_submit import forged


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.1)


def standing(store: Store, student: str) -> tuple[str, str]:
    row = store.read(sa.select(standings).where(standings.c.student == student))[0]
    return row.status, row.provenance


def send(served: Served, student: str, file: Path, body: bytes, *, source: bool = True) -> None:
    token = served.token(student)
    assert served.send(body, token).status_code == 201
    if source:
        assert served.put(file.read_bytes(), body, token).status_code in (200, 201)


def test_what_was_sent_is_graded_here_and_that_counts_and_what_waits_outlives_the_dashboard(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(url) as store:
        with monkeypatch.context() as stopped, serve(store, regrade=True) as served:
            stopped.setattr(served.intake.regrader, "_grade", lambda: None)  # it ends before it comes to anything
            send(served, "ada", SOLUTION, graded(SOLUTION))
            send(served, "bob", WRONG, forged(graded(WRONG)), source=False)
            state = queue_state(store)
            assert (state.waiting, state.needs_source) == (1, 1) and state.oldest is not None
            assert standing(store, "bob") == ("pass", "local")
        with serve(store, regrade=True) as served:
            token = served.token("bob")
            assert served.put(WRONG.read_bytes(), forged(graded(WRONG)), token).status_code == 201
            until(lambda: queue_state(store).done == 2)
            assert standing(store, "ada") == ("pass", "server")
            assert standing(store, "bob") == ("fail", "server")
            ours = store.read(sa.select(reports).where(reports.c.provenance == "server"))
            assert {row.policy for row in ours} == {"per-student"}
            assert len({json.loads(row.report)["seed"] for row in ours}) == 2
            send(served, "ada", SOLUTION, graded(SOLUTION) + b"\n")  # it was graded here: nothing is to be done
            assert queue_state(store).counts == {"needs-source": 0, "waiting": 0, "done": 2, "failed": 0}


def test_a_machine_that_confines_too_little_grades_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_open(*_: object) -> None:
        raise Unfit("here a submission is only `separate`")

    monkeypatch.setattr(Pool, "results", too_open)
    with Store(str(tmp_path / "grades.db")) as store, serve(store, regrade=True, isolation="confined") as served:
        regrader = served.intake.regrader
        assert regrader is not None
        send(served, "ada", SOLUTION, graded(SOLUTION))
        until(lambda: "only `separate`" in regrader.trouble)
        assert queue_state(store).waiting == 1
        assert standing(store, "ada") == ("pass", "local")


def test_the_tier_that_is_asked_for_goes_with_each_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    results = Pool.results

    def seen(pool: Pool, tasks: object) -> object:
        def noted() -> object:
            for task in tasks:  # type: ignore[attr-defined]
                asked.append(task.isolation)
                yield task

        return results(pool, noted())  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "results", seen)
    with Store(str(tmp_path / "grades.db")) as store, serve(store, regrade=True, isolation="separate") as served:
        send(served, "ada", SOLUTION, graded(SOLUTION))
        until(lambda: queue_state(store).done == 1)
    assert asked == ["separate"]


def test_students_take_turns(served: Served) -> None:
    """Who sends much does not keep the others waiting."""
    store, at = served.store, datetime(2026, 11, 30, tzinfo=UTC)
    ones = [Handed(name, "01-inspect-a-chunk", "x.py", b"%s %d" % (name.encode(), n), at, "sent")
            for name, count in (("eve", 30), ("ada", 2), ("bob", 1)) for n in range(count)]  # fmt: skip
    store.hand_in(ones)
    ids = store.read(sa.select(handed.c.id).order_by(handed.c.id))
    rows = [{"handed_id": row.id, "state": "waiting", "asked_at": at + timedelta(seconds=row.id)} for row in ids]
    store.write(lambda connection: connection.execute(queue.insert(), rows))
    regrader = Regrader(served.app.state.desk)
    first = regrader._waiting()
    assert [row.student for row in first[:5]] == ["eve", "ada", "bob", "eve", "ada"]
    assert first[0].source == b"eve 0"
    regrader._in_hand.update(row.id for row in first)
    assert {row.student for row in regrader._waiting()} == {"eve"}


def test_without_regrading_nothing_is_put_into_the_queue(one: Served) -> None:
    send(one, "ada", SOLUTION, graded(SOLUTION))
    assert queue_state(one.store).counts == {"needs-source": 0, "waiting": 0, "done": 0, "failed": 0}
