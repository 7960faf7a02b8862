"""Runs that are played before a check asks for them, when a challenge is graded again.

A run depends on its scenario, its arguments and the grading's seed, and on no other run: so it can be played at any
time, and the check that asks for it later gets the same record. What the checks will ask for is known from before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from grader.running import MISSES, Record
from grader.scenario import Scenario
from grader.session import Stop

Play = Callable[[Scenario, tuple[Any, ...], bool], Record]
Wanted = tuple[Scenario, tuple[Any, ...]]


class Foresight:
    """What the checks of each challenge have asked for up to now, by the challenge's id."""

    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[str, tuple[Any, ...]], Wanted]] = {}

    def of(self, challenge: str) -> list[Wanted]:
        return list(self._known.get(challenge, {}).values())

    def learn(self, challenge: str, asked: Iterable[Wanted]) -> None:
        """The newest order comes first; what was asked for once is kept behind it."""
        new = {(scenario.id, args): (scenario, args) for scenario, args in asked}
        self._known[challenge] = new | {k: v for k, v in self._known.get(challenge, {}).items() if k not in new}

    def forget(self) -> None:
        """The challenges themselves have changed."""
        self._known.clear()


class Ahead:
    """Plays what is expected, some runs at a time. A context manager.

    On leaving, what was expected in vain is stopped. A program that keeps its pieces to itself is not expected to do
    anything: it is played to in another way from then on (`Lab.run`).
    """

    def __init__(self, play: Play, play_ahead: Play, expected: list[Wanted], stop: Stop) -> None:
        """`play` is for what was not expected; `play_ahead` ends with `stop`."""
        self._play, self._play_ahead, self._expected, self._stop = play, play_ahead, expected, stop
        self._pool = ThreadPoolExecutor(_at_a_time(), thread_name_prefix="ahead")
        self._futures: dict[tuple[Any, ...], Future[Record]] = {}

    def __enter__(self) -> Ahead:
        for scenario, args in self._expected:
            self._futures[_key(scenario, args, False)] = self._pool.submit(self._play_ahead, scenario, args, False)
        return self

    def __exit__(self, *exc: object) -> None:
        self._give_up()
        self._pool.shutdown(wait=True)

    def play(self, scenario: Scenario, args: tuple[Any, ...], trace: bool) -> Record:
        future = self._futures.pop(_key(scenario, args, trace), None)
        expected = future is not None and not future.cancel()  # what has not begun is played here, and now
        record = future.result() if future and expected else self._play(scenario, args, trace)
        if len(list(record.timeline.of("missed"))) >= MISSES:
            self._give_up()
        return record

    def _give_up(self) -> None:
        self._stop.ask()
        self._futures.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _key(scenario: Scenario, args: tuple[Any, ...], trace: bool) -> tuple[Any, ...]:
    return (scenario.id, scenario.hold, args, trace)


def _at_a_time() -> int:
    """Twice as many as there are processors: a run and its server wait for each other about half of the time."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(max(2 * processors, 4), 8)
