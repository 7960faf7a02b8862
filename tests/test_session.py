"""A session's runs can be stopped, one grading at a time, and the session goes on."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.challenge import Kit, load_all
from grader.errors import Stopped
from grader.grading import Work, grade
from grader.scenario import Submission
from grader.session import Session, Stop

ROOT = Path(__file__).parents[1]
CHALLENGE = load_all(Kit(ROOT))[0]
SLEEPS = b"import time\n\ndef inspect_stream(prompt):\n    time.sleep(3600)\n"


def work(source: bytes) -> list[Work]:
    return [Work(CHALLENGE, Submission(CHALLENGE.card.file, source, CHALLENGE.file))]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where runs have their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def stopped_when(condition: threading.Event, session: Session, stop: Stop, source: bytes) -> BaseException | None:
    """What a grading ends with that is told to stop once `condition` holds."""
    ended: list[BaseException | None] = [None]

    def run() -> None:
        try:
            grade(session, CHALLENGE.kit, work(source), seed=7, stop=stop)
        except BaseException as error:
            ended[0] = error

    grading = threading.Thread(target=run)
    grading.start()
    assert condition.wait(60)
    stop.ask()
    grading.join(60)
    assert not grading.is_alive()
    return ended[0]


def something_in(folder: Path) -> threading.Event:
    found = threading.Event()

    def look() -> None:
        while not any(folder.glob("grader-run-*/code/*.py")):
            time.sleep(0.005)
        found.set()

    threading.Thread(target=look, daemon=True).start()
    return found


def test_a_stopped_grading_leaves_nothing_behind_and_the_session_grades_on(session: Session, scratch: Path) -> None:
    assert isinstance(stopped_when(something_in(scratch), session, Stop(), SLEEPS), Stopped)
    report = grade(session, CHALLENGE.kit, work(CHALLENGE.solution.read_bytes()), seed=7)
    assert report.status == "pass"


def test_gradings_can_be_stopped_at_any_moment(session: Session, scratch: Path) -> None:
    rng = random.Random(7)
    source = CHALLENGE.solution.read_bytes()
    for _ in range(30):
        at_once = threading.Event()
        threading.Timer(rng.random() * 0.06, at_once.set).start()
        assert isinstance(stopped_when(at_once, session, Stop(), source), Stopped | None)
    assert grade(session, CHALLENGE.kit, work(source), seed=7).status == "pass"


def test_what_was_stopped_before_it_began_does_not_begin(session: Session, scratch: Path) -> None:
    stop = Stop()
    stop.ask()
    with pytest.raises(Stopped):
        grade(session, CHALLENGE.kit, work(SLEEPS), seed=7, stop=stop)


def test_stopping_one_grading_leaves_another_alone(session: Session, scratch: Path) -> None:
    reports = []
    solution = work(CHALLENGE.solution.read_bytes())
    other = threading.Thread(target=lambda: reports.append(grade(session, CHALLENGE.kit, solution, seed=7)))
    other.start()
    assert isinstance(stopped_when(something_in(scratch), session, Stop(), SLEEPS), Stopped)
    other.join(60)
    assert [report.status for report in reports] == ["pass"]


def test_a_session_that_is_still_warming_up_stops_its_gradings_and_goes_on_warming_up(scratch: Path) -> None:
    at_once = threading.Event()
    at_once.set()
    with Session(["requests"]) as session:
        assert isinstance(stopped_when(at_once, session, Stop(), SLEEPS), Stopped)
        report = grade(session, CHALLENGE.kit, work(CHALLENGE.solution.read_bytes()), seed=7)
    assert report.status == "pass"


def test_a_session_that_is_left_while_it_warms_up_ends(scratch: Path) -> None:
    with Session(["requests", "openai"]):
        pass
