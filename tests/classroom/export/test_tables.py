"""CSV and JSON lines: every attempt and grade, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.export.cells import cell, guarded, number, table
from grader.classroom.export.tables import LONG, lines, long, wide
from grader.classroom.model import Student
from grader.classroom.policy import Policy, Rules, counted, sheets
from tests.classroom.classes import FIRST, POINTS, SECOND, START, attempt

ANN, BOB = Student("s1", "Zoë Å", "z@x.edu", "A"), Student("s2", '=HYPERLINK("http://x","y")', "", "-1")
ATTEMPTS = [
    attempt("s1", points=4, day=1, diagnosis="late"),
    attempt("s1", points=7.333, number=2, day=10.5),
    attempt("s1", SECOND, points=20),
]
POLICY = Policy(rules={FIRST: Rules(counts="last", deadline=START + timedelta(days=10), late_penalty=0.1)})


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_long_has_a_row_for_each_attempt_and_says_which_one_counts() -> None:
    made = rows(long(sheets([ANN, BOB], ATTEMPTS, POINTS, POLICY), counted(ATTEMPTS, POLICY), POLICY))
    assert list(made[0]) == list(LONG)
    assert [(r["challenge"], r["attempt"], r["points"], r["counts"], r["grade"], r["days_late"]) for r in made] == [
        (FIRST, "1", "4", "no", "", "0"), (FIRST, "2", "7.33", "yes", "6.6", "1"), (SECOND, "1", "20", "yes", "20", "0"),
    ]  # fmt: skip
    assert (made[0]["handed_in"], made[2]["handed_in"]) == ("2026-11-02T00:00:00Z", "")
    assert (made[0]["diagnosis"], made[0]["name"]) == ("late", "Zoë Å")


def test_wide_has_a_row_for_each_student_and_nothing_where_nothing_came() -> None:
    ann, bob = rows(wide(sheets([ANN, BOB], ATTEMPTS, POINTS, POLICY)))
    assert (ann[FIRST], ann[SECOND], ann["total"], ann["out_of"]) == ("6.6", "20", "26.6", "40")
    assert (bob[FIRST], bob["total"]) == ("", "0")
    assert (bob["name"], bob["section"]) == ('\'=HYPERLINK("http://x","y")', "'-1")
    assert wide([]).startswith("student,")


def test_json_lines_hold_each_grade_with_all_its_attempts() -> None:
    made = [
        json.loads(line)
        for line in lines(sheets([ANN, BOB], ATTEMPTS, POINTS, POLICY), counted(ATTEMPTS, POLICY)).splitlines()
    ]
    assert len(made) == 2 * len(POINTS)
    first = made[0]
    assert (first["schema"], first["student"], first["challenge"], first["points"]) == (
        "grader/grade/v1",
        "s1",
        FIRST,
        6.6,
    )
    assert [each["status"] for each in first["attempts"]] == ["fail", "fail"]
    assert made[3]["points"] is None and made[3]["name"].startswith("=")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", " =1", "＝1", "\ufeff=1"])
def test_what_a_spreadsheet_would_compute_is_shown_instead(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded("Zoë O'Neil") == "Zoë O'Neil"
    assert guarded(f"1.0;{text}") == f"1.0;'{text}", "where decimals have a comma, ; begins a cell"
    assert guarded("one; two") == "one; two"


@given(st.lists(st.lists(st.text(max_size=10) | st.none() | st.booleans(), min_size=2, max_size=2), max_size=5))
def test_no_cell_begins_a_formula_and_every_row_comes_back(values: list[list[object]]) -> None:
    made = list(csv.reader(io.StringIO(table(["a", "b"], values), newline="")))
    assert len(made) == len(values) + 1
    for row, original in zip(made[1:], values, strict=True):
        assert row == [cell(value) for value in original]
        assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for text in row)


@given(st.floats(0, 1e6))
def test_numbers_are_numbers_of_two_decimals(value: float) -> None:
    assert abs(float(number(value)) - value) <= 0.0051
    assert "e" not in number(value)
