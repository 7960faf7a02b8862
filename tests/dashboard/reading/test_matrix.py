"""The matrix, on both databases: the same students, states and sums as the attempts themselves say."""

from __future__ import annotations

from collections import Counter

import pytest

from grader.classroom.model import Student
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading.matrix import PAGE, STATES, Question, matrix, stuck, tallies, told_now
from grader.dashboard.reading.part import Part, sections, size
from tests.dashboard.invented import IDS, of_section
from tests.dashboard.reading.conftest import Class


def states(found: Class, section: str = "") -> dict[tuple[str, str], str]:
    """By student and challenge, from the attempts."""
    history = found.history(section)
    are_stuck = {(one.student, one.challenge) for one in found.stats(section).stuck}
    last = {(a.student, a.challenge): a.status for a in found.store.attempts()}
    made = {}
    for student in of_section(found.students, section):
        for challenge in IDS:
            pair = (student.id, challenge)
            several = history.get(pair, [])
            if any(a.status == "pass" for a in several):
                made[pair] = "pass"
            elif several:
                made[pair] = "stuck" if pair in are_stuck else "fail"
            else:
                made[pair] = last.get(pair, "not-started")
    return made


def everybody(found: Class, question: Question, section: str = "") -> list[str]:
    return [row.student for row in matrix(found.store, found.part(section), question).rows]


def test_each_cell_says_what_the_attempts_say(found: Class, section: str) -> None:
    rows = matrix(found.store, found.part(section), Question()).rows
    assert sorted(row.student for row in rows) == [student.id for student in of_section(found.students, section)]
    said = {(row.student, c): row.cells[c].state if c in row.cells else "not-started" for row in rows for c in IDS}
    assert said == states(found, section)
    history = found.history(section)
    for row in rows:
        for challenge, cell in row.cells.items():
            several = history.get((row.student, challenge), [])
            assert cell.attempts == len(several)
            if several:
                best = max(several, key=lambda a: a.points / a.max_points)
                assert (cell.points, cell.max_points) == (best.points, best.max_points)
        assert row.total == pytest.approx(sum(cell.points for cell in row.cells.values()))
        assert row.stuck == sum(1 for cell in row.cells.values() if cell.state == "stuck")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("challenge", ["", IDS[1]])
def test_a_state_chooses_those_who_are_in_it(found: Class, state: str, challenge: str) -> None:
    known = states(found)
    wanted = set()
    for student in found.students:
        of = [known[student.id, c] for c in ([challenge] if challenge else IDS)]
        every = state in ("pass", "not-started")
        if all(each == state for each in of) if every else state in of:
            wanted.add(student.id)
    assert set(everybody(found, Question(state=state, challenge=challenge))) == wanted


def test_a_misconception_chooses_those_whose_last_attempt_is_told_it(found: Class) -> None:
    last = {pair: several[-1].diagnosis for pair, several in found.history().items()}
    told = told_now(found.store, found.part())
    assert told == sorted({diagnosis for diagnosis in last.values() if diagnosis})
    for diagnosis in told:
        assert set(everybody(found, Question(misconception=diagnosis))) == {
            s for (s, _), d in last.items() if d == diagnosis
        }


@pytest.mark.parametrize("sort", ["name", "active", "total", "stuck", IDS[0]])
def test_sorting_goes_both_ways_and_who_has_nothing_comes_last(found: Class, sort: str) -> None:
    keys = {"name": lambda row: (row.name or row.student).lower(), "active": lambda row: row.active,
            "total": lambda row: row.total, "stuck": lambda row: row.stuck,
            IDS[0]: lambda row: row.cells[IDS[0]].points if IDS[0] in row.cells else None}  # fmt: skip
    for question in (Question(sort=sort), Question(sort=f"-{sort}")):
        rows = [row for row in matrix(found.store, found.part(), question).rows if sort == "name" or row.cells]
        values = [keys[sort](row) for row in rows]
        there = [value for value in values if value is not None]
        assert there == sorted(there, reverse=(sort == "name") == question.sort.startswith("-"))
        assert values[len(there) :] == [None] * (len(values) - len(there))


@pytest.mark.parametrize(
    ("text", "ids"), [("s0", 10), ("S01", 1), ("name 3", None), ("%", 0), ("_", 0), ("@x.", 24), ("'; --", 0)]
)
def test_a_text_is_looked_for_in_name_id_and_address(found: Class, text: str, ids: int | None) -> None:
    several = everybody(found, Question(text=f" {text} "))
    assert len(several) == (sum(1 for s in found.students if s.name == "Name 3") if ids is None else ids)


def test_the_class_is_told_apart_by_state_for_each_challenge(found: Class, section: str) -> None:
    part = found.part(section)
    students = size(found.store, part)
    assert students == len(of_section(found.students, section))
    known = states(found, section)
    for tally in tallies(found.store, part, students):
        counts = Counter(state for (_, challenge), state in known.items() if challenge == tally.challenge)
        assert (tally.passed, tally.at_it, tally.stuck, tally.failed, tally.not_started) == (
            counts["pass"], counts["fail"], counts["stuck"], counts["error"], counts["not-started"],
        )  # fmt: skip


def test_who_is_stuck_is_who_the_statistics_say(found: Class, section: str) -> None:
    rows, count = stuck(found.store, found.part(section), 100)
    told = found.stats(section).stuck
    assert sorted((r.student, r.challenge, r.diagnosis, r.in_a_row) for r in rows) == [
        (s.student, s.challenge, s.diagnosis, s.attempts) for s in told
    ]
    assert count == len(told)
    assert [r.in_a_row for r in rows] == sorted((r.in_a_row for r in rows), reverse=True)
    if told:
        assert (len(stuck(found.store, found.part(section), 1)[0]), stuck(found.store, found.part(section), 1)[1]) == (
            1,
            count,
        )


def test_an_assistant_sees_their_section_whatever_they_ask_for(found: Class) -> None:
    part = Part(Scope(section="A"), IDS, "B")
    assert matrix(found.store, part, Question()).rows == []
    assert size(found.store, part) == 0
    assert sections(found.store, Scope(section="A")) == ["A"]
    assert sections(found.store, Scope()) == ["A", "B"]


def test_long_classes_are_cut_into_pages_and_a_page_too_far_is_the_last(store: Store) -> None:
    store.enroll(Student(f"s{n:04}") for n in range(2 * PAGE + 3))
    part = Part(Scope(), IDS)
    pages = [matrix(store, part, Question(page=page)) for page in (1, 2, 3, 9)]
    assert [len(page.rows) for page in pages] == [PAGE, PAGE, 3, 3]
    assert [page.page for page in pages] == [1, 2, 3, 3]
    assert {page.count for page in pages} == {2 * PAGE + 3}
    assert [row.student for page in pages[:3] for row in page.rows] == [f"s{n:04}" for n in range(2 * PAGE + 3)]


def test_an_empty_class_has_one_empty_page(store: Store) -> None:
    assert matrix(store, Part(Scope(), IDS), Question(page=4)) == matrix(store, Part(Scope(), IDS), Question())
    assert stuck(store, Part(Scope(), IDS), 5) == ([], 0)
