"""Each program is graded once, and everybody who handed it in has that report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.challenge import Challenge
from grader.classroom.model import Handed, Student
from grader.classroom.store.schema import reports as table
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.demo import filling
from grader.dashboard.demo.sending import Senders
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings
from tests.classroom.small import INSPECT, RIGHT, WRONG, challenge_of, small_kit

UNTIL = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)
STUDENTS = [Student(id) for id in ("ada", "bob", "cleo")]


def one(student: str, source: bytes) -> Handed:
    return Handed(student, INSPECT, "inspect_chunk.py", source, UNTIL, "a class")


def senders(store: Store, challenges: list[Challenge]) -> Senders:
    """bob signs, cleo has a token."""
    desk = Desk(Settings("the tests'", read_only=True), store, challenges[0].kit, challenges)
    return Senders(desk, {"bob": "key", "cleo": "token"})


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
        assert sorted(len(several) for several in begun.groups.values()) == [1, 3], "two programs, of one and of three"
        filling.grade(store, begun, challenges, senders(store, challenges))
    return url


def test_the_same_bytes_have_the_same_report(db) -> None:
    with Store(db) as store:
        counting = {(attempt.student, attempt.submission_sha256): attempt for attempt in store.attempts()}
        assert len(counting) == len(HANDED)
        assert {attempt.at for attempt in counting.values()} == {UNTIL}
        reports = [json.loads(store.newest((h.student, INSPECT, h.sha256)) or "") for h in HANDED]
    assert [report["challenges"][0]["status"] for report in reports] == ["fail", "pass", "pass", "pass"]
    assert reports[0]["challenges"][0]["diagnosis"] == "buffers-body"
    assert reports[1]["challenges"] == reports[2]["challenges"] == reports[3]["challenges"]
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
        left = filling.hand_out(store, begun, known, senders(store, challenges))
        assert left.left == 1
        assert len(list(store.attempts())) == len(HANDED)


def test_a_report_of_another_kit_is_not_handed_out(db, challenges, tmp_path: Path) -> None:
    with Store(db) as store:
        known = {
            (challenge, sha256, "another"): report for (challenge, sha256, _), report in filling.known_of(store).items()
        }
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        begun = filling.begin(store, STUDENTS, HANDED, challenges, UNTIL)
        assert filling.hand_out(store, begun, known, senders(store, challenges)).left == len(HANDED)


def test_who_sends_their_reports_is_known_by_the_key_or_token_that_they_really_had(db) -> None:
    with Store(db) as store:
        found = store.read(sa.select(attempts.c.student, attempts.c.provenance, attempts.c.at).distinct())
        by = store.read(sa.select(table.c.sent_by).where(table.c.provenance == "signed"))
    assert {(row.student, row.provenance) for row in found} == {("ada", "server"), ("bob", "signed"), ("cleo", "local")}
    assert {row.at for row in found} == {UNTIL}, "when it was handed in, not when it was sent"
    assert by[0][0].startswith("SHA256:")
