"""A student's page, and their attempts: what is on them, and for whom."""

from __future__ import annotations

import json

import pytest

from grader.classroom.store.schema import reports
from grader.dashboard.desk import Desk
from grader.dashboard.web import student_link
from tests.dashboard.classes import FORMULA, QUOTED, RTL, SCRIPT, SECOND, STUDENTS
from tests.dashboard.looks import elements, is_ours, links, report_of, text


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is asked of the store is asked of both in test_reading.py."""
    return sqlite_desk


@pytest.mark.parametrize("student", [s.id for s in STUDENTS])
def test_every_student_has_a_page_and_nothing_of_it_is_markup(instructor, student: str) -> None:
    answer = instructor.get(student_link(student))
    assert answer.status_code == 200
    is_ours(answer.text)
    for address in links(answer.text):
        if address.startswith("/attempts/"):
            shown = instructor.get(address)
            assert shown.status_code == 200
            is_ours(shown.text)


def test_a_student_sees_their_own_page_and_nobody_elses(enter) -> None:
    ada = enter("student", "ada")
    own = ada.get("/student")
    assert own.status_code == 200 and "Ada Lovelace" in own.text
    assert ada.get(student_link("ada")).text == own.text
    for other in ("ben", SCRIPT, "nobody"):
        answer = ada.get(student_link(other))
        assert answer.status_code == 404
        assert "Bold" not in answer.text


def test_an_assistant_sees_the_students_of_their_section(enter) -> None:
    of_b = enter("assistant", "B")
    assert of_b.get(student_link("gus")).status_code == 200
    assert of_b.get(student_link("ada")).status_code == 404


def test_the_history_says_what_counts_and_is_for_the_staff(instructor, enter) -> None:
    assert "All that was graded" in instructor.get(student_link("hal")).text
    assert "All that was graded" not in enter("student", "hal").get("/student").text


def test_who_sent_it_the_seed_and_who_graded_are_for_the_staff(desk: Desk, instructor, enter) -> None:
    secret = "0x5eed"
    id = report_of(desk, "gus", 2)
    desk.store.write(
        lambda c: c.execute(reports.update().where(reports.c.id == id).values(seed=987654321987, sent_by=secret))
    )
    staff, own = instructor.get(f"/attempts/{id}").text, enter("student", "gus").get(f"/attempts/{id}").text
    for word in ("987654321987", secret, "tess"):
        assert word in staff
        assert word not in own


def test_an_attempt_is_shown_with_its_picture_its_program_and_what_changed(desk: Desk, instructor) -> None:
    page = instructor.get(f"/attempts/{report_of(desk, QUOTED, 2)}").text
    said = text(page)
    assert page.count('class="wire"') == 1
    assert "Attempt 2: Inspect a chunk" in said
    assert [tag for tag, _ in elements(page) if tag == "ins"] and [tag for tag, _ in elements(page) if tag == "del"]
    assert f"/attempts/{report_of(desk, QUOTED, 1)}" in links(page)
    assert f"/attempts/{report_of(desk, QUOTED, 3)}" in links(page)


def test_the_line_of_the_finding_is_marked_in_the_program(desk: Desk, instructor) -> None:
    id = report_of(desk, "ben")
    report = json.loads(desk.store.report(id))
    for check in report["challenges"][0]["checks"]:
        check["line"] = 7 if check["status"] == "fail" else None
    desk.store.write(lambda c: c.execute(reports.update().where(reports.c.id == id).values(report=json.dumps(report))))
    page = instructor.get(f"/attempts/{id}").text
    assert "the finding is at line 7" in text(page)
    assert page.count('class="row here"') == 1
    assert '<span class="row here"><span>7</span><b class="sr">the finding is here: </b>' in page


def test_each_run_is_on_a_page_and_alone_for_htmx(desk: Desk, instructor) -> None:
    id = report_of(desk, "ben")
    runs = [a for a in links(instructor.get(f"/attempts/{id}").text) if "/runs/" in a]
    assert runs
    page, part = instructor.get(runs[0]), instructor.get(runs[0], headers={"HX-Request": "true"})
    is_ours(page.text)
    assert "<html" in page.text and "<html" not in part.text
    assert page.text.count('class="wire"') == part.text.count('class="wire"') == 1
    assert instructor.get(f"/attempts/{id}/runs/0").status_code == 404
    assert instructor.get(f"/attempts/{id}/runs/{len(runs) + 1}").status_code == 404


def test_the_file_is_handed_out_as_it_came_and_never_as_a_page(desk: Desk, instructor) -> None:
    answer = instructor.get(f"/attempts/{report_of(desk, SCRIPT)}/source")
    assert b"<script>alert" in answer.content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert instructor.get(f"/attempts/{report_of(desk, 'eli')}/source").status_code == 404  # only a report came


def test_what_came_without_the_program_says_so(desk: Desk, instructor) -> None:
    said = text(instructor.get(f"/attempts/{report_of(desk, FORMULA, 1, SECOND)}").text)
    assert "Only the report came, without the program." in said


def test_what_nobody_handed_in_is_not_found(instructor) -> None:
    for number in ("0", "999999999", str(2**63), str(10**30)):
        assert instructor.get(f"/attempts/{number}").status_code in (404, 422)


@pytest.mark.parametrize("student", ["ada", RTL])
def test_an_attempt_is_there_for_its_scope_alone(desk: Desk, enter, student: str) -> None:
    id = report_of(desk, student)
    section = "A" if student == "ada" else "B"
    for path in (f"/attempts/{id}", f"/attempts/{id}/runs/1", f"/attempts/{id}/source"):
        assert enter("assistant", section).get(path).status_code == 200
        assert enter("student", student).get(path).status_code == 200
        assert enter("assistant", "AB".replace(section, "")).get(path).status_code == 404
        assert enter("student", "ben").get(path).status_code == 404


def test_a_report_of_another_form_is_said_to_be_one(desk: Desk, instructor) -> None:
    id = report_of(desk, "ada")
    desk.store.write(
        lambda c: c.execute(reports.update().where(reports.c.id == id).values(report='{"schema": "other"}'))
    )
    answer = instructor.get(f"/attempts/{id}")
    assert answer.status_code == 200
    assert "another form than this kit knows" in text(answer.text)
