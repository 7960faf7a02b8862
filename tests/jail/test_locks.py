"""multiprocessing's locks among threads: as the real ones, and without a file in /dev/shm."""

from __future__ import annotations

import _multiprocessing
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.jail.locks import SemLock
from tests.jail.test_runs import Lab

Real: Any = _multiprocessing.SemLock
RECURSIVE, SEMAPHORE = 0, 1
STEPS = st.lists(st.sampled_from(["acquire", "release", "timed"]), max_size=12)


def story(made: Any, steps: list[str]) -> Iterator[object]:
    """What each call gives, or raises, and how the lock stands after it."""
    for step in steps:
        try:
            if step == "release":
                yield made.release()
            else:
                yield made.acquire(False) if step == "acquire" else made.acquire(True, 0)
        except (AssertionError, ValueError) as error:
            yield type(error), str(error)
        yield made._count(), made._is_mine(), made._is_zero(), made._get_value()


@given(kind=st.sampled_from([(RECURSIVE, 1, 1), (SEMAPHORE, 1, 1), (SEMAPHORE, 2, 3)]), steps=STEPS)
def test_they_behave_as_the_real_ones(kind: tuple[int, int, int], steps: list[str]) -> None:
    real = Real(*kind, "/grader-test-lock", True)
    ours = list(story(SemLock(*kind, "", True), steps))
    theirs = list(story(real, steps))
    if kind[0] == RECURSIVE or kind[2] == 1:
        assert ours == theirs
    else:  # whose a semaphore is, which several threads hold, is told by neither in a way that matters
        assert ours[::2] == theirs[::2]


def test_who_waits_is_woken() -> None:
    lock = SemLock(SEMAPHORE, 0, 1, "", True)
    got: list[bool] = []
    thread = threading.Thread(target=lambda: got.append(lock.acquire(True, 20)))
    thread.start()
    lock.release()
    thread.join()
    assert got == [True]


@pytest.mark.parametrize(
    "code",
    [
        "from multiprocessing.pool import ThreadPool\ndef answer():\n    with ThreadPool(3) as pool: return pool.map(str, [1, 2])",
        "from multiprocessing.dummy import Pool\ndef answer():\n    with Pool(3) as pool: return pool.map(str, [1, 2])",
        "import multiprocessing as mp\ndef answer():\n    with mp.RLock(), mp.Lock(), mp.Semaphore(2): return ['1', '2']",
        "import multiprocessing as mp\nq = mp.Queue()\ndef answer():\n    q.put('1'); q.put('2'); return [q.get(), q.get()]",
    ],
    ids=["ThreadPool", "dummy", "locks", "queue"],
)
def test_programs_that_use_them_among_threads_run(code: str) -> None:
    lab = Lab("forked")
    try:
        assert lab.run(code).outcome.value == ["1", "2"]
    finally:
        lab.close()
