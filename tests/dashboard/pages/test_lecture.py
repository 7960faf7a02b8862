"""The lecture's page and its link: the commonest misconceptions, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from grader.classroom.store.people import audit
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.reading.lecture import Days, slides
from grader.dashboard.reading.part import Part
from tests.dashboard.classes import FIRST, NOON, STUDENTS, small_class
from tests.dashboard.conftest import desk_on, entered
from tests.databases import Copies


@pytest.fixture(scope="module")
def its_desk(sqlite_copies: Copies) -> Iterator[Desk]:
    with Store(sqlite_copies.of(small_class)) as opened:
        yield desk_on(opened)


def stranger(desk: Desk) -> TestClient:
    return TestClient(create(desk), base_url=desk.settings.address, follow_redirects=False)


def made(desk: Desk, client: TestClient, **form: str) -> str:
    """The path of a link."""
    answer = client.post("/lecture/link", data=form)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    return page.partition(f'href="{desk.settings.address}')[2].partition('"')[0]


def test_the_commonest_come_first_as_the_attempts_of_these_days_say(desk: Desk) -> None:
    part = Part(Scope(), tuple(desk.titles))
    for days in (2, 7):
        first = (NOON - timedelta(days=days - 1)).date().isoformat()
        told: dict[str, set[str]] = {}
        for a in desk.store.attempts():
            at = a.at or a.graded_at
            if a.status == "fail" and a.diagnosis and first <= at.date().isoformat() and at <= NOON:
                told.setdefault(a.diagnosis, set()).add(a.student)
        wanted = sorted(((-len(ids), d) for d, ids in told.items()))[:3]
        found = slides(desk.store, part, Days.before(NOON, days))
        assert [(-s.students, s.diagnosis) for s in found] == wanted


def test_the_page_shows_code_and_picture_and_no_name(its_desk: Desk) -> None:
    text = entered(its_desk, "instructor").get("/lecture").text
    slides_ = text.partition('id="results"')[2]
    assert 'class="source"' in slides_
    assert 'class="strip"' in slides_
    assert "What to say" in slides_
    for student in STUDENTS:
        for name in (student.name, student.email):
            assert not name or name not in slides_
    assert "/student" not in slides_
    assert "/attempts" not in slides_


def test_a_link_shows_just_that_to_whoever_has_it(its_desk: Desk) -> None:
    path = made(its_desk, entered(its_desk, "instructor"), days="14", challenge=FIRST)
    answer = stranger(its_desk).get(path)
    assert answer.status_code == 200
    assert 'class="slide"' in answer.text
    assert "<nav" not in answer.text
    assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")  # the link goes to nobody else
    for other in ("/", "/lecture", "/misconceptions"):
        assert stranger(its_desk).get(other).status_code == 303
    (row,) = its_desk.store.read(sa.select(audit.c.who, audit.c.what).where(audit.c.what == "lecture-link").limit(1))
    assert row.who.startswith("instructor")


def test_a_link_stays_what_it_was_and_ends_after_thirty_days(its_desk: Desk) -> None:
    path = made(its_desk, entered(its_desk, "instructor"), days="7")
    first = stranger(its_desk).get(path).text
    later = replace(its_desk, clock=lambda: NOON + timedelta(days=29))
    assert stranger(later).get(path).text == first
    too_late = stranger(replace(its_desk, clock=lambda: NOON + timedelta(days=30, seconds=1))).get(path)
    assert too_late.status_code == 410
    assert "good until 2026-12-27" in too_late.text


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-1], lambda t: t + "A", lambda t: "x", lambda t: t.swapcase(), lambda t: t.rpartition(".")[0]],
)
def test_a_link_that_was_changed_opens_nothing(its_desk: Desk, change) -> None:
    path = made(its_desk, entered(its_desk, "instructor"))
    assert stranger(its_desk).get(f"/lecture/{change(path.rpartition('/')[2])}").status_code == 404


def test_an_assistants_link_is_about_their_section(its_desk: Desk) -> None:
    assistant = entered(its_desk, "assistant", "A")
    both = {made(its_desk, assistant, section=section).rpartition("/")[2] for section in ("", "A", "B")}
    texts = {stranger(its_desk).get(f"/lecture/{token}").text for token in both}
    assert len(texts) == 1
    assert "section <bdi>A</bdi>" in texts.pop()


def test_who_may_not_see_the_class_makes_no_link(its_desk: Desk) -> None:
    assert entered(its_desk, "student", "ada").post("/lecture/link").status_code == 403
    assert stranger(its_desk).post("/lecture/link").status_code == 401
    forged = entered(its_desk, "instructor")
    forged.headers["X-CSRF-Token"] = "other"
    assert forged.post("/lecture/link").status_code == 403
    shown = stranger(replace(its_desk, settings=replace(its_desk.settings, read_only=True)))
    assert shown.post("/lecture/link").status_code == 403
    assert "/lecture/link" not in shown.get("/lecture").text


def test_an_assistant_of_no_section_sees_nobodys_programs(its_desk: Desk) -> None:
    assert all(student.section for student in STUDENTS)
    assistant = entered(its_desk, "assistant", "")
    for page in ("/lecture", made(its_desk, assistant)):
        assert 'class="source"' not in assistant.get(page).text
