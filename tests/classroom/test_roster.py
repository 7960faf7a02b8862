"""The roster: every row is looked at, and whatever a download calls a student is found or said not to be."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.roster import Ambiguous, load, parse
from grader.errors import UsageError


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_columns_come_in_any_order_and_others_are_left_alone(between: str) -> None:
    text = (
        between.join(["Name", "ID", "Nickname", "Section"]) + "\r\n" + between.join(["Zoë Å", "s1", "z", "A"]) + "\r\n"
    )
    roster = parse(text, "roster.csv")
    assert [(s.id, s.name, s.email, s.section) for s in roster.students] == [("s1", "Zoë Å", "", "A")]
    assert roster.problems == []


def test_each_wrong_row_is_named_and_the_others_stay() -> None:
    text = "id,name,email\ns1,Ann,ann@x.edu\n,Nobody,\nS1,Again,\n\ns2,Bob,bob at home\ns3,Doe, Jane,x\ns4\n"
    roster = parse(text, "roster.csv")
    assert [student.id for student in roster.students] == ["s1", "s2", "s4"]
    assert [(problem.where, problem.message) for problem in roster.problems] == [
        ("roster.csv line 3", "has no id. Give each student one."),
        ("roster.csv line 4", "has the id 'S1' of line 2. Give each student one of their own."),
        ("roster.csv line 6", "has the email 'bob at home', expected one such as name@school.edu. It is left out."),
        ("roster.csv line 7", "has 4 cells, expected 3. Quote cells that hold a comma."),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty, expected a first line with the columns id, name"),
        ("name,email\nAnn,a@x", "has no column `id`"),
        ("id,id\na,b", "has the column 'id' twice"),
        ('id\n"' + "x" * 200_000 + '"', "not valid CSV"),
    ],
)
def test_what_is_no_roster_says_what_was_expected(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        parse(text, "roster.csv")


@pytest.mark.parametrize("content", [None, b"id\nZo\xeb\n", "id\nZoë".encode("utf-16")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "roster.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"roster\.csv: (cannot be read|is not UTF-8)"):
        load(path)


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(b"\xef\xbb\xbfid,name\ns1,Ann\n")
    assert load(path).students[0].id == "s1"


ROSTER = parse(
    "id,name,email,also\ns1,Ann Lee,ann@x.edu,4711;annlee\ns2,Ann Lee,ann2@x.edu,\ns3,María del Mar Ruiz,m@x.edu,s1x\ns1x,Zed,,\n",
    "roster.csv",
)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("s1", "s1"),
        ("S2", "s2"),
        ("4711", "s1"),
        ("ANN2@X.EDU", "s2"),
        ("maría  DEL mar ruiz", "s3"),
        ("ruizmaríadelmar", "s3"),
        ("delmarruizmaría", "s3"),
        ("s1x", "s1x"),  # an id comes before what another is also called
        ("nobody", None),
        ("", None),
    ],
)
def test_students_are_found_by_whatever_names_them(name: str, id: str | None) -> None:
    found = ROSTER.find([name])
    assert (found.id if found else None) == id


def test_what_could_be_two_students_is_never_guessed() -> None:
    with pytest.raises(Ambiguous, match="could be s1, s2"):
        ROSTER.find(["Ann Lee"])
    found = ROSTER.find(["Ann Lee", "4711"])
    assert found is not None and found.id == "s1"


@given(st.text(max_size=200))
def test_any_text_is_a_roster_or_says_why_it_is_none(text: str) -> None:
    try:
        roster = parse(text, "roster.csv")
    except UsageError as error:
        assert "roster.csv" in str(error)
        return
    assert all(student.id for student in roster.students)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_every_row_gives_a_student_or_a_problem(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=",").writerows([("id", "name", "section"), *rows])
    roster = parse(out.getvalue(), "roster.csv")
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(roster.students) + len(roster.problems) == len(filled)
    assert len({student.id for student in roster.students}) == len(roster.students)
