"""Canvas' and Moodle's own files: what is filled in, and that nothing else changes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.export import canvas, moodle, sheetfile
from grader.classroom.export.sheetfile import parse
from grader.classroom.model import Student
from grader.classroom.policy import Policy, Sheet, sheets
from grader.errors import UsageError
from tests.classroom.classes import FIRST, SECOND, attempt
from tests.classroom.handing_in import said
from tests.corpus import challenges

CHALLENGES = list(challenges().values())[:2]
POINTS = {FIRST: 10.0, SECOND: 20.0}
STUDENTS = [
    Student("4711", "doejane"), Student("zoe", "Zoë Ångström", "zoe@x.edu"), Student("s3", "Li Wei"), Student("s4", "Gone"),
]  # fmt: skip
SHEETS = sheets(
    STUDENTS,
    [attempt("4711", points=5), attempt("zoe", points=10), attempt("zoe", SECOND, points=5, out_of=20), attempt("s4")],
    POINTS,
    Policy(),
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Essay (90),Inspect a chunk (91),Prove include_usage (92),Current Score\r\n"
    ",,,,,Manual Posting,,,(read only)\r\n"
    "    Points Possible,,,,,5,100.00,20,(read only)\r\n"
    '"Doe, Jane",4711,,jdoe,Sec 1,3.5,,,70\r\n'
    '"Ångström, Zoë",4712,,zå,"=cmd|""x""",,9,,80\r\n'
    '"Wei, Li",4713,,,Sec 1,,,17,\r\n'
    '"Student, Test",,,,,,,,\r\n'
)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def filled(text: str, policy: Policy | None = None, made: list[Sheet] | None = None) -> tuple[list[list[str]], str]:
    done = canvas.fill(parse(text, "canvas.csv"), made or SHEETS, CHALLENGES, policy or Policy())
    return cells(done.file.text()), said(done.problems)


def test_canvas_gets_grades_on_its_own_scale_and_nothing_else_changes() -> None:
    rows, problems = filled(CANVAS)
    before = cells(CANVAS)
    changed = {
        (i, j): (was, now)
        for i, (old, new) in enumerate(zip(before, rows, strict=True))
        for j, (was, now) in enumerate(zip(old, new, strict=True))
        if was != now
    }
    assert changed == {(3, 6): ("", "50"), (4, 6): ("9", "100"), (4, 7): ("", "5")}
    assert "s4: canvas.csv: has grades and no row in this file" in problems
    assert problems.count("\n") == 0


def test_who_has_no_grade_keeps_what_is_there() -> None:
    rows, _ = filled(CANVAS)
    assert rows[5][7] == "17"


def test_a_byte_order_mark_semicolons_and_line_ends_stay() -> None:
    text = "\ufeff" + CANVAS.replace("\r\n", "\n").replace(",", ";").replace("; ", ", ")
    done = canvas.fill(parse(text, "canvas.csv"), SHEETS, CHALLENGES, Policy())
    out = done.file.text()
    assert out.startswith("\ufeffStudent;ID;")
    assert "\r" not in out
    assert done.cells == 3


def test_columns_and_the_total_go_where_class_toml_says() -> None:
    policy = Policy(columns={SECOND: "Essay (90)"}, total_column="Prove include_usage (92)")
    rows, _ = filled(CANVAS, policy)
    assert rows[4][5:8] == ["1.25", "100", "10"]  # 5 of 20 in points of 5; 15 of 30 in points of 20
    assert rows[3][5:8] == ["3.5", "50", "3.33"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a,b\n1,2\n", "has no columns `Student` and `ID`"),
        ("Student,ID\nDoe,1\n", "has no line `Points Possible`"),
        ("Student,ID,Essay (9)\nPoints Possible,,5\nDoe,1,\n", r"no column is named as a challenge \(Inspect a chunk"),
    ],
)
def test_what_is_not_canvas_file_says_what_was_expected(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        filled(text)


def test_an_assignment_without_points_is_left_alone_and_told() -> None:
    rows, problems = filled(CANVAS.replace("100.00", ""))
    assert rows[3][6] == ""
    assert "Inspect a chunk (91): has no points possible" in problems


def test_two_rows_of_one_student_are_told() -> None:
    _, problems = filled(CANVAS + '"Doe, Jane",,4711,,,,,,\r\n')
    assert "is '4711', as is line 4" in problems


WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Feedback comments\n"
    "Participant 12,Zoë Ångström,zoe@x.edu,Submitted,,50.00,Yes,-,<p>kept</p>\n"
    "Participant 13,Li Wei,li@x.edu,No submission,7,50.00,Yes,-,\n"
    "Participant 14,Doe Jane,4711,Submitted,1,50.00,No,-,\n"
)


def test_moodles_worksheet_is_filled_for_one_challenge_and_its_feedback_left_alone() -> None:
    done = moodle.fill(parse(WORKSHEET, "w.csv"), SHEETS, CHALLENGES[:1], Policy(), POINTS)
    rows = cells(done.file.text())
    assert [row[4] for row in rows[1:]] == ["50", "7", "1"]
    assert rows[1][8] == "<p>kept</p>"
    assert "line 4: is left as it is: Moodle does not let this grade be changed" in said(done.problems)
    with pytest.raises(UsageError, match=r"is the worksheet of one assignment\. Say of which challenge: --challenge 1"):
        moodle.fill(parse(WORKSHEET, "w.csv"), SHEETS, CHALLENGES, Policy(), POINTS)


def test_moodles_gradebook_export_is_filled_by_its_grade_items() -> None:
    text = (
        "First name,Last name,ID number,Email address,Assignment: Inspect a chunk (Real),Prove include_usage,Course total (Real)\n"
        "Zoë,Ångström,,zoe@x.edu,-,,\nJane,Doe,4711,,-,,\n"
    )
    done = moodle.fill(parse(text, "g.csv"), SHEETS, CHALLENGES, Policy(), POINTS)
    rows = cells(done.file.text())
    assert [row[4:6] for row in rows[1:]] == [["10", "5"], ["5", ""]]


def test_a_file_for_moodles_import_says_who_by_id_and_email() -> None:
    rows = cells(moodle.new(SHEETS, CHALLENGES))
    assert rows[0] == ["ID number", "Email address", "Inspect a chunk", "Prove include_usage"]
    assert rows[2] == ["zoe", "zoe@x.edu", "10", "5"]
    assert rows[3] == ["s3", "", "", ""]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        sheetfile.load(tmp_path / "no.csv")
    (tmp_path / "bad.csv").write_bytes(b"Student,ID\nZo\xeb,1\n")
    with pytest.raises(UsageError, match="is not UTF-8"):
        sheetfile.load(tmp_path / "bad.csv")
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(UsageError, match="is empty"):
        sheetfile.load(tmp_path / "empty.csv")


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_whatever_else_stands_in_the_file_stays(extra: list[list[str]], newline: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=newline).writerows(extra)
    text = CANVAS.replace("\r\n", newline) + out.getvalue()
    file = parse(text, "canvas.csv")
    before = [list(row) for row in file.rows]
    done = canvas.fill(file, SHEETS, CHALLENGES, Policy())
    after = cells(done.file.text())
    assert [row[:6] for row in after if row] == [row[:6] for row in before if row]
    assert [row[8:] for row in after if row] == [row[8:] for row in before if row]


@given(st.text(max_size=200))
def test_any_text_is_filled_or_says_why_it_is_not(text: str) -> None:
    for fill in (
        lambda f: canvas.fill(f, SHEETS, CHALLENGES, Policy()),
        lambda f: moodle.fill(f, SHEETS, CHALLENGES, Policy(), POINTS),
    ):
        try:
            fill(parse(text, "x.csv"))
        except UsageError as error:
            assert "x.csv" in str(error)
