"""Browsers of people who are known: they have a session, as one gets it, and forms bring its token along."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.classroom.store.people import accounts, knocks, sessions
from grader.dashboard.access.sessions import cookie, hashed
from grader.dashboard.access.student_links import links_for
from grader.dashboard.access.viewer import Role
from grader.dashboard.desk import Desk

Browser = TestClient
EITHER = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # where it does not matter which database it is
PASSWORD = "correct horse battery"
CSRF = "c" * 43


QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # argon2 still, for a hundredth of the work


@cache
def _password() -> str:
    """Whichever test is first, and whatever its fixtures are."""
    return QUICK.hash(PASSWORD)


def account(desk: Desk, login: str, role: Role, section: str = "") -> int:
    """Its id; the password is PASSWORD."""
    new = {
        "login": login, "password": _password(), "role": role, "section": section, "made_at": desk.clock(),
    }  # fmt: skip
    insert = accounts.insert().values(new).returning(accounts.c.id)
    return int(desk.store.write(lambda connection: connection.execute(insert).scalar_one()))


def logged_in(app: FastAPI, desk: Desk, login: str) -> Browser:
    """Without the work of a login: a session is put into the database. Forms may take CSRF, or the header is sent."""
    token = f"token-of-{login}-{desk.clock():%s}"
    rows = desk.store.read(sa.select(accounts.c.id).where(accounts.c.login == login))
    now = desk.clock()
    new = {
        "token_sha256": hashed(token), "account_id": rows[0][0], "csrf": CSRF, "made_at": now, "seen_at": now,
        "until": now + timedelta(hours=12),
    }  # fmt: skip
    desk.store.write(lambda connection: connection.execute(sessions.insert().values(new)))
    browser = TestClient(app, base_url=desk.settings.address, follow_redirects=False, headers={"X-CSRF-Token": CSRF})
    browser.cookies.set(cookie(desk), token)
    return browser


def student_by_link(app: FastAPI, desk: Desk, id: str) -> Browser:
    browser = TestClient(app, base_url=desk.settings.address, follow_redirects=False)
    answer = browser.get(links_for(desk, [id])[id])
    assert answer.status_code == 303, answer.text
    many = knocks.delete().where(knocks.c.door == f"link of {id}")  # a test may need more than one may come
    desk.store.write(lambda connection: connection.execute(many))
    (csrf,) = desk.store.read(sa.select(sessions.c.csrf).where(sessions.c.student == id))[-1]
    browser.headers["X-CSRF-Token"] = csrf
    return browser
