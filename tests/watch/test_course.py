"""What is graded when: the newest content of the current challenge's file, and nothing twice."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from grader import progress
from grader.ahead import Foresight
from grader.challenge import Challenge, Kit, load_all
from grader.report import ChallengeReport, Isolation, Report
from grader.report import Kit as KitReport
from grader.scenario import Submission
from grader.watch.course import Course
from grader.watch.events import Graded
from grader.watch.regrade import Grading
from tests.commands.kits import copy_kit


class Desk:
    """Stands in for the regrader: notes what it is to grade."""

    def __init__(self) -> None:
        self.started: list[Grading] = []
        self.foresight = Foresight()

    def start(self, challenge: Challenge, submission: Submission) -> Grading:
        self.started.append(Grading(challenge, submission))
        return self.started[-1]

    @property
    def sources(self) -> list[bytes]:
        return [grading.submission.source for grading in self.started]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def course(tmp_path: Path, desk: Desk) -> Course:
    kit = Kit(copy_kit(tmp_path, only=("01", "02", "03")))
    begun = Course(kit, load_all(kit), 0, desk)  # type: ignore[arg-type]
    begun.regrade()
    desk.started.clear()
    return begun


def verdict(grading: Grading, status: str = "pass") -> Graded:
    one = ChallengeReport(
        id=grading.challenge.id, title="", status=status, points=0, max_points=1,
        submission_sha256=grading.submission.sha256, diagnosis=None, checks=[], runs=[],
    )  # fmt: skip
    report = Report(
        schema="grader/result/v1", kit=KitReport(version="", challenges_sha256=""), seed=1,
        isolation=Isolation(tier="", missing=[]), started="", duration_s=0, points=0, max_points=1, status=status,
        challenges=[one],
    )  # fmt: skip
    return Graded(grading, report)


def save(challenge: Challenge, source: bytes) -> Path:
    challenge.file.write_bytes(source)
    return challenge.file


def test_what_was_saved_is_graded(course: Course, desk: Desk) -> None:
    assert course.touched([save(course.current, b"a = 1\n")])
    assert desk.sources == [b"a = 1\n"]


def test_the_same_bytes_are_not_graded_again(course: Course, desk: Desk) -> None:
    save(course.current, b"a = 1\n")
    course.look()
    os.utime(course.current.file)
    assert not course.touched([save(course.current, b"a = 1\n")])
    assert len(desk.started) == 1


def test_other_files_in_the_folder_are_nothing(course: Course, desk: Desk) -> None:
    swap = course.current.file.with_name(".inspect_chunk.py.swp")
    swap.write_bytes(b"vim")
    assert not course.touched([swap, course.current.folder / "__pycache__" / "checks.pyc"])
    assert desk.started == []


def test_a_save_while_grading_ends_that_grading_and_its_verdict_is_not_taken(course: Course, desk: Desk) -> None:
    course.touched([save(course.current, b"a = 1\n")])
    course.touched([save(course.current, b"a = 2\n")])
    first, second = desk.started
    assert first.stop.part()._asked
    assert not course.done(verdict(first))
    assert course.report is None
    assert course.done(verdict(second))
    assert course.passed


def test_a_verdict_on_what_is_no_longer_in_the_file_is_none(course: Course, desk: Desk) -> None:
    course.touched([save(course.current, b"a = 1\n")])
    save(course.current, b"a = 2\n")  # and nobody has told us yet
    assert not course.done(verdict(desk.started[-1]))
    assert not course.passed
    assert desk.sources == [b"a = 1\n", b"a = 2\n"]


def test_a_file_that_vanishes_as_its_verdict_comes_is_graded_when_it_is_back(course: Course, desk: Desk) -> None:
    path = save(course.current, b"a = 1\n")
    course.touched([path])
    path.unlink()
    assert not course.done(verdict(desk.started[-1]))
    course.touched([save(course.current, b"a = 1\n")])
    assert desk.sources == [b"a = 1\n", b"a = 1\n"]


@pytest.mark.parametrize("moment", ["gone", "empty"])
def test_half_a_save_is_waited_for(course: Course, desk: Desk, moment: str) -> None:
    path = course.current.file
    path.unlink() if moment == "gone" else path.write_bytes(b"")
    assert not course.touched([path])
    assert course.trouble == ""
    assert course.due() is not None
    save(course.current, b"a = 1\n")
    assert course.touched([path])
    assert desk.sources == [b"a = 1\n"]
    assert course.due() is None


def test_a_file_that_stays_away_is_said_to_be_missing(course: Course, desk: Desk) -> None:
    course.current.file.unlink()
    course.look()
    time.sleep(course.due() or 0)
    assert course.look()
    assert "no such file" in course.trouble
    assert desk.started == []
    assert course.due() is None
    course.touched([save(course.current, b"a = 1\n")])
    assert course.trouble == ""


@pytest.mark.parametrize(("source", "says"), [(b"\0\1", "binary file"), (b"#" * (1 << 21), "larger than")])
def test_what_cannot_be_graded_is_a_sentence(course: Course, source: bytes, says: str) -> None:
    course.touched([save(course.current, source)])
    assert says in course.trouble


def test_saving_another_challenge_makes_it_the_current_one(course: Course, desk: Desk) -> None:
    course.touched([save(course.challenges[2], b"a = 3\n")])
    assert course.at == 2
    assert progress.current(course.kit) == course.challenges[2].id
    assert desk.sources == [b"a = 3\n"]


def test_where_all_are_written_at_once_the_current_one_stays(course: Course, desk: Desk) -> None:
    paths = [save(challenge, b"a = 4\n") for challenge in course.challenges]
    course.touched(paths)
    course.touched(paths)
    assert course.at == 0
    assert len(desk.started) == 1


def test_a_pass_does_not_move_on(course: Course, desk: Desk) -> None:
    course.touched([save(course.current, b"a = 1\n")])
    course.done(verdict(desk.started[-1]))
    assert course.at == 0
    assert course.next() == 1


def test_next_skips_what_has_passed_and_begins_again_from_the_front(course: Course, desk: Desk) -> None:
    course.go(1)
    course.done(verdict(desk.started[-1]))
    assert course.next() == 2
    course.go(2)
    course.done(verdict(desk.started[-1]))
    assert course.next() == 0
    course.go(0)
    course.done(verdict(desk.started[-1]))
    assert course.next() is None
    assert course.all_passed() == [True, True, True]


def test_a_fail_takes_a_pass_back(course: Course, desk: Desk) -> None:
    course.regrade()
    course.done(verdict(desk.started[-1]))
    assert course.all_passed()[0]
    course.regrade()
    course.done(verdict(desk.started[-1], "fail"))
    assert not course.all_passed()[0]


def test_changed_checks_are_loaded_and_graded_with(course: Course, desk: Desk) -> None:
    checks = course.current.folder / "checks.py"
    before = course.current
    checks.write_text(checks.read_text("utf-8") + "\n# changed\n", "utf-8")
    assert course.touched([checks])
    assert course.current is not before
    assert not course.touched([checks])
    assert len(desk.started) == 1


def test_a_broken_card_is_a_sentence_until_it_is_mended(course: Course, desk: Desk) -> None:
    card = course.current.folder / "challenge.toml"
    right = card.read_text("utf-8")
    card.write_text("title = 5\n", "utf-8")
    course.touched([card])
    assert "challenge.toml" in course.trouble
    card.write_text(right, "utf-8")
    assert course.touched([card])
    assert course.trouble == ""
    assert len(desk.started) == 1


def test_a_challenge_that_is_taken_away_leaves_the_first_as_current(course: Course, desk: Desk) -> None:
    course.go(2)
    shutil.rmtree(course.current.folder)
    course.touched([course.current.folder / "checks.py"])
    assert course.at == 0
    assert len(course.challenges) == 2
