"""Each program is graded once, and everybody who handed it in has that report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.classroom.model import Handed, Student
from grader.classroom.store.store import Store
from grader.dashboard.demo import filling
from tests.classroom.small import INSPECT, RIGHT, WRONG, challenge_of, small_kit

UNTIL = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)
STUDENTS = [Student(id) for id in ("ada", "bob", "cleo")]


def one(student: str, source: bytes) -> Handed:
    return Handed(student, INSPECT, "inspect_chunk.py", source, UNTIL, "a class")


HANDED = [one("ada", WRONG), one("ada", RIGHT), one("bob", RIGHT), one("cleo", RIGHT)]


@pytest.fixture(scope="module")
def challenges(tmp_path_factory: pytest.TempPathFactory):
    return [challenge_of(small_kit(tmp_path_factory.mktemp("kit")))]


@pytest.fixture(scope="module")
def db(challenges, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A class that has been graded."""
    url = f"sqlite:///{tmp_path_factory.mktemp('db') / 'demo.db'}"
    with Store(url) as store:
        begun = filling.begin(store, STUDENTS, HANDED, challenges, UNTIL)
        assert begun.left == 4
        told: list[int] = []
        filling.grade(store, begun, challenges, told.append)
        assert sorted(told) == [1, 3], "two programs, of one and of three students"
    return url


def test_the_same_bytes_have_the_same_report(db) -> None:
    with Store(db) as store:
        attempts = {(attempt.student, attempt.submission_sha256): attempt for attempt in store.attempts()}
        assert len(attempts) == len(HANDED)
        assert {attempt.at for attempt in attempts.values()} == {UNTIL}
        reports = [json.loads(store.newest((h.student, INSPECT, h.sha256)) or "") for h in HANDED]
    assert [report["challenges"][0]["status"] for report in reports] == ["fail", "pass", "pass", "pass"]
    assert reports[0]["challenges"][0]["diagnosis"] == "buffers-body"
    assert reports[1] == reports[2] == reports[3]
    assert all(h.sha256 == r["challenges"][0]["submission_sha256"] for h, r in zip(HANDED, reports, strict=True))


def test_who_starts_again_has_nothing_to_grade(db, challenges) -> None:
    with Store(db) as store:
        assert filling.until_of(store) == UNTIL
        assert filling.begin(store, STUDENTS, HANDED, challenges, UNTIL).left == 0


def test_a_class_of_another_day_is_given_the_reports_that_there_are(db, challenges, tmp_path: Path) -> None:
    with Store(db) as store:
        known = filling.known_of(store)
    assert len(known) == 2
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        begun = filling.begin(store, STUDENTS, [*HANDED, one("bob", RIGHT + b"\n# another\n")], challenges, UNTIL)
        left = filling.hand_out(store, begun, known)
        assert left.left == 1
        assert len(list(store.attempts())) == len(HANDED)


def test_a_report_of_another_kit_is_not_handed_out(db, challenges, tmp_path: Path) -> None:
    with Store(db) as store:
        known = {
            (challenge, sha256, "another"): report for (challenge, sha256, _), report in filling.known_of(store).items()
        }
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        begun = filling.begin(store, STUDENTS, HANDED, challenges, UNTIL)
        assert filling.hand_out(store, begun, known).left == len(HANDED)
