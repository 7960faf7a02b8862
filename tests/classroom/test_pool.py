"""The local pool: what becomes of tasks when workers, parents or the pool itself end at a bad moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.challenge import Challenge
from grader.classroom import pool as pools
from grader.classroom.judge import Unfit
from grader.classroom.pool import Pool
from grader.errors import GraderFault
from tests import breadth
from tests.classroom.small import RIGHT, WRONG, alive, challenge_of, descendants, kill, small_kit, task, wait_until

FAKE = "{grader}\nsys.path.append({tests!r})\nfrom tests.classroom.fake_worker import main\nmain({fd})"


@pytest.fixture(scope="module")
def challenge(tmp_path_factory: pytest.TempPathFactory) -> Challenge:
    return challenge_of(small_kit(tmp_path_factory.mktemp("small")))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = str(Path(__file__).parents[2])
    monkeypatch.setattr(pools, "_AS_WORKER", FAKE.replace("{tests!r}", repr(root)))
    yield


def statuses(challenge: Challenge, *sources: str, jobs: int = 2) -> dict[str, str]:
    """What came of each, by source. Each comes once."""
    tasks = [task(challenge, f"s{i}", source.encode()) for i, source in enumerate(sources)]
    with Pool([challenge], jobs) as pool:
        got = [(t.source.decode(), report) for t, report in pool.results(tasks)]
    assert Counter(source for source, _ in got) == Counter(sources)
    return {source: "graded" if r.startswith("report of") else json.loads(r)["status"] for source, r in got}


@pytest.mark.usefixtures("fake")
class TestThePool:
    def test_all_tasks_come_back_once(self, challenge: Challenge) -> None:
        assert set(statuses(challenge, *(f"ok {i}" for i in range(100))).values()) == {"graded"}

    def test_what_kills_a_worker_is_given_up_as_a_fault_of_ours_and_nobody_else_is(self, challenge: Challenge) -> None:
        got = statuses(
            challenge, *(f"ok {i}" for i in range(20)), "dies a", *(f"ok {i}" for i in range(20, 40)), "dies b"
        )
        assert {source for source, status in got.items() if status != "graded"} == {"dies a", "dies b"}
        assert got["dies a"] == got["dies b"] == "error"

    @breadth.mark
    def test_with_one_worker_too(self, challenge: Challenge) -> None:
        got = statuses(challenge, "ok 1", "dies", "ok 2", "ok 3", jobs=1)
        assert got == {"ok 1": "graded", "dies": "error", "ok 2": "graded", "ok 3": "graded"}

    def test_a_worker_that_dies_by_chance_costs_nothing(self, challenge: Challenge, tmp_path: Path) -> None:
        got = statuses(challenge, "ok 1", f"dies-once {tmp_path / 'died'}", "ok 2")
        assert set(got.values()) == {"graded"}

    def test_a_worker_that_hangs_is_ended(self, challenge: Challenge, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pools, "QUIET_S", 0.3)
        assert statuses(challenge, "hangs", "ok 1", "ok 2") == {"hangs": "error", "ok 1": "graded", "ok 2": "graded"}

    def test_a_fault_in_a_worker_costs_no_points(self, challenge: Challenge) -> None:
        with Pool([challenge], 1) as pool:
            ((_, report),) = pool.results([task(challenge, source=b"faults")])
        said = json.loads(report)
        assert (said["status"], said["points"]) == ("error", said["max_points"])
        assert "no paint" in said["challenges"][0]["checks"][0]["message"]

    def test_a_kit_that_changed_meanwhile_ends_it(self, challenge: Challenge) -> None:
        with Pool([challenge], 1) as pool, pytest.raises(Unfit):
            list(pool.results([task(challenge, source=b"other-kit")]))

    @breadth.mark
    def test_workers_that_never_come_up_are_told_of(
        self, challenge: Challenge, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FAKE_NEVER_READY", "1")
        with Pool([challenge], 2) as pool, pytest.raises(GraderFault, match="out of paint"):
            list(pool.results([task(challenge)]))

    def test_tasks_are_taken_when_there_is_room(self, challenge: Challenge) -> None:
        taken = 0

        def tasks() -> Iterator[object]:
            nonlocal taken
            for i in range(200):
                taken += 1
                yield task(challenge, f"s{i}", b"ok")

        most = 2 * (pools.AT_ONCE + pools.AHEAD)
        with Pool([challenge], 2) as pool:
            for done, _ in enumerate(pool.results(tasks()), 1):  # type: ignore[arg-type]
                assert taken - done <= most


def test_a_worker_and_a_warm_parent_are_killed_and_every_verdict_is_right(challenge: Challenge) -> None:
    tasks = [task(challenge, f"s{i}", WRONG if i % 4 == 0 else RIGHT) for i in range(24)]
    with Pool([challenge], 2) as pool:
        got = {}
        for one, report in pool.results(tasks):
            got[one.student] = json.loads(report)["challenges"][0]
            if len(got) == 4:
                kill(pool.workers[0])
            if len(got) == 12:
                parents = [child for worker in pool.workers for child in descendants(worker)[:1]]
                [kill(parent) for parent in parents]
        processes = [pid for worker in pool.workers for pid in (worker, *descendants(worker))]
    assert {s: c["status"] for s, c in got.items()} == {f"s{i}": "fail" if i % 4 == 0 else "pass" for i in range(24)}
    assert {c["diagnosis"] for c in got.values()} == {None, "buffers-body"}
    wait_until(lambda: not any(map(alive, processes)), seconds=10)


def test_warm_parents_live_over_all_submissions(challenge: Challenge) -> None:
    with Pool([challenge], 1) as pool:
        seen = set()
        for _ in pool.results([task(challenge, f"s{i}") for i in range(4)]):
            seen.add(descendants(pool.workers[0])[0])
    assert len(seen) == 1


def test_a_pool_that_is_killed_leaves_nothing_behind(challenge: Challenge) -> None:
    """Workers notice that the socket is closed, and their parents that they are."""
    with Pool([challenge], 1) as pool:
        list(pool.results([task(challenge)]))
        worker = pool.workers[0]
        processes = [worker, *descendants(worker)]
        assert len(processes) > 1
        kill(worker)
        wait_until(lambda: not any(map(alive, processes)), seconds=10)
