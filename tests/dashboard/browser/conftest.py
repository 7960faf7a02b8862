"""A real server, a real database, a real browser: one of each for all tests of this folder."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from grader.challenge import find_kit, load_all
from grader.classroom.store.store import Store
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings
from tests.corpus import ROOT
from tests.dashboard.browser.looking import CHROMIUM, QUIET, watched

if not CHROMIUM and os.environ.get("CI") != "true":
    collect_ignore_glob = ["test_*.py"]

Opened = Callable[..., AbstractContextManager[Page]]


@dataclass(frozen=True)
class Served:
    address: str
    desk: Desk


@contextmanager
def serving(desk: Desk) -> Iterator[Served]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        desk = replace(desk, settings=replace(desk.settings, address=address))
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
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "CI must have a Chromium: see .ci/run"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *QUIET])
        yield browser
        browser.close()
