"""The pages about a class: who may see what, whatever is asked for, and that nothing a learner wrote is markup."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from grader.classroom.store.store import Store
from grader.dashboard.desk import Desk
from tests import breadth
from tests.dashboard.classes import FIRST, FORMULA, QUOTED, RTL, SCRIPT, small_class
from tests.dashboard.conftest import desk_on, entered
from tests.databases import Copies

PAGES = [
    "/",
    "/misconceptions",
    "/misconceptions/buffers-body",
    "/misconceptions/alters-pieces",
    "/challenges",
    f"/challenges/{FIRST}",
    "/activity",
    "/lecture",
]
QUERIES = [
    "section=A", "section=no+such", "section=%3Cscript%3E", "challenge=" + FIRST, "challenge=%22%3E%3Cb%3E", "state=stuck",
    "state=", "misconception=buffers-body", "misconception=%00%1b%3Cscript%3E", "text=%25%27%22%3C", "text=%00", "sort=-stuck",
    "sort=%27;drop", f"sort={FIRST}", "page=99999", "days=7", "days=365", "open=true",
]  # fmt: skip


class Seen(HTMLParser):
    """What a browser would make of a page: elements, their attributes, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def its_desk(sqlite_copies: Copies) -> Iterator[Desk]:
    """One for all tests that only look."""
    with Store(sqlite_copies.of(small_class)) as opened:
        yield desk_on(opened)


@pytest.fixture(scope="module")
def looking(its_desk: Desk) -> TestClient:
    return entered(its_desk, "instructor")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_shown_on_both_databases_and_what_learners_wrote_is_text(instructor: TestClient, page: str) -> None:
    answer = instructor.get(page)
    assert answer.status_code == 200, answer.text
    seen = Seen(answer.text)
    assert seen.tags.count("script") == 1  # ours
    assert not {name for name in seen.names if name == "style" or name.startswith("on")}
    assert "img" not in seen.tags
    assert "\u202e" not in answer.text
    assert "\x1b" not in answer.text
    assert len(answer.content) < 300_000


@pytest.mark.parametrize("query", breadth.each(4, QUERIES))
def test_whatever_is_asked_for_is_answered(looking: TestClient, query: str) -> None:
    for page in PAGES:
        answer = looking.get(f"{page}?{query}")
        assert answer.status_code == 200, (page, query, answer.text)
        assert Seen(answer.text).tags.count("script") == 1


@pytest.mark.parametrize("query", ["state=lost", "page=0", "page=x", "days=-1", "days=many"])
def test_what_makes_no_sense_is_said_to_make_none(looking: TestClient, query: str) -> None:
    answers = [looking.get(f"{page}?{query}").status_code for page in PAGES]
    assert set(answers) <= {200, 422}
    assert 422 in answers


@pytest.mark.parametrize("page", PAGES)
def test_htmx_is_given_the_part_that_changes(looking: TestClient, page: str) -> None:
    whole, part = looking.get(page).text, looking.get(page, headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    assert 'class="filters"' not in part
    assert len(part) < len(whole)


@pytest.mark.parametrize("page", PAGES)
def test_an_assistant_finds_nobody_of_another_section(its_desk: Desk, page: str) -> None:
    seen = Seen(entered(its_desk, "assistant", "A").get(page).text)
    for name in ("Gus", "Hal", "שירה", "Zoe", "=1+1", "alert(1)"):
        assert name not in seen.text
    other = Seen(entered(its_desk, "assistant", "A").get(f"{page}?section=B").text)
    for name in ("Gus", "Ada", "Ben"):
        assert name not in other.text


@pytest.mark.parametrize("page", PAGES)
def test_students_and_strangers_are_turned_away(its_desk: Desk, page: str) -> None:
    assert entered(its_desk, "student", "ada").get(page).status_code == 403
    stranger = entered(its_desk, "student", "ada")
    stranger.cookies.clear()
    assert (stranger.get(page).status_code, stranger.get(page).headers["location"].partition("?")[0]) == (303, "/login")


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/misconceptions",
        "/challenges",
        f"/challenges/{FIRST}",
        "/misconceptions/buffers-body",
        "/activity",
        "/lecture",
    ],
)
def test_where_there_is_nothing_yet_it_says_what_to_do(store: Store, page: str) -> None:
    answer = entered(desk_on(store), "instructor").get(page)
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


@pytest.mark.parametrize("page", ["/misconceptions/no-such", "/challenges/no-such", "/challenges/%3Cscript%3E"])
def test_what_there_is_not_is_not_found(looking: TestClient, page: str) -> None:
    answer = looking.get(page)
    assert answer.status_code == 404
    assert Seen(answer.text).tags.count("script") == 1


def test_the_matrix_leads_to_each_student_at_each_challenge(looking: TestClient) -> None:
    seen = Seen(looking.get("/").text)
    for id in ("ada", SCRIPT, RTL, FORMULA, QUOTED):
        student = next(link for link in seen.links if link.startswith("/student?id=") and link == _student(id))
        at = f"{student}#{FIRST}"
        assert at in seen.links or id == FORMULA


def _student(id: str) -> str:
    from grader.dashboard.web import student_link

    return student_link(id)


def test_the_matrix_says_state_points_and_attempts_in_words(looking: TestClient) -> None:
    text = looking.get("/?text=ada").text
    assert 'aria-label="passed, 20 of 20 points, attempts: 2, server"' in text
    stuck = looking.get("/?state=stuck").text
    assert "Ben" in stuck
    assert 'aria-label="stuck, ' in stuck
    assert "Ada Lovelace" not in Seen(stuck.partition('id="results"')[2]).text


def test_the_stuck_are_named_first(looking: TestClient) -> None:
    head = Seen(looking.get("/").text.partition('id="results"')[0]).text
    assert "Ben <b>Bold</b>" in head
    assert "buffers-body" in head
    assert "3×" in head


def test_a_misconceptions_page_shows_the_line_in_its_program(looking: TestClient) -> None:
    seen = Seen(looking.get("/misconceptions/alters-pieces").text)
    assert ".strip()" in seen.text
    assert "What to say" in seen.text
