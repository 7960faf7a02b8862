"""Who handed in nearly the same: groups of each scope's own, worked out in another process, and kept."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from grader.classroom.model import Student
from grader.classroom.store.schema import settings
from grader.dashboard.access.viewer import Scope
from grader.dashboard.app import create
from grader.dashboard.comparing import Comparing, compare
from grader.dashboard.desk import Desk
from grader.dashboard.reading import similar as reading
from tests.dashboard.classes import FIRST, QUOTED, SCRIPT
from tests.dashboard.conftest import desk_on, entered
from tests.dashboard.looks import is_ours, text
from tests.dashboard.test_reading import B

A = Scope(section="A")


def stub(desk: Desk) -> bytes:
    return next(c for c in desk.challenges if c.id == FIRST).stub.read_bytes()


def members(desk: Desk, scope: Scope) -> set[str]:
    return {id for group in compare(desk.store, scope, FIRST, stub(desk)).groups for id in group.students}


# -- on both databases --------------------------------------------------------------------------------------------------


def test_a_section_has_groups_of_its_own_programs_alone(desk: Desk) -> None:
    assert {"ada", "cem", QUOTED, "gus"} <= members(desk, Scope())
    assert {"ada", "cem", QUOTED} <= members(desk, A)
    assert not members(desk, A) & {"gus", "hal", SCRIPT}
    assert "gus" not in members(desk, B)  # nobody else of section B has that program


def test_what_is_kept_is_what_was_found(desk: Desk) -> None:
    made = compare(desk.store, A, FIRST, stub(desk))
    reading.keep(desk.store, A, FIRST, made)
    reading.keep(desk.store, A, FIRST, made)
    assert reading.compared(desk.store, A, [FIRST]) == {FIRST: made}
    assert reading.compared(desk.store, Scope(), [FIRST]) == {}
    assert made.stamp == reading.stamps(desk.store, A)[FIRST]


# -- the page -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_desk(sqlite_desk: Desk) -> Desk:
    return sqlite_desk


def computed(client, path: str = f"/similar?challenge={FIRST}") -> str:
    until = time.monotonic() + 120
    while True:
        page = str(client.get(path).text)
        if "Computed at" in text(page) and "being compared" not in text(page):
            return page
        assert time.monotonic() < until, text(page)
        time.sleep(0.5)


def test_the_page_answers_at_once_and_has_the_groups_later(one_desk: Desk) -> None:
    instructor = entered(one_desk, "instructor")
    first = instructor.get("/similar").text
    assert "The programs are being compared" in text(first)
    page = computed(instructor)
    is_ours(page)
    said = text(page)
    assert "Alike is not copied" in said
    assert "Gus" in said and "Ada Lovelace" in said
    again = entered(one_desk, "instructor").get(f"/similar?challenge={FIRST}").text  # another process, later
    assert "Computed at" in text(again)


def test_nothing_of_another_section_is_on_an_assistants_page(one_desk: Desk) -> None:
    computed(entered(one_desk, "instructor"))
    page = computed(entered(one_desk, "assistant", "A"))
    assert "Ada Lovelace" in page
    assert "Gus" not in text(page) and "gus" not in page


def test_who_changed_sections_takes_their_group_along(one_desk: Desk) -> None:
    assistant = entered(one_desk, "assistant", "A")
    computed(assistant)
    one_desk.store.enroll([Student("ada", "", "", "B")])
    assert "Ada Lovelace" not in assistant.get(f"/similar?challenge={FIRST}").text


def test_a_challenge_that_is_none_is_said(one_desk: Desk) -> None:
    instructor = entered(one_desk, "instructor")
    assert instructor.get("/similar?challenge=<b>").status_code == 404
    assert instructor.get(f"/similar?challenge={FIRST}&page=-5").status_code == 200
    assert instructor.get(f"/similar?challenge={FIRST}&page=99999999999999999999").status_code in (200, 422)


def test_a_dashboard_that_only_shows_compares_nothing(one_desk: Desk) -> None:
    desk = desk_on(one_desk.store, read_only=True)
    visitor = TestClient(create(desk), base_url=desk.settings.address)
    page = visitor.get("/similar").text
    is_ours(page)
    assert "have not been compared yet" in text(page) and "are being compared" not in text(page)
    assert not hasattr(visitor.app.state, "comparing") or not visitor.app.state.comparing.under_way(Scope())  # type: ignore[attr-defined]
    kept = sa.select(settings.c.name).where(settings.c.name.startswith("similar "))
    assert not one_desk.store.read(kept)
    Comparing(one_desk).begin_stale()  # as the demonstration does, which fills the database itself
    assert "Ada Lovelace" in computed(visitor)
