"""Logging in: with what, how often, and what the browser is given."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.classroom.store.people import accounts, audit, knocks, sessions
from grader.dashboard.access import passwords
from grader.dashboard.access.accounts import FOR_ONE_LOGIN, FROM_ONE_ADDRESS
from grader.dashboard.access.viewer import Role
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings
from tests.dashboard.access.conftest import Clock
from tests.dashboard.access.looking import EITHER, PASSWORD, Browser, account, logged_in


def log_in(browser: Browser, login: str = "prof", password: str = PASSWORD, next: str = "/", **headers: str):  # type: ignore[no-untyped-def]
    form = {"login": login, "password": password, "next": next}
    return browser.post("/login", data=form, headers=headers)


def at_address(app: FastAPI, address: str) -> Browser:
    return TestClient(app, follow_redirects=False, client=(address, 50000))


def whats(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        tuple(row) for row in desk.store.read(sa.select(audit.c.who, audit.c.what, audit.c.about).order_by(audit.c.id))
    ]


def test_login_and_password_open_the_page_that_was_asked_for(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    asked = client.get("/accounts")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Faccounts")
    assert log_in(client, " PROF", next="/accounts").headers["location"] == "/accounts"
    assert client.get("/accounts").status_code == 200
    assert whats(desk) == [("prof", "login", "")]


@pytest.mark.parametrize(
    "login,password", [("prof", "wrong"), ("nobody else", PASSWORD), ("", ""), ("prof", "x" * 9000)]
)
@EITHER
def test_what_is_wrong_is_not_told_and_is_in_the_history(
    client: Browser, desk: Desk, login: str, password: str
) -> None:
    account(desk, "prof", Role.instructor)
    answer = log_in(client, login, password)
    assert answer.status_code == 403
    assert "Login or password is wrong." in answer.text
    assert client.get("/accounts").status_code == 303
    assert [what for _, what, _ in whats(desk)] == ["login-refused"]
    assert PASSWORD not in answer.text


def test_an_ended_account_is_as_one_that_never_was(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    desk.store.write(lambda c: c.execute(accounts.update().values(ended_at=desk.clock())))
    assert "Login or password is wrong." in log_in(client).text


@EITHER
def test_a_login_that_nobody_has_costs_the_same_work(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    asked: list[str] = []
    real = PasswordHasher.verify

    def noting(self: PasswordHasher, hash: str, password: bytes) -> bool:
        asked.append(hash.rsplit("$", 2)[0])
        return bool(real(self, hash, password))

    with patch.object(PasswordHasher, "verify", noting):
        log_in(client, "prof", "wrong password")
        log_in(client, "nobody-has-this", "wrong password")
    assert len(asked) == 2
    assert asked[0] == asked[1], "the same parameters, so the same work"


def test_a_password_that_was_hashed_with_less_is_hashed_anew(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    weak = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    desk.store.write(lambda c: c.execute(accounts.update().values(password=weak)))
    assert log_in(client).status_code == 303
    (kept,) = desk.store.read(sa.select(accounts.c.password))[0]
    assert not passwords.outdated(kept)
    assert passwords.holds(kept, PASSWORD)
    assert log_in(client).status_code == 303


@pytest.mark.parametrize("elsewhere", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)",
    "http:evil.example", "", " //evil.example", "/\n/evil.example", "/login", "/logout",
])  # fmt: skip
@EITHER
def test_logging_in_leads_nowhere_else(client: Browser, desk: Desk, elsewhere: str) -> None:
    account(desk, "prof", Role.instructor)
    assert log_in(client, next=elsewhere).headers["location"] == "/"
    assert client.get("/login", params={"next": elsewhere}).headers["location"] == "/"


@EITHER
def test_what_is_asked_for_keeps_its_query(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    asked = client.get("/history?what=login&page=2")
    assert asked.status_code == 303
    page = client.get(asked.headers["location"])
    assert 'value="/history?what=login&amp;page=2"' in page.text


# -- the session ------------------------------------------------------------------------------------------------------


@EITHER
def test_the_cookie_is_confined(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    given = log_in(client).headers["set-cookie"]
    name, _, rest = given.partition("=")
    value, *flags = [part.strip().lower() for part in rest.split(";")]
    assert name == "session"
    assert len(value) == 43, "256 bits"
    assert sorted(flags) == ["httponly", "path=/", "samesite=lax"]


class TestByTls:
    @pytest.fixture
    def settings(self, url: str) -> Settings:
        return Settings(url, "https://grades.example.org")

    def test_the_cookie_is_ours_alone(self, app: FastAPI, desk: Desk) -> None:
        account(desk, "prof", Role.instructor)
        browser = TestClient(app, base_url="https://grades.example.org", follow_redirects=False)
        answer = log_in(browser)
        name, _, rest = answer.headers["set-cookie"].partition("=")
        assert name == "__Host-session"
        assert sorted(part.strip().lower() for part in rest.split(";")[1:]) == [
            "httponly", "path=/", "samesite=lax", "secure",
        ]  # fmt: skip
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        assert browser.get("/accounts").status_code == 200


def test_the_database_does_not_have_the_token(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    token = log_in(client).cookies["session"]
    assert token not in str(desk.store.read(sa.select(sessions)))


def test_a_session_that_was_planted_becomes_nobodys(client: Browser, app: FastAPI, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    account(desk, "mallory", Role.assistant, "A")
    planted = logged_in(app, desk, "mallory").cookies["session"]
    client.cookies.set("session", planted)
    token = log_in(client).cookies["session"]
    assert token != planted
    other = TestClient(app, follow_redirects=False, cookies={"session": planted})
    assert other.get("/").status_code == 303, "what was planted is no session any more"
    other = TestClient(app, follow_redirects=False, cookies={"session": "a-token-of-my-own"})
    assert log_in(other).cookies["session"] != "a-token-of-my-own"


def test_a_session_that_is_not_used_ends_within_an_hour(instructor: Browser, clock: Clock) -> None:
    clock.passes(timedelta(minutes=59))
    assert instructor.get("/accounts").status_code == 200
    clock.passes(timedelta(minutes=59))
    assert instructor.get("/accounts").status_code == 200
    clock.passes(timedelta(minutes=61))
    assert instructor.get("/accounts").status_code == 303


def test_every_session_ends_after_half_a_day(instructor: Browser, clock: Clock) -> None:
    for _ in range(23):
        clock.passes(timedelta(minutes=31))
        assert instructor.get("/accounts").status_code == 200
    clock.passes(timedelta(minutes=31))
    assert instructor.get("/accounts").status_code == 303


def test_logging_out_ends_the_session_and_is_no_link(instructor: Browser, app: FastAPI) -> None:
    token = instructor.cookies["session"]
    assert instructor.get("/logout").status_code == 405
    assert instructor.get("/accounts").status_code == 200
    assert instructor.post("/logout").status_code == 303
    assert TestClient(app, follow_redirects=False, cookies={"session": token}).get("/accounts").status_code == 303


# -- too often --------------------------------------------------------------------------------------------------------


def test_who_guesses_is_told_to_wait_and_let_in_later(client: Browser, desk: Desk, clock: Clock) -> None:
    account(desk, "prof", Role.instructor)
    for _ in range(FROM_ONE_ADDRESS):
        assert log_in(client, password="guess").status_code == 403
    refused = log_in(client)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900"
    assert "Try again in 15 minutes." in refused.text
    clock.passes(timedelta(seconds=899))
    assert log_in(client).headers["retry-after"] == "1"
    clock.passes(timedelta(seconds=1))
    assert log_in(client).status_code == 303


def test_it_is_counted_for_all_processes_and_beyond_a_restart(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    for _ in range(FROM_ONE_ADDRESS):
        log_in(client, password="guess")
    again = TestClient(create(desk), follow_redirects=False)
    assert log_in(again).status_code == 429


def test_who_knows_the_password_is_not_counted(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    for _ in range(FROM_ONE_ADDRESS + 1):
        assert log_in(client).status_code == 303
    assert desk.store.read(sa.select(knocks)) == []


def test_an_own_account_does_not_buy_more_guesses(client: Browser, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    account(desk, "mallory", Role.assistant, "A")
    for _ in range(FROM_ONE_ADDRESS):
        log_in(client, password="guess")
    assert log_in(client, "mallory").status_code == 429


def test_who_guesses_on_many_lines_at_once_has_no_more_guesses(app: FastAPI, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    with ThreadPoolExecutor(12) as pool:
        tried = [
            pool.submit(log_in, at_address(app, "192.0.2.1"), "prof", "guess") for _ in range(FROM_ONE_ADDRESS + 12)
        ]
        answers = Counter(each.result().status_code for each in tried)
    assert answers == {403: FROM_ONE_ADDRESS, 429: 12}


def test_a_network_of_ipv6_is_one_address(app: FastAPI, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    for number in range(FROM_ONE_ADDRESS):
        assert log_in(at_address(app, f"2001:db8::{number + 1:x}"), password="guess").status_code == 403
    assert log_in(at_address(app, "2001:db8::ffff:1:2:3")).status_code == 429
    assert log_in(at_address(app, "2001:db8:0:1::1")).status_code == 303


@EITHER
def test_of_a_socket_for_both_kinds_each_address_is_by_itself(app: FastAPI, desk: Desk) -> None:
    """It says that 192.0.2.7 is ::ffff:192.0.2.7, which is no network of somebody's."""
    account(desk, "prof", Role.instructor)
    guesser = at_address(app, "::ffff:198.51.100.1")
    for number in range(FROM_ONE_ADDRESS):
        assert log_in(guesser, f"somebody{number}", "guess").status_code == 403
    assert log_in(guesser, "other", "guess").status_code == 429
    assert log_in(at_address(app, "198.51.100.1"), "other", "guess").status_code == 429
    assert log_in(at_address(app, "::ffff:192.0.2.7")).status_code == 303


def test_strangers_elsewhere_hold_up_strangers_not_who_has_been_here(app: FastAPI, desk: Desk) -> None:
    account(desk, "prof", Role.instructor)
    at_home = at_address(app, "192.0.2.7")
    assert log_in(at_home).status_code == 303
    for number in range(FOR_ONE_LOGIN):
        assert log_in(at_address(app, f"198.51.100.{number}"), password="guess").status_code == 403
    assert log_in(at_address(app, "198.51.100.200")).status_code == 429
    assert log_in(at_address(app, "198.51.100.200"), "somebody").status_code == 403
    assert log_in(at_address(app, "192.0.2.7")).status_code == 303


# -- forms of other pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://testserver.evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
])  # fmt: skip
@EITHER
def test_another_sites_form_logs_nobody_in(client: Browser, desk: Desk, headers: dict[str, str]) -> None:
    account(desk, "prof", Role.instructor)
    answer = log_in(client, **headers)
    assert answer.status_code == 403
    assert "came from another page" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://testserver"}, {},
])  # fmt: skip
@EITHER
def test_our_own_form_does(client: Browser, desk: Desk, headers: dict[str, str]) -> None:
    account(desk, "prof", Role.instructor)
    assert log_in(client, **headers).status_code == 303


@EITHER
def test_a_form_as_large_as_a_book_is_not_read(client: Browser, desk: Desk) -> None:
    assert log_in(client, password="x" * 100_000).status_code == 413


# -- a new password -----------------------------------------------------------------------------------------------------


def test_a_new_password_ends_all_sessions(instructor: Browser, app: FastAPI, desk: Desk, clock: Clock) -> None:
    clock.passes(timedelta(seconds=1))
    elsewhere = logged_in(app, desk, "prof")
    form = {"old": PASSWORD, "new": "a new one, long enough", "again": "a new one, long enough"}
    assert instructor.post("/password", data=form).headers["location"] == "/login"
    assert instructor.get("/accounts").status_code == 303
    assert elsewhere.get("/accounts").status_code == 303
    assert log_in(instructor).status_code == 403
    assert log_in(instructor, password="a new one, long enough").status_code == 303


@pytest.mark.parametrize("form,said", [
    ({"old": "not it", "new": "a new one, long enough", "again": "a new one, long enough"}, "not your password so far"),
    ({"old": PASSWORD, "new": "eleven char", "again": "eleven char"}, "has 11 characters; at least 12 are needed"),
    ({"old": PASSWORD, "new": "a new one, long enough", "again": "another"}, "are not the same"),
    ({"old": PASSWORD, "new": "a" * 12, "again": "a" * 12}, "guessed at once"),
])  # fmt: skip
@EITHER
def test_a_new_password_is_refused_in_a_sentence(instructor: Browser, form: dict[str, str], said: str) -> None:
    answer = instructor.post("/password", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert instructor.get("/accounts").status_code == 200
