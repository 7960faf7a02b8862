"""Challenge 09 where time decides: what a starved machine does to a program's own timers is not held against it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.challenge import find_kit, load_all
from grader.checking import Check
from grader.grading import Work, grade_one
from grader.report import ChallengeReport
from grader.scenario import Submission
from grader.session import Session
from grader.timeline import Moment, Timeline
from tests import breadth

ROOT = Path(__file__).parents[1]
CHALLENGE = next(c for c in load_all(find_kit(ROOT)) if c.id.startswith("09"))
SOLUTION = CHALLENGE.solution.read_text("utf-8")


def graded(session: Session, *edits: tuple[str, str]) -> ChallengeReport:
    source = SOLUTION
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    submission = Submission(CHALLENGE.card.file, source.encode(), CHALLENGE.file)
    return grade_one(session, Work(CHALLENGE, submission), seed=5)


def failed(report: ChallengeReport) -> list[str]:
    return [check.id for check in report.checks if check.status != "pass"]


START = "    client = get_client()"
STARVED = """
    if patience < {least}:
        raise CutShort("")  # as if its timer had gone off before it came to read
"""


def test_a_timer_that_goes_off_too_early_is_not_believed_the_first_time(session: Session) -> None:
    """What a machine that is too busy does to a short patience; with a longer one the same program does well."""
    assert failed(graded(session, (START, STARVED.format(least=0.5) + START))) == []


def test_it_is_believed_when_it_goes_off_with_a_longer_patience_too(session: Session) -> None:
    report = graded(session, (START, STARVED.format(least=10) + START))
    assert failed(report) == [
        "raises-after-a-silence", "is-patient-while-something-comes", "keeps-the-text-so-far", "needs-nothing-after-stop",
    ]  # fmt: skip


RETRIED = """
    if patience < 0.5:
        try:
            get_client().with_options(timeout=0.01, max_retries=0).chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
            ).close()
        except OpenAIError:
            pass
"""


@breadth.mark
def test_nor_is_a_second_request_that_such_a_timer_led_to(session: Session) -> None:
    assert failed(graded(session, (START, RETRIED + START))) == []


@pytest.mark.parametrize("limit", breadth.each(3, [1.1, 0.3, 0.7, 40, 1.9, 2.2]))
def test_a_limit_of_its_own_is_found_whatever_it_is(session: Session, limit: float) -> None:
    """Shorter ones in a pause, longer ones in a silence; between these, a silence that ends late asks for a longer pause."""
    report = graded(session, ("timeout=patience", f"timeout={limit}"))
    assert report.diagnosis == "fixed-patience"


def test_the_server_too_must_have_kept_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it did not, nothing is known: that costs no points, and says so."""
    path = CHALLENGE.folder / "checks.py"
    spec = importlib.util.spec_from_file_location("checks_09", path)
    checks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checks)
    monkeypatch.setattr(checks, "longest_silence", lambda run, *until: 60.0)
    found = [value for value in vars(checks).values() if isinstance(value, Check)]
    monkeypatch.setattr(type(CHALLENGE), "checks", lambda self: found)
    path = ROOT / "tests" / "submissions" / CHALLENGE.id / "wrong" / "comment-not-heard--queue-of-chunks.py"
    report = grade_one(session, Work(CHALLENGE, CHALLENGE.submission(path)), seed=5)
    check = next(check for check in report.checks if check.id == "is-patient-while-something-comes")
    assert (check.status, check.points) == ("error", check.max_points)
    assert "too busy" in check.message


@pytest.mark.parametrize(
    ("wrong", "run", "event", "note"),
    [
        ("waits-forever--no-time-limit", "silence", 6, "nothing came after this, and the program waited on"),
        pytest.param(
            "needs-done--no-limit-after-stop",
            "stop-silence",
            -2,
            "nothing came after this, and the program waited on",
            marks=breadth.mark,
        ),
        ("leaks-client-error--no-try", "closed", 6, "so far the reply had come when the program ended"),
    ],
)
def test_the_picture_marks_where_it_should_have_ended(
    session: Session, wrong: str, run: str, event: int, note: str
) -> None:
    path = ROOT / "tests" / "submissions" / CHALLENGE.id / "wrong" / f"{wrong}.py"
    report = grade_one(session, Work(CHALLENGE, CHALLENGE.submission(path)), seed=5)
    check = next(check for check in report.checks if check.status == "fail")
    assert check.runs[-1].startswith(run)
    events = max(
        entry.get("events", 0) for one in report.runs for entry in one.timeline["events"] if one.scenario == run
    )
    assert check.parting is not None
    assert check.parting.note == note
    assert check.parting.event == (event if event >= 0 else events + event)


def test_when_a_program_asks_again_says_nothing_of_the_machine() -> None:
    """Who reads a reply, waits, and asks again must not be taken for one to whom the server sent too late."""
    spec = importlib.util.spec_from_file_location("checks_09", CHALLENGE.folder / "checks.py")
    checks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checks)
    moments = [
        Moment(at, kind, {}) for at, kind in ((0.0, "request"), (0.1, "write"), (0.2, "write"), (5.0, "request"))
    ]
    run: Any = SimpleNamespace(record=SimpleNamespace(timeline=Timeline(moments=moments)))
    assert checks.longest_silence(run) == pytest.approx(0.1)
