"""Runs that are played before they are asked for: the verdict is the same, and nothing is played in vain for long."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from grader.ahead import Ahead, Foresight
from grader.challenge import Kit, load_all
from grader.errors import Stopped
from grader.grading import Work, grade
from grader.report import Report
from grader.scenario import Scenario, Submission
from grader.session import Session, Stop
from grader.timeline import Timeline
from tests import breadth

ROOT = Path(__file__).parents[1]
CHALLENGE = load_all(Kit(ROOT))[0]
WRONG = ROOT / "tests" / "submissions" / CHALLENGE.id / "wrong"
SUBMISSIONS = [
    CHALLENGE.solution,
    WRONG / "not-flushed--stdout-buffer.py",
    WRONG / "buffers-body--response-content.py",
    WRONG / "deltas-altered--only-text.py",
    WRONG / "crashed--name-error.py",
    CHALLENGE.stub,
]
ONE, TWO, THREE = (Scenario(name, name, name) for name in ("one", "two", "three"))


class Played:
    """Stands in for a record."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.timeline = scenario, Timeline()


def graded(session: Session, path: Path, foresight: Foresight | None) -> Report:
    work = [Work(CHALLENGE, Submission(CHALLENGE.card.file, path.read_bytes(), path))]
    return grade(session, CHALLENGE.kit, work, seed=11, foresight=foresight)


def told(report: Report) -> Any:
    (challenge,) = report.challenges
    return challenge.status, [check.model_dump() for check in challenge.checks], [run.id for run in challenge.runs]


@pytest.mark.parametrize("path", breadth.each(3, SUBMISSIONS), ids=lambda path: path.stem)
def test_foresight_changes_no_verdict_and_no_word(session: Session, path: Path) -> None:
    foresight = Foresight()
    graded(session, CHALLENGE.solution, foresight)  # now all that can be asked for is known
    assert told(graded(session, path, foresight)) == told(graded(session, path, None))


def test_what_was_asked_for_is_expected_in_the_newest_order_and_nothing_is_forgotten() -> None:
    foresight = Foresight()
    foresight.learn("01", [(ONE, ()), (TWO, ()), (TWO, (True,))])
    foresight.learn("01", [(TWO, ()), (TWO, ())])
    assert foresight.of("01") == [(TWO, ()), (ONE, ()), (TWO, (True,))]
    assert foresight.of("02") == []
    foresight.forget()
    assert foresight.of("01") == []


def test_what_is_expected_is_played_once() -> None:
    played = []

    def play(scenario: Scenario, args: tuple[Any, ...], trace: bool) -> Any:
        played.append(scenario.id)
        return Played(scenario)

    with Ahead(play, play, [(ONE, ()), (TWO, ())], Stop()) as ahead:
        assert ahead.play(TWO, (), False).scenario is TWO
        assert ahead.play(ONE, (), False).scenario is ONE
        assert ahead.play(THREE, (), False).scenario is THREE
        assert ahead.play(ONE, (), True).scenario is ONE  # a closer look is another run
    assert sorted(played) == ["one", "one", "three", "two"]


def test_what_goes_wrong_ahead_goes_wrong_for_who_asks() -> None:
    def fails(scenario: Scenario, args: tuple[Any, ...], trace: bool) -> Any:
        raise RuntimeError(scenario.id)

    with Ahead(fails, fails, [(ONE, ())], Stop()) as ahead, pytest.raises(RuntimeError, match="one"):
        ahead.play(ONE, (), False)


def test_what_was_expected_in_vain_is_stopped() -> None:
    stop, begun = Stop(), threading.Event()

    def play_ahead(scenario: Scenario, args: tuple[Any, ...], trace: bool) -> Any:
        begun.set()
        asked = threading.Event()
        stop._parts.append(Asking(asked))  # type: ignore[arg-type]
        assert asked.wait(60)
        raise Stopped

    with Ahead(play_ahead, play_ahead, [(ONE, ())], stop):
        assert begun.wait(60)


class Asking:
    """Stands in for a part of a stop."""

    def __init__(self, asked: threading.Event) -> None:
        self.ask = asked.set


def test_parts_stop_with_the_whole_and_alone(session: Session) -> None:
    whole = Stop()
    first, second = whole.part(), whole.part()
    first.ask()
    assert (whole._asked, first._asked, second._asked) == (False, True, False)
    whole.ask()
    assert second._asked
    assert whole.part()._asked
