"""The lab: which runs are played, how often, and in what order they are kept."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from grader.checking import Lab
from grader.errors import Stopped
from grader.scenario import Scenario

A, B, C = (Scenario(name, "", "plain") for name in "abc")


class Player:
    """Stands for the runs. With `all_of`, a run ends only once so many are under way."""

    def __init__(self, all_of: int = 1) -> None:
        self.played: list[tuple[str, tuple[Any, ...]]] = []
        self._meet = threading.Barrier(all_of, timeout=20)

    def __call__(self, scenario: Scenario, args: tuple[Any, ...], trace: bool) -> Any:
        self.played.append((scenario.id, args))
        self._meet.wait()
        return f"{scenario.id}{args}"


def test_runs_that_are_played_together_are_under_way_at_once() -> None:
    player = Player(all_of=3)
    lab = Lab(player)
    lab.together((A, 1), (B, 2), (C,))
    assert lab.records == ["a(1,)", "b(2,)", "c()"], "in the order in which they were asked for"
    assert lab.asked == [], "no check has looked at them yet"


def test_a_run_that_was_played_is_not_played_again() -> None:
    player = Player()
    lab = Lab(player)
    lab.record(A, (1,))
    lab.together((A, 1), (A, 2), (A, 2))
    lab.together((A, 2))
    assert lab.record(A, (2,)) == "a(2,)"
    assert player.played == [("a", (1,)), ("a", (2,))]


def test_a_grading_that_is_stopped_meanwhile_says_so() -> None:
    def stopped(*_: Any) -> Any:
        raise Stopped

    with pytest.raises(Stopped):
        Lab(stopped).together((A,), (B,))
