"""A roster is seen before it is imported, and what was seen is imported."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.model import Student
from grader.classroom.roster import Roster, Row, parse
from grader.dashboard.desk import Desk
from grader.dashboard.reading import roster as reading
from tests.dashboard.classes import STUDENTS
from tests.dashboard.looks import field, is_ours, text

ROSTER = """\
id,name,email,section
ada,Ada King,ada@school.example,B
ben,,,
new,=cmd|'/c calc'!A0,new@school.example,A
ADA,Another,,A
<b>bold</b>,\u202eturned,,A
,Nobody,,A
mail,Mail,not-an-address,A
"""


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is asked of the store is asked of both in test_reading.py."""
    return sqlite_desk


def looked_at(instructor, given: str = ROSTER) -> str:
    answer = instructor.post("/roster", data={"text": given})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def imported(instructor, page: str):
    return instructor.post("/roster/import", data={"preview": field(page, "preview"), "seen": field(page, "seen")})


# -- what it would do ---------------------------------------------------------------------------------------------------

PEOPLE = st.builds(
    Student,
    st.sampled_from(["ada", "ben", "cem", "dee"]),
    st.sampled_from(["", "Ada", "Ben"]),
    st.sampled_from(["", "a@b", "c@d"]),
    st.sampled_from(["", "A", "B"]),
)
CLASSES = st.lists(PEOPLE, unique_by=lambda s: s.id)


@given(CLASSES, CLASSES)
def test_a_preview_says_what_an_import_does(known: list[Student], given_: list[Student]) -> None:
    found = reading.preview(Roster(Row(s) for s in given_), known)
    there = {s.id: s for s in known}
    for each in found.changed:
        assert all(old != new and getattr(there[each.student.id], name) == old for name, old, new in each.fields)
    assert len(found.new) + len(found.changed) + found.unchanged == len(given_)
    assert {s.id for s in found.absent} == set(there) - {s.id for s in given_}


def test_an_import_leaves_nothing_to_be_changed(desk: Desk) -> None:
    roster = parse(ROSTER, "the roster")
    before = reading.preview(roster, desk.store.students())
    desk.store.enroll([*(n.student for n in before.new), *(c.student for c in before.changed)])
    after = reading.preview(roster, desk.store.students())
    assert (after.new, after.changed) == ([], [])
    assert before.changed[0].fields == (("name", "Ada Lovelace", "Ada King"), ("section", "A", "B"))


def test_capitals_that_differ_are_pointed_out(desk: Desk) -> None:
    (new,) = reading.preview(parse("id\nADA\n", "the roster"), desk.store.students()).new
    assert new.like == "ada"


# -- pages --------------------------------------------------------------------------------------------------------------


def test_the_preview_shows_everything_and_changes_nothing(desk: Desk, instructor) -> None:
    before = desk.store.students()
    page = instructor.get(looked_at(instructor)).text
    is_ours(page)
    said = text(page)
    for expected in (
        "2 new, 1 changed, 1 as they are".replace("2 new", "3 new"),
        "→ Ada King",
        "has the id 'ADA' of line 2",
        "has no id. Give each student one. This row is left out.",
        "has the email 'not-an-address'",
        "Zoe Idle",
    ):
        assert expected in said, (expected, said)
    assert desk.store.students() == before


def test_what_was_seen_is_imported_and_noted(desk: Desk, instructor) -> None:
    answer = imported(instructor, instructor.get(looked_at(instructor)).text)
    assert answer.status_code == 303
    assert "4 students are imported" in text(instructor.get(answer.headers["location"]).text)
    known = {s.id: s for s in desk.store.students()}
    assert known["ada"] == Student("ada", "Ada King", "ada@school.example", "B")
    assert known["ben"].name == "Ben <b>Bold</b>"
    assert known["mail"].email == ""
    assert len(known) == len(STUDENTS) + 3


def test_a_file_is_taken_as_well_as_its_text(instructor) -> None:
    answer = instructor.post("/roster", files={"file": ("r.csv", "\ufeffid;name\nkim;Kim\n".encode(), "text/csv")})
    assert answer.status_code == 303
    assert "Kim" in instructor.get(answer.headers["location"]).text


def test_where_the_class_has_changed_it_has_to_be_looked_at_again(desk: Desk, instructor) -> None:
    where = looked_at(instructor)
    page = instructor.get(where).text
    desk.store.enroll([Student("new", "Taken", "", "B")])
    assert imported(instructor, page).status_code == 409
    assert imported(instructor, instructor.get(where).text).status_code == 303


def test_what_was_never_shown_cannot_be_imported(instructor) -> None:
    for preview in ("0" * 64, "' OR 1=1"):
        answer = instructor.post("/roster/import", data={"preview": preview, "seen": "x"})
        assert answer.status_code == 404
    page = instructor.get(looked_at(instructor)).text
    assert imported(instructor, page).status_code == 303
    assert imported(instructor, page).status_code == 404  # once


def test_what_is_no_roster_says_what_was_expected(instructor) -> None:
    for given_, said in (("", "is empty, expected"), ("a,b\n1,2\n", "has no column `id`")):
        answer = instructor.post("/roster", data={"text": given_})
        assert answer.status_code == 422
        assert said in text(answer.text)
    answer = instructor.post("/roster", files={"file": ("r.csv", b"id\n\xff\n", "text/csv")})
    assert answer.status_code == 422 and "is not UTF-8" in answer.text


def test_a_large_roster_is_shown_in_pages(instructor) -> None:
    where = looked_at(instructor, "id\n" + "".join(f"n{i:04}\n" for i in range(1500)))
    first, second = instructor.get(where).text, instructor.get(f"{where}&of=new&page=2").text
    assert len(first) < 300_000
    assert "n0000" in first and "n0100" not in first
    assert re.search(r"n0100", second) and "n0000" not in second
    assert field(first, "seen") == field(second, "seen")


def test_a_roster_is_the_instructors(assistant, visitor, enter) -> None:
    assert assistant.get("/roster").status_code == 403
    assert enter("student", "ada").get("/roster").status_code == 403
    assert visitor.get("/roster").status_code == 200
    assert visitor.post("/roster", data={"text": "id\nx\n"}).status_code == 403
