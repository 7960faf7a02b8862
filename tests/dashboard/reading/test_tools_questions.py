"""What the live page, regrading and the roster ask of the store and keep in it, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from grader.dashboard.access.viewer import Scope
from grader.dashboard.desk import Desk
from grader.dashboard.reading import live, regrade, roster
from grader.dashboard.regrade import Busy, Regrading
from tests.classroom.made import graded, handed
from tests.dashboard.classes import FIRST, FORMULA, NOON, SECOND, STUDENTS

B = Scope(section="B")
IN_B = {s.id for s in STUDENTS if s.section == "B"}
ONE, OTHER = handed("ada", b"x = 1\n"), handed("gus", b"x = 2\n")


def undecided(desk: Desk) -> int:
    """ada would gain 3 points, gus would lose 2, and the grader failed on ada once."""
    desk.store.hand_in([ONE, OTHER])
    first = desk.store.begin("grade", policy="per-student", kit="old", who="tess")
    desk.store.record_all(first, [graded(ONE, 2, diagnosis="buffers-body"), graded(OTHER, 5)])
    sitting = desk.store.begin("regrade", policy="per-student", kit="new", who="ana")
    again = [
        graded(ONE, 2, kit="new", status="error"),
        graded(ONE, 5, kit="new", number=1),
        graded(OTHER, 3, kit="new"),
    ]
    for one in again:
        desk.store.record(sitting, one)
    return sitting


def test_the_latest_results_are_the_scopes_and_the_newest_first(desk: Desk) -> None:
    everything, of_b = live.latest(desk.store, Scope(), 100), live.latest(desk.store, B, 100)
    ids = [one.report_id for one in everything]
    assert ids == sorted(ids, reverse=True) and len(ids) > 15
    assert {one.student for one in of_b} <= IN_B
    assert of_b == [one for one in everything if one.student in IN_B]
    assert live.those(desk.store, B, ids, 100) == of_b
    assert live.after(desk.store, Scope(), ids[3], 2) == everything[:2]
    assert live.ids_after(desk.store, ids[2], 10) == [ids[1], ids[0]]
    assert live.newest(desk.store) == ids[0]
    assert live.those(desk.store, Scope(), [], 5) == []


def test_a_regrading_is_counted_as_it_would_be_decided(desk: Desk) -> None:
    sitting = undecided(desk)
    assert regrade.tally(desk.store, sitting) == regrade.Tally(1, 1, 0, 1)
    gus, ada = regrade.changes(desk.store, Scope(), sitting, {f"{FIRST} ends": "The end"}, first=0, count=9)
    assert (gus.student, gus.gain, ada.student, ada.gain) == ("gus", -2, "ada", 3)
    assert ada.kits[1] == "new" and ada.why == ("The end: failed, buffers-body → passed",)
    assert regrade.changes(desk.store, B, sitting, {}, first=1, count=9) == []
    found = regrade.open_sitting(desk.store)
    assert found is not None and (found.id, found.who) == (sitting, "ana")
    desk.store.decide(sitting, "committed", who="ana")
    assert regrade.open_sitting(desk.store) is None
    assert [one.decided_by for one in regrade.decided(desk.store, 5)] == ["ana"]
    assert regrade.tally(desk.store, sitting).changed == 0


def test_whose_programs_are_not_here_is_known(desk: Desk) -> None:
    counts = regrade.counts(desk.store)
    assert counts[FIRST][1] == 1 and counts[SECOND][1] == 1
    assert {one.student for one in regrade.lacking(desk.store, [FIRST, SECOND], 10)} == {"eli", FORMULA}
    assert regrade.waiting(desk.store) == {}
    assert regrade.policy_in_use(desk.store) == "fixed:7"


def test_one_regrading_at_a_time_is_decided_by_the_database(desk: Desk) -> None:
    sitting = undecided(desk)
    one, other = Regrading(desk), Regrading(desk)
    assert one.state() is None
    with pytest.raises(Busy, match="nobody has decided"):
        one.begin([FIRST], "ana")
    other.decide(sitting, "discarded", "ben")
    with pytest.raises(Busy, match="decided meanwhile"):
        one.decide(sitting, "committed", "ana")
    with pytest.raises(Busy, match="no regrading to go on with"):
        one.go_on()


def test_a_roster_is_kept_for_a_day_by_its_hash(desk: Desk) -> None:
    sha256 = roster.put_aside(desk.store, "id\nnul\0 é\n", NOON)
    assert roster.put_aside(desk.store, "id\nnul\0 é\n", NOON) == sha256
    assert roster.put_by(desk.store, sha256) == "id\nnul\ufffd é\n"
    roster.put_aside(desk.store, "id\nother\n", NOON + timedelta(days=2))
    assert roster.put_by(desk.store, sha256) is None
    assert dict(roster.sections(desk.store)) == {"A": 6, "B": 6}


def test_what_cannot_be_graded_again_is_found_without_looking_at_all_that_was_handed_in(sqlite_desk: Desk) -> None:
    """SQLite uses an index with a condition only for a question that has the same words."""
    asked: list[str] = []
    store = sqlite_desk.store
    event.listen(store._engine, "before_cursor_execute", lambda _, __, statement, ___, *____: asked.append(statement))
    regrade.counts(store)
    regrade.lacking(store, [FIRST], 10)
    questions = [statement for statement in asked if "has_bytes" in statement]
    assert len(questions) == 2
    for question in questions:
        with store._engine.connect() as connection:
            values = (FIRST, 10, 0)[: question.count("?")]
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values).all()
        assert any("ix_handed_unseen" in row[3] for row in plan), question
