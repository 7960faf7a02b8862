"""Invitations, accounts, students' links, and the history that all of it leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.classroom.model import Student
from grader.classroom.store.people import accounts, audit, invitations
from grader.classroom.store.schema import settings
from grader.dashboard.access.accounts import invite
from grader.dashboard.access.entrance import BY_LINK
from grader.dashboard.access.student_links import GOOD_FOR, links_for
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk
from tests.dashboard.access.conftest import Clock
from tests.dashboard.access.looking import EITHER, PASSWORD, Browser, account, logged_in, student_by_link

PROF = Viewer(Role.instructor, "prof")
ODD = "<script>/\u202e&"


@pytest.fixture(autouse=True)
def enrolled(desk: Desk) -> None:
    desk.store.enroll([
        Student("ada", "Ada", "ada@school.example", "A"), Student("gus", "Gus", "", "B"), Student(ODD, "=1+1", "", "A"),
    ])  # fmt: skip


def join(browser: Browser, token: str, login: str = "new", password: str = PASSWORD, again: str = ""):  # type: ignore[no-untyped-def]
    form = {"login": login, "password": password, "again": again or password}
    return browser.post(f"/join/{token}", data=form)


def history(desk: Desk) -> list[tuple[str, str, str]]:
    rows = desk.store.read(sa.select(audit.c.who, audit.c.what, audit.c.about).order_by(audit.c.id))
    return [(row.who, row.what, row.about) for row in rows]


def invitation_in(page: str) -> str:
    (token,) = re.findall(r'value="[^"]*/join/([\w-]+)"', page)
    return str(token)


# -- invitations --------------------------------------------------------------------------------------------------------


def test_an_assistant_is_invited_joins_and_sees_their_section(instructor: Browser, client: Browser, desk: Desk) -> None:
    shown = instructor.post("/accounts/invite", data={"role": "assistant", "section": "A"})
    token = invitation_in(shown.text)
    assert "assistant of section <bdi>A</bdi>" in client.get(f"/join/{token}").text
    assert join(client, token, "Tess").headers["location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/accounts").status_code == 403
    (made,) = desk.store.read(sa.select(accounts).where(accounts.c.login == "tess"))
    assert (made.role, made.section) == ("assistant", "A")
    assert made.password.startswith("$argon2id$")
    assert history(desk)[-2:] == [("prof", "invited", "assistant of section A"), ("tess", "account-made", "assistant")]


def test_an_invitation_is_good_once(client: Browser, app: FastAPI, desk: Desk) -> None:
    token = invite(desk, None, PROF, Role.instructor)
    assert join(client, token).status_code == 303
    other = TestClient(app, follow_redirects=False)
    assert other.get(f"/join/{token}").status_code == 404
    assert join(other, token, "second").status_code == 404
    assert "Ask whoever sent it for a new one" in other.get(f"/join/{token}").text


def test_it_is_good_for_a_day(client: Browser, desk: Desk, clock: Clock) -> None:
    token = invite(desk, None, PROF, Role.instructor)
    clock.passes(timedelta(hours=24) - timedelta(seconds=1))
    assert client.get(f"/join/{token}").status_code == 200
    clock.passes(timedelta(seconds=1))
    assert client.get(f"/join/{token}").status_code == 404
    assert join(client, token).status_code == 404
    assert desk.store.read(sa.select(accounts)) == []


def test_it_can_be_withdrawn_and_is_not_in_the_database(instructor: Browser, client: Browser, desk: Desk) -> None:
    token = invitation_in(instructor.post("/accounts/invite", data={"role": "instructor", "section": ""}).text)
    (kept,) = desk.store.read(sa.select(invitations))
    assert token not in str(kept)
    assert instructor.post("/accounts/withdraw", data={"invitation": kept.token_sha256}).status_code == 303
    assert client.get(f"/join/{token}").status_code == 404


@pytest.mark.parametrize("form,said", [
    ({"role": "assistant", "section": ""}, "An assistant is of one section"),
    ({"role": "assistant", "section": "C"}, "An assistant is of one section"),
    ({"role": "student", "section": ""}, "an instructor's or an assistant's"),
    ({}, "an instructor's or an assistant's"),
])  # fmt: skip
@EITHER
def test_nobody_is_invited_to_what_there_is_not(
    instructor: Browser, desk: Desk, form: dict[str, str], said: str
) -> None:
    answer = instructor.post("/accounts/invite", data=form)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert desk.store.read(sa.select(invitations)) == []


@pytest.mark.parametrize("login,password,again,said", [
    ("new", "eleven char", "", "has 11 characters; at least 12"),
    ("new", "x" * 501, "", "500 are enough"),
    ("averylonglogin", "AVeryLongLogin", "", "guessed at once"),
    ("new", PASSWORD, "something else", "are not the same"),
    ("", PASSWORD, "", "A login is made of"),
    ("two words", PASSWORD, "", "A login is made of"),
    ("<b>", PASSWORD, "", "A login is made of"),
    ("operator", PASSWORD, "", "A login is made of"),
    ("prof", PASSWORD, "", "Somebody has this login already"),
    ("PROF", PASSWORD, "", "Somebody has this login already"),
])  # fmt: skip
@EITHER
def test_what_will_not_do_is_said_and_the_invitation_stays_good(
    client: Browser, desk: Desk, login: str, password: str, again: str, said: str
) -> None:
    account(desk, "prof", Role.instructor)
    token = invite(desk, None, PROF, Role.instructor)
    answer = join(client, token, login, password, again)
    assert answer.status_code == 422
    assert said in answer.text
    assert password not in answer.text
    assert join(client, token).status_code == 303


@EITHER
def test_a_password_may_be_typed_on_another_keyboard(client: Browser, desk: Desk) -> None:
    token = invite(desk, None, PROF, Role.instructor)
    assert join(client, token, password="pass wörd für Ådas").status_code == 303  # one character each
    form = {"login": "new", "password": "pass wo\u0308rd fu\u0308r A\u030adas"}  # two
    assert client.post("/login", data=form).status_code == 303


# -- ending accounts ----------------------------------------------------------------------------------------------------


def test_an_ended_account_is_out_at_once(instructor: Browser, app: FastAPI, desk: Desk) -> None:
    id = account(desk, "tess", Role.assistant, "A")
    tess = logged_in(app, desk, "tess")
    assert tess.get("/").status_code == 200
    assert instructor.post(f"/accounts/{id}/end").status_code == 303
    assert tess.get("/").status_code == 303
    assert tess.post("/login", data={"login": "tess", "password": PASSWORD}).status_code == 403
    assert ("prof", "account-ended", "tess") in history(desk)
    assert instructor.post(f"/accounts/{id}/end").status_code == 404


def test_what_an_ended_account_made_is_good_no_more(
    instructor: Browser, client: Browser, app: FastAPI, desk: Desk
) -> None:
    """An invitation, students' links, the lecture's, and whoever they let in."""
    id = account(desk, "eve", Role.instructor)
    eve = logged_in(app, desk, "eve")
    token = invitation_in(eve.post("/accounts/invite", data={"role": "instructor", "section": ""}).text)
    (link,) = re.findall(r'value="(http[^"]*/me/[^"]+)"', eve.post("/student/link", data={"id": "ada"}).text)
    lecture = f"/lecture/{eve.post('/lecture/link', data={'days': '7'}).headers['location'].rpartition('token=')[2]}"
    others = links_for(desk, ["ada"], PROF)["ada"]
    by_link = TestClient(app, base_url="http://testserver", follow_redirects=False)
    assert by_link.get(link).status_code == 303
    assert (by_link.get("/student").status_code, client.get(lecture).status_code) == (200, 200)
    assert instructor.post(f"/accounts/{id}/end").status_code == 303
    assert by_link.get("/student").status_code == 303, "whoever came by the link is nobody"
    assert [client.get(path).status_code for path in (link, lecture, f"/join/{token}")] == [404, 404, 404]
    assert join(client, token).status_code == 404
    assert "by <bdi>eve</bdi>" not in instructor.get("/accounts").text
    assert client.get(others).status_code == 303


def test_an_assistants_links_are_of_their_section(
    assistant: Callable[[str], Browser], client: Browser, desk: Desk
) -> None:
    page = assistant("A").post("/student/link", data={"id": "ada"})
    (link,) = re.findall(r'value="(http[^"]*/me/[^"]+)"', page.text)
    assert client.get(link).status_code == 303
    desk.store.enroll([Student("ada", section="B")])
    assert client.get(link).status_code == 404


def test_ending_an_assistant_leaves_other_sections_alone(instructor: Browser, app: FastAPI, desk: Desk) -> None:
    id = account(desk, "tess", Role.assistant, "A")
    ada, gus = student_by_link(app, desk, "ada"), student_by_link(app, desk, "gus")
    assert instructor.post(f"/accounts/{id}/end").status_code == 303
    assert (ada.get("/student").status_code, gus.get("/student").status_code) == (303, 200)


def test_the_last_instructor_stays(instructor: Browser, desk: Desk) -> None:
    (own,) = desk.store.read(sa.select(accounts.c.id))[0]
    answer = instructor.post(f"/accounts/{own}/end")
    assert answer.status_code == 409
    assert "Invite another instructor first." in answer.text
    account(desk, "other", Role.instructor)
    assert instructor.post(f"/accounts/{own}/end").status_code == 303
    assert instructor.get("/accounts").status_code == 303


def test_the_page_lists_accounts_and_invitations(instructor: Browser, desk: Desk) -> None:
    account(desk, "tess", Role.assistant, "A")
    invite(desk, None, PROF, Role.assistant, "B")
    page = instructor.get("/accounts").text
    for said in ("<bdi>tess</bdi>", "<bdi>prof</bdi>", "assistant of section <bdi>B</bdi>", "<option>A</option>"):
        assert said in page


# -- students -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["ada", ODD])
def test_a_link_opens_the_students_own_page(client: Browser, desk: Desk, id: str) -> None:
    link = links_for(desk, [id])[id]
    assert link.startswith(f"{desk.settings.address}/me/")
    answer = client.get(link)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/student?id=")
    assert client.get("/").status_code == 403, "known, and no more than a student"
    assert (f"student {id}", "came-by-link", "") in history(desk)


@pytest.mark.parametrize("break_it", [
    lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    lambda token: "x" + token, lambda token: token.partition(".")[0], lambda token: "", lambda token: "a.b",
])  # fmt: skip
@EITHER
def test_a_link_that_somebody_made_up_is_none(client: Browser, desk: Desk, break_it: Callable[[str], str]) -> None:
    token = links_for(desk, ["ada"])["ada"].rpartition("/")[2]
    assert client.get(f"/me/{break_it(token)}").status_code == 404
    assert "set-cookie" not in client.get(f"/me/{break_it(token)}").headers


def test_a_link_ends_after_its_time(client: Browser, desk: Desk, clock: Clock) -> None:
    link = links_for(desk, ["ada"])["ada"]
    clock.passes(GOOD_FOR - timedelta(seconds=1))
    assert client.get(link).status_code == 303
    clock.passes(timedelta(seconds=2))
    assert client.get(link).status_code == 404


@EITHER
def test_a_link_lets_in_so_often_and_no_more(client: Browser, desk: Desk, clock: Clock) -> None:
    """Each time is a session, and a row of the history."""
    links = links_for(desk, ["ada", "gus"])
    assert {client.get(links["ada"]).status_code for _ in range(BY_LINK)} == {303}
    assert client.get(links["ada"]).status_code == 429
    assert client.get(links["gus"]).status_code == 303
    clock.passes(timedelta(minutes=15))
    assert client.get(links["ada"]).status_code == 303


def test_ending_one_students_links_leaves_the_others(instructor: Browser, app: FastAPI, desk: Desk) -> None:
    links = links_for(desk, ["ada", "gus"])
    ada, gus = student_by_link(app, desk, "ada"), student_by_link(app, desk, "gus")
    assert instructor.post("/student/links/end", data={"id": "ada"}).status_code == 303
    nobody = TestClient(app, follow_redirects=False)
    assert nobody.get(links["ada"]).status_code == 404
    assert nobody.get(links["gus"]).status_code == 303
    assert (ada.post("/logout").status_code, gus.post("/logout").status_code) == (401, 303)
    assert nobody.get(links_for(desk, ["ada"])["ada"]).status_code == 303, "a new one is good"


def test_all_links_end_at_once(instructor: Browser, app: FastAPI, desk: Desk) -> None:
    links = links_for(desk, ["ada", "gus"])
    ada = student_by_link(app, desk, "ada")
    assert instructor.post("/students/links/end").status_code == 303
    nobody = TestClient(app, follow_redirects=False)
    assert [nobody.get(link).status_code for link in links.values()] == [404, 404]
    assert ada.post("/logout").status_code == 401
    assert instructor.get("/accounts").status_code == 200


def test_another_secret_makes_no_links_for_us(client: Browser, desk: Desk) -> None:
    link = links_for(desk, ["ada"])["ada"]
    changed = settings.update().where(settings.c.name == "dashboard-secret").values(value="another")
    desk.store.write(lambda connection: connection.execute(changed))
    assert client.get(link).status_code == 404


@EITHER
def test_a_link_makes_nobody_of_the_staff_a_student(instructor: Browser, desk: Desk) -> None:
    assert instructor.get(links_for(desk, ["ada"])["ada"]).status_code == 303
    assert instructor.get("/accounts").status_code == 200


@EITHER
def test_staff_make_a_link_for_a_student_of_theirs(assistant: Callable[[str], Browser], client: Browser) -> None:
    of_a = assistant("A")
    page = of_a.post("/student/link", data={"id": "ada"})
    (link,) = re.findall(r'value="(http[^"]*/me/[^"]+)"', page.text)
    assert client.get(link).headers["location"] == "/student?id=ada"
    assert of_a.post("/student/link", data={"id": "gus"}).status_code == 404
    assert of_a.post("/student/links/end", data={"id": "gus"}).status_code == 404


@EITHER
def test_all_links_come_as_a_table_that_computes_nothing(assistant: Callable[[str], Browser], client: Browser) -> None:
    answer = assistant("A").post("/students/links.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "gus" not in answer.text
    assert "'=1+1" in answer.text
    assert client.get(answer.text.splitlines()[2].rpartition(",")[2]).status_code == 303


# -- history ------------------------------------------------------------------------------------------------------------


def test_the_history_shows_what_was_done_filtered_and_by_pages(instructor: Browser, desk: Desk) -> None:
    rows = [
        {"at": desk.clock() - timedelta(minutes=n), "who": f"w{n}", "what": "noted" if n % 2 else "seen", "about": ODD,
         "address": "192.0.2.1"}
        for n in range(250)
    ]  # fmt: skip
    desk.store.write(lambda connection: connection.execute(audit.insert(), rows))
    page = instructor.get("/history").text
    assert "1–100 of 250 entries" in page
    assert page.index("<bdi>w0</bdi>") < page.index("<bdi>w99</bdi>")
    assert "<script>/" not in page
    assert "&lt;script&gt;/\\u202e&amp;" in page
    assert "201–250 of 250 entries" in instructor.get("/history?page=3").text
    assert "1–100 of 125 entries" in instructor.get("/history?what=noted").text
    assert "1–1 of 1 entries" in instructor.get("/history?text=w249").text
    assert "no entries" in instructor.get("/history?text=%25").text, "a % is a %"
    assert instructor.get("/history?page=0").status_code == 422
    part = instructor.get("/history?what=seen", headers={"HX-Request": "true"}).text
    assert "<table>" in part
    assert "<html" not in part
