"""Exports: each viewer's own students, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import json

import pytest

from grader.classroom.model import Student
from grader.classroom.policy import Policy, Rules
from grader.dashboard.desk import Desk
from tests.dashboard.classes import FIRST, FORMULA, STUDENTS
from tests.dashboard.looks import field, is_ours, text

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Inspect a chunk (4711),Other (1)
    Points Possible,,,,,10,5
"Lovelace, Ada",1,ada,ada,A,,3
Gus,2,gus,gus,B,,4
Stranger,3,nobody,nobody,A,,2
"""
WORKSHEET = """\
Identifier,Full name,Email address,Grade,Maximum Grade,Grade can be changed
Participant 1,Ada Lovelace,ada@school.example,,50.00,Yes
Participant 2,Cem Demir,cem@school.example,,50.00,No
"""


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is asked of the store is asked of both in test_reading.py."""
    return sqlite_desk


def rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_every_form_holds_those_whom_the_viewer_may_see(instructor, assistant) -> None:
    in_a = {s.id for s in STUDENTS if s.section == "A"}
    for form in ("long", "wide"):
        assert len({row["student"] for row in rows(instructor.get(f"/exports/grades?form={form}"))}) > len(in_a) / 2
        assert {row["student"] for row in rows(assistant.get(f"/exports/grades?form={form}"))} <= in_a
    assert {row["ID number"] for row in rows(assistant.get("/exports/grades?form=moodle"))} == in_a
    objects = [json.loads(line) for line in assistant.get("/exports/grades?form=jsonl").content.splitlines()]
    assert {each["student"] for each in objects} == in_a


def test_nothing_in_a_table_is_a_formula(instructor) -> None:
    for form in ("long", "wide", "moodle"):
        content = instructor.get(f"/exports/grades?form={form}").content.decode()
        cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
        assert f"'{FORMULA}" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_only_the_chosen_challenges_are_in_it(instructor) -> None:
    found = rows(instructor.get(f"/exports/grades?form=long&challenge={FIRST}"))
    assert {row["challenge"] for row in found} == {FIRST}
    assert instructor.get("/exports/grades?challenge=nothing").status_code == 404
    assert instructor.get("/exports/grades?form=nothing").status_code == 404


def test_canvas_file_comes_back_filled_with_its_other_cells_as_they_were(instructor) -> None:
    shown = instructor.post("/exports/fill", data={"platform": "canvas"}, files={"file": ("c.csv", CANVAS.encode())})
    assert shown.status_code == 200
    is_ours(shown.text)
    assert "2 grades are filled in" in text(shown.text)
    back = instructor.post("/exports/filled", data={"packed": field(shown.text, "packed"), "platform": "canvas"})
    found = rows(back)
    assert [row["Inspect a chunk (4711)"] for row in found] == ["10", "10", "10", ""]
    assert [row["Other (1)"] for row in found] == ["5", "3", "4", "2"]


def test_an_assistant_fills_in_their_section_and_hears_of_no_other(assistant) -> None:
    shown = assistant.post("/exports/fill", data={"platform": "canvas"}, files={"file": ("c.csv", CANVAS.encode())})
    back = assistant.post("/exports/filled", data={"packed": field(shown.text, "packed"), "platform": "canvas"})
    assert [row["Inspect a chunk (4711)"] for row in rows(back)] == ["10", "10", "", ""]
    assert "gus" not in text(shown.text) and "zoe" not in text(shown.text)


NAMESAKES = """\
Student,ID,SIS User ID,SIS Login ID,Section,Inspect a chunk (4711)
    Points Possible,,,,,10
Ada Lovelace,1,ada,ada,A,
Ada Lovelace,2,ada2,ada2@school.example,B,
Ada Lovelace,3,,,B,
"""


def test_a_namesake_of_another_section_has_a_row_of_their_own(desk: Desk, assistant, instructor) -> None:
    desk.store.enroll([Student("ada2", "Ada Lovelace", "ada2@school.example", "B")])
    for platform, content in (("canvas", NAMESAKES), ("moodle", _as_moodle(NAMESAKES))):
        for who in (assistant, instructor):
            shown = who.post("/exports/fill", data={"platform": platform}, files={"file": ("c.csv", content.encode())})
            back = who.post("/exports/filled", data={"packed": field(shown.text, "packed"), "platform": platform})
            given = [row["Inspect a chunk (4711)"] for row in rows(back)][-3:]
            assert given[0] and given[1:] == ["", ""], (platform, given)
            assert "could be ada" in text(shown.text)
            assert ("ada2" in text(shown.text)) is (who is instructor)


def _as_moodle(canvas: str) -> str:
    head, _, *students = canvas.splitlines()
    head = head.replace("Student,ID,SIS User ID,SIS Login ID", "Full name,Identifier,ID number,Email address")
    return "\n".join([head, *students])


def test_a_moodle_worksheet_is_one_challenges(instructor) -> None:
    files = {"file": ("<script>.csv", WORKSHEET.encode())}
    refused = instructor.post("/exports/fill", data={"platform": "moodle"}, files=files)
    assert refused.status_code == 422 and "worksheet of one assignment" in text(refused.text)
    shown = instructor.post("/exports/fill", data={"platform": "moodle", "challenge": FIRST}, files=files)
    is_ours(shown.text)
    assert "1 grade is filled in" in text(shown.text)
    assert "Moodle does not let this grade be changed" in text(shown.text)


def test_what_is_no_file_of_theirs_is_said(instructor) -> None:
    for content in (b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"\x00" * 100):
        answer = instructor.post("/exports/fill", data={"platform": "canvas"}, files={"file": ("c.csv", content)})
        assert answer.status_code == 422, content
    for packed in ("", "x", "eJwDAAAAAAE!"):
        assert instructor.post("/exports/filled", data={"packed": packed}).status_code in (400, 422)


def test_the_page_says_which_rules_are_in_use(desk: Desk, instructor) -> None:
    assert "No rules are in use" in text(instructor.get("/exports").text)
    desk.policy = Policy(rules={FIRST: Rules(attempts=1)})
    first_only = rows(instructor.get(f"/exports/grades?form=wide&challenge={FIRST}"))
    ada = next(row for row in first_only if row["student"] == "ada")
    assert float(ada[FIRST]) < 20  # her second attempt does not count


def test_a_dashboard_that_only_shows_lets_grades_be_taken_along(visitor) -> None:
    assert visitor.get("/exports/grades").status_code == 200
    assert "can be uploaded" in text(visitor.get("/exports").text)
    assert visitor.post("/exports/fill", data={"platform": "canvas"}, files={"file": ("c", b"")}).status_code == 403


def test_students_have_no_exports(enter) -> None:
    for path in ("/exports", "/exports/grades"):
        assert enter("student", "ada").get(path).status_code == 403
