from __future__ import annotations

import pytest

from grader.classroom.conduct import Tally
from grader.commands.class_progress import Rate, standing, watching
from tests.classroom.made import graded, handed


def test_the_rate_is_that_of_the_last_minute() -> None:
    now = 0.0
    rate = Rate(lambda: now)
    assert rate(0) == 0
    now = 10
    assert rate(20) == 2
    for second in range(11, 200):
        now = second
        last = rate(20 + (second - 10) * 5)
    assert last == pytest.approx(5, rel=0.01)  # that it began with 2 is forgotten


def test_faults_of_the_graders_are_told_apart_from_what_did_not_pass() -> None:
    tally = Tally(10)
    for status in ("pass", "fail", "not-started"):
        tally.add(status)
    assert (standing(tally), tally.done) == ("2 not passed", 3)
    tally.add("error")
    assert standing(tally) == "2 not passed, 1 the grader failed"


def test_without_a_terminal_there_are_lines_and_one_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(2, plain=True) as tell:
        tally = Tally(2)
        for _ in range(2):
            tally.add("pass")
            tell(tally, graded(handed()))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("2 of 2 · ")
    assert line.endswith("0:00:00 left · 0 not passed")
