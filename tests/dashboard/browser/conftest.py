"""A real server, a real database, a real browser: one of each for all tests of this folder, and for each role an account."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from grader.classroom.store.store import Store
from grader.dashboard.access.accounts import invite
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from tests.browsers import CHROMIUM, browser
from tests.dashboard.browser.looking import profile, watched
from tests.dashboard.classes import NOON, small_class
from tests.dashboard.conftest import desk_on
from tests.databases import Copies

if not CHROMIUM and os.environ.get("CI") != "true":
    collect_ignore_glob = ["test_*.py"]

__all__ = ["browser"]

PASSWORD = "correct horse battery staple"
Opened = Callable[..., AbstractContextManager[Page]]


@dataclass(frozen=True)
class Served:
    """A dashboard on a port of this machine."""

    address: str
    desk: Desk


@contextmanager
def serving(desk: Desk, now: datetime = NOON) -> Iterator[Served]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        began = datetime.now(UTC)
        desk = replace(
            desk,
            settings=replace(desk.settings, address=address),
            clock=lambda: now + (datetime.now(UTC) - began),  # the class's time, and it passes
        )
        config = uvicorn.Config(create(desk), log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Served(address, desk)
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="session")
def served(sqlite_copies: Copies) -> Iterator[Served]:
    """The small class, with accounts."""
    url = sqlite_copies.of(small_class)
    with Store(url) as store:
        desk = desk_on(store)
        desk = replace(desk, settings=replace(desk.settings, db=url))  # programs are compared by a process of its own
        with serving(desk) as found:
            yield found


@pytest.fixture(scope="session")
def known() -> dict[str, Any]:
    """`states`, once they are there."""
    return {}


@pytest.fixture(scope="module")
def states(browser: Browser, served: Served, known: dict[str, Any]) -> dict[str, Any]:
    """What each role's browser keeps, once they have come in as people do: by a link, through the forms."""
    if not known:
        known |= _come_in(browser, served)
    return known


def _come_in(browser: Browser, served: Served) -> dict[str, Any]:
    found: dict[str, Any] = {}
    token = invite(served.desk, None, Viewer(Role.instructor, "a test"), Role.instructor)
    with newcomer(browser, served) as tab:
        _join(tab, f"/join/{token}", "prof")
        found["instructor"] = tab.context.storage_state()
        tab.goto("/accounts")
        tab.get_by_label("Role").select_option("assistant")
        tab.get_by_label("Section").select_option("A")
        tab.get_by_role("button", name="Make an invitation").click()
        invitation = tab.get_by_label("The link").input_value()
        tab.goto("/student?id=ada")
        tab.get_by_role("button", name="Make a link for the student").click()
        link = tab.get_by_label("The link").input_value()
    with newcomer(browser, served) as tab:
        _join(tab, invitation, "helper")
        found["assistant"] = tab.context.storage_state()
    with newcomer(browser, served) as tab:
        tab.goto(link)
        found["student"] = tab.context.storage_state()
    return found


@contextmanager
def newcomer(browser: Browser, served: Served, *, quiet: bool = True, **how: Any) -> Iterator[Page]:
    """A tab of a browser that has not been here yet."""
    context = profile(browser, served.address, **how)
    try:
        with watched(context, served.address, quiet=quiet) as tab:
            yield tab
    finally:
        context.close()


def _join(tab: Page, address: str, login: str) -> None:
    tab.goto(address)
    tab.get_by_label("Login").fill(login)
    tab.get_by_label("Password, at least").fill(PASSWORD)
    tab.get_by_label("The same once more").fill(PASSWORD)
    tab.get_by_role("button", name="Make the account").click()


@pytest.fixture(scope="module")
def profiles(browser: Browser) -> dict[Any, BrowserContext]:
    """Each role's browser, as it was opened first: to begin one takes as long as most tests."""
    return {}


@pytest.fixture
def opened(browser: Browser, served: Served, states: dict[str, Any], profiles: dict[Any, BrowserContext]) -> Opened:
    """`with opened("instructor") as tab`: a tab of somebody's. More is told to the browser: `java_script_enabled=False`."""

    def open(role: str = "instructor", *, quiet: bool = True, **how: Any) -> AbstractContextManager[Page]:
        if role not in states:
            return newcomer(browser, served, quiet=quiet, **how)
        key = (role, *sorted(how.items()))
        if key not in profiles:
            profiles[key] = profile(browser, served.address, storage_state=states[role], **how)
        return watched(profiles[key], served.address, quiet=quiet)

    return open
