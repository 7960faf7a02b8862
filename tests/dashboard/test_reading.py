"""What pages ask of the store, on both databases: what is there is found, and nothing beyond the scope."""

from __future__ import annotations

import sqlalchemy as sa

from grader.dashboard.access.viewer import Scope
from grader.dashboard.desk import Desk
from grader.dashboard.reading import attempt as reading_attempt
from grader.dashboard.reading import student as reading
from grader.dashboard.reading.records import ScopedRecords
from tests.dashboard.classes import FIRST, QUOTED, SECOND, STUDENTS
from tests.dashboard.looks import report_of

B = Scope(section="B")


def test_a_student_stands_with_each_challenge_as_their_attempts_say(desk: Desk) -> None:
    first, second = reading.standing(desk.store, Scope(), "ada", [FIRST, SECOND])
    assert [(t.number, t.status) for t in first.tried] == [(1, "fail"), (2, "pass")]
    assert (first.status, first.attempts, first.stuck, first.points) == ("pass", 2, False, first.max_points)
    assert second.status == "pass" and second.passed_at is not None
    (nothing,) = reading.standing(desk.store, Scope(), "zoe", [FIRST])
    assert nothing == reading.Standing(FIRST)
    (stuck,) = reading.standing(desk.store, Scope(), "ben", [FIRST])
    assert stuck.stuck and stuck.in_a_row == 3


def test_whoever_is_not_in_the_scope_is_not_there(desk: Desk) -> None:
    assert reading.person(desk.store, B, "ada") is None
    assert reading.person(desk.store, Scope(student="ben"), "ada") is None
    assert all(not each.tried for each in reading.standing(desk.store, B, "ada", [FIRST, SECOND]))
    assert reading.gradings(desk.store, B, "ada") == []
    assert reading_attempt.attempt(desk.store, B, report_of(desk, "ada")) is None
    gus = reading.person(desk.store, B, "gus")
    assert gus is not None and gus.section == "B"


def test_the_attempts_before_and_after_are_this_students_at_this_challenge(desk: Desk) -> None:
    shown = reading_attempt.attempt(desk.store, Scope(), report_of(desk, QUOTED, 2))
    assert shown is not None
    before, after = reading_attempt.neighbours(desk.store, Scope(), shown)
    assert (before and before.report_id, after and after.report_id) == (
        report_of(desk, QUOTED, 1), report_of(desk, QUOTED, 3),
    )  # fmt: skip
    last = reading_attempt.attempt(desk.store, Scope(), report_of(desk, QUOTED, 3))
    assert last is not None and reading_attempt.neighbours(desk.store, Scope(), last)[1] is None


def test_what_is_not_decided_on_is_not_a_students_to_see(desk: Desk) -> None:
    id = report_of(desk, "ada")
    desk.store.write(
        lambda c: c.execute(sa.text("UPDATE sittings SET state = 'open', kind = 'regrade' WHERE kind = 'grade'"))
    )
    assert reading_attempt.attempt(desk.store, Scope(student="ada"), id) is None
    assert reading_attempt.attempt(desk.store, Scope(), id) is not None


def test_what_counts_is_read_as_the_store_says_it(desk: Desk) -> None:
    theirs = {(a.student, a.challenge, a.submission_sha256): a for a in desk.store.attempts()}
    ours = {(a.student, a.challenge, a.submission_sha256): a for a in ScopedRecords(desk.store, Scope()).attempts()}
    assert ours == theirs and len(ours) > 15


def test_a_scope_holds_its_own_students_alone(desk: Desk) -> None:
    found = ScopedRecords(desk.store, Scope(section="B"))
    ids = {s.id for s in STUDENTS if s.section == "B"}
    assert {s.id for s in found.students()} == ids
    assert {a.student for a in found.attempts()} <= ids
