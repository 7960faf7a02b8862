"""A dashboard with nobody in it yet, on a database of each kind; a clock that a test sets; those who look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.challenge import Kit
from grader.classroom.store.store import Store
from grader.dashboard.access import passwords
from grader.dashboard.access.viewer import Role
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings
from tests.corpus import ROOT, challenges
from tests.dashboard.access.looking import QUICK, Browser, account, logged_in, student_by_link


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may make sixty guesses. What is really used has tests too."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    passwords._nobodys.cache_clear()


class Clock:
    """What time it is for the dashboard: what a test says, so that an hour is no wait."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(url: str) -> Settings:
    """A test that needs others overrides this fixture, by a parameter or in its module."""
    return Settings(url, "http://testserver")


@pytest.fixture
def desk(settings: Settings, store: Store, clock: Clock) -> Desk:
    return Desk(settings, store, Kit(ROOT), list(challenges().values()), clock=clock)


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return create(desk)


@pytest.fixture
def client(app: FastAPI) -> Browser:
    """Nobody's: without a session, and redirects are answers."""
    return TestClient(app, base_url="http://testserver", follow_redirects=False)


@pytest.fixture
def instructor(app: FastAPI, desk: Desk) -> Browser:
    account(desk, "prof", Role.instructor)
    return logged_in(app, desk, "prof")


@pytest.fixture
def assistant(app: FastAPI, desk: Desk) -> Callable[[str], Browser]:
    """An assistant of a section: `assistant("A")`."""

    def of(section: str) -> Browser:
        login = f"helper-{len(section)}-{section.encode().hex()}"[:60]
        account(desk, login, Role.assistant, section)
        return logged_in(app, desk, login)

    return of


@pytest.fixture
def student(app: FastAPI, desk: Desk) -> Callable[[str], Browser]:
    """A student who came by their link: `student("ada")`. They have to be in the store."""
    return lambda id: student_by_link(app, desk, id)
