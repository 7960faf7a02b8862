"""Who may see and do what: every route of the application, asked as everybody."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.challenge import Kit
from grader.classroom.store.people import accounts, audit, invitations, knocks, senders, sessions
from grader.classroom.store.schema import handed, reports, students
from grader.classroom.store.store import Store
from grader.dashboard.access.gates import EVERYONE, INSTRUCTOR, OPEN, SAFE, STAFF, Gate, check_gates
from grader.dashboard.access.viewer import Role
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings
from grader.dashboard.web import HEADERS
from grader.untrusted import visible
from tests.corpus import ROOT, challenges
from tests.dashboard.access.asking import Answer, ask
from tests.dashboard.access.examples import EXAMPLES, STUDENT, Example, Scene
from tests.dashboard.access.looking import Browser, account, logged_in, student_by_link
from tests.dashboard.classes import NOON, STUDENTS, small_class
from tests.databases import Copies

OF_A, OF_B = "ada", "gus"  # a student of each section, with reports
KEPT = (accounts, audit, handed, invitations, knocks, reports, senders, sessions, students)
LOOKING = ("nobody", f"student {OF_A}", "assistant A", "assistant B", "instructor")


@pytest.fixture(scope="module")
def desk(sqlite_copies: Copies) -> Iterator[Desk]:
    url = sqlite_copies.of(small_class)
    with Store(url) as store:
        yield Desk(
            Settings(url, "http://testserver"), store, Kit(ROOT), list(challenges().values()), clock=lambda: NOON
        )


@pytest.fixture(scope="module")
def app(desk: Desk) -> FastAPI:
    account(desk, "prof", Role.instructor)
    account(desk, "helper-a", Role.assistant, "A")
    account(desk, "helper-b", Role.assistant, "B")
    return create(desk)


@pytest.fixture(scope="module")
def entering(app: FastAPI, desk: Desk) -> Callable[[str], Browser]:
    """A browser of one of LOOKING, with a session that has just begun."""

    def enter(who: str) -> Browser:
        desk.store.write(lambda connection: connection.execute(sessions.delete()))
        if who == "nobody":
            return TestClient(app, follow_redirects=False)
        if who.startswith("student "):
            return student_by_link(app, desk, who.removeprefix("student "))
        return logged_in(app, desk, {"assistant A": "helper-a", "assistant B": "helper-b"}.get(who, "prof"))

    return enter


Cell = tuple[str, Example, Gate, str]  # a route, its example, its gate, and the student that it is about


def cells(app: FastAPI) -> Iterator[Cell]:
    for route, gate in check_gates(app):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            example = EXAMPLES.get(f"{method} {route.path}")
            if example is not None:
                for student in (OF_A, OF_B) if example.about == STUDENT else (OF_A,):
                    yield f"{method} {route.path}", example, gate, student


def may(who: str, gate: Gate, example: Example, student: str) -> bool:
    """The table, in words: the role has to pass the gate, and what it is about has to be theirs."""
    if gate is OPEN:
        return True
    role = who.split()[0]
    if who == "nobody" or Role(role) not in gate.roles:
        return False
    whose = {f"student {OF_A}": {OF_A}, "assistant A": {OF_A}, "assistant B": {OF_B}}.get(who, {OF_A, OF_B})
    return example.about != STUDENT or student in whose


def test_every_route_is_in_the_table(app: FastAPI) -> None:
    routes = {
        f"{method} {route.path}" for route, _ in check_gates(app) for method in (route.methods or set()) - {"HEAD"}
    }
    missing = sorted(routes - EXAMPLES.keys())
    assert missing == [], (
        f"{missing[0]} is tried as nobody: add to EXAMPLES in tests/dashboard/access/examples.py a request that it answers, "
        "and say whether it is about one STUDENT."
    )
    assert EXAMPLES.keys() <= routes, "of a route that is gone"
    assert {gate for _, gate in check_gates(app)} <= {OPEN, EVERYONE, STAFF, INSTRUCTOR}


@pytest.mark.parametrize("who", LOOKING)
def test_who_may_pass_passes_and_nobody_else(
    who: str, app: FastAPI, desk: Desk, entering: Callable[[str], Browser]
) -> None:
    wrong: list[str] = []
    for route, example, gate, student in cells(app):
        answer = ask(entering(who), Scene(desk, student), route.split()[0], example)
        if may(who, gate, example, student):
            fine, expected = answer.status in example.ok, f"{example.ok}"
            if answer.status == 303 and answer.headers["location"].startswith("/login") and "log" not in route:
                fine = route == "POST /password"
        elif who == "nobody":
            fine, expected = _asked_to_log_in(route, answer), "to be asked to log in"
        else:
            fine, expected = answer.status in (403, 404), "403 or 404"
        if not fine:
            wrong.append(f"{route} about {student}, as {who}: {answer.status}, expected {expected}")
    assert wrong == []


def _asked_to_log_in(route: str, answer: Answer) -> bool:
    if route.startswith("GET "):
        return answer.status == 303 and answer.headers["location"].startswith("/login?next=")
    return answer.status == 401


@pytest.mark.parametrize("who", LOOKING[1:])
def test_an_answer_names_nobody_whom_one_may_not_see(
    who: str, app: FastAPI, desk: Desk, entering: Callable[[str], Browser]
) -> None:
    theirs = {"assistant A": "A", "assistant B": "B"}.get(who)
    hidden = [s for s in STUDENTS if (s.section != theirs if theirs else who.startswith("student") and s.id != OF_A)]
    told: list[str] = []
    seen: set[str] = set()
    for route, example, gate, student in cells(app):
        if gate is OPEN or not may(who, gate, example, student):
            continue
        text = _read(ask(entering(who), Scene(desk, student), route.split()[0], example).text)
        seen |= {s.id for s in STUDENTS if _named(s.id, text)}
        told += [
            f"{route} about {student} names {each!r}" for s in hidden for each in (s.id, s.name) if _named(each, text)
        ]
        told += [f"{route} about {student} has the address {s.email}" for s in hidden if s.email and s.email in text]
    assert told == []
    if any(route.path == "/student" for route, _ in check_gates(app)):
        assert OF_A in seen or OF_B in seen, "nobody at all was named: the test looks at nothing"


def test_what_is_open_names_nobody_at_all(app: FastAPI, desk: Desk, entering: Callable[[str], Browser]) -> None:
    nobody, told = entering("nobody"), []
    for route, example, gate, student in cells(app):
        if gate is OPEN:
            text = _read(ask(nobody, Scene(desk, student), route.split()[0], example).text)
            told += [f"{route} names {each!r}" for s in STUDENTS for each in (s.id, s.name) if _named(each, text)]
    assert told == []


def _read(text: str) -> str:
    return html.unescape(text)


def _named(what: str, text: str) -> bool:
    """As a word of its own: `hal` is in many."""
    return any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text) for form in {what, visible(what)})


# -- what every answer has, and every change asks for -------------------------------------------------------------------


def test_every_answer_has_the_headers(app: FastAPI, desk: Desk, entering: Callable[[str], Browser]) -> None:
    for who in ("nobody", "instructor"):
        for route, example, _, student in cells(app):
            answer = ask(entering(who), Scene(desk, student), route.split()[0], example)
            for name, value in HEADERS.items():
                assert answer.headers.get(name.lower()) == value, f"{route} as {who}: {name}"
            kept = answer.headers.get("cache-control", "")
            assert route.startswith("GET /static/") or "no-store" in kept or "no-cache" in kept, f"{route}: {kept!r}"


def test_no_page_has_inline_script_or_style(app: FastAPI, desk: Desk, entering: Callable[[str], Browser]) -> None:
    instructor = entering("instructor")
    for route, example, _, student in cells(app):
        if not route.startswith("GET ") or example.streams:
            continue
        answer = ask(instructor, Scene(desk, student), "GET", example)
        if answer.headers.get("content-type", "").startswith("text/html"):
            tags = re.findall(r"<[a-zA-Z][^>]*>", answer.text)
            bad = [
                t
                for t in tags
                if re.search(r"\s(style|on[a-z]+)\s*=", t) or re.match(r"<style|<script(?![^>]* src=)", t)
            ]
            assert bad == [], route


def test_what_changes_something_asks_for_the_sessions_token(
    app: FastAPI, desk: Desk, entering: Callable[[str], Browser]
) -> None:
    tried = 0
    for route, example, gate, student in cells(app):
        if gate is OPEN or route.split()[0] in SAFE:
            continue
        tried += 1
        for token in ("", "x" * 43):
            browser = entering("instructor")
            del browser.headers["X-CSRF-Token"]
            form = {**example.form, **({"csrf": token} if token else {})}
            answer = ask(browser, Scene(desk, student), route.split()[0], replace(example, form=form))
            assert (answer.status, "came from another page" in html.unescape(answer.text)) == (403, True), route
    assert tried


def test_what_is_open_and_changes_something_asks_where_the_form_comes_from(
    app: FastAPI, desk: Desk, entering: Callable[[str], Browser]
) -> None:
    for route, example, gate, student in cells(app):
        if gate is not OPEN or route.split()[0] in SAFE or "/api/" in route:
            continue
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert ask(entering("nobody"), Scene(desk, student), "POST", example, **headers).status == 403, route


def test_nothing_is_changed_by_looking(app: FastAPI) -> None:
    """Methods that change something are never behind an address that one can be sent to."""
    for route, gate in check_gates(app):
        methods = (route.methods or set()) - {"HEAD"}
        assert len(methods) == 1, f"{route.path}: one function a method"
        assert methods <= {"GET", "POST"} or gate is OPEN, route.path


def test_a_dashboard_that_only_shows_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "grades.db"
    with (
        closing(sqlite3.connect(desk.settings.db.removeprefix("sqlite:///"))) as now,
        closing(sqlite3.connect(path)) as to,
    ):
        now.backup(to)
    with Store(f"sqlite:///{path}") as store:
        shown = replace(desk, settings=replace(desk.settings, read_only=True), store=store)
        app = create(shown)
        before = {table.name: store.read(sa.select(table)) for table in KEPT}
        browser = TestClient(app, follow_redirects=False)
        for route, example, gate, student in cells(app):
            if route.split()[0] not in SAFE and "/api/" not in route:
                wanted = replace(
                    example, address=example.address.replace("{invitation}", "x").replace("{account}", "1"), form={}
                )
                assert ask(browser, Scene(shown, student), route.split()[0], wanted).status == 403, route
            elif gate is not OPEN and not example.streams:
                assert ask(browser, Scene(shown, student), "GET", example).status in example.ok, route
        assert {table.name: store.read(sa.select(table)) for table in KEPT} == before


def test_no_session_is_seen_again_after_it_was_ended(
    app: FastAPI, desk: Desk, entering: Callable[[str], Browser]
) -> None:
    instructor = entering("instructor")
    assert instructor.get("/accounts").status_code == 200
    desk.store.write(lambda connection: connection.execute(sessions.delete()))
    assert instructor.get("/accounts").status_code == 303
    assert desk.store.read(sa.select(sessions)) == []
