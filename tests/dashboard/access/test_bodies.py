"""What is large is not read, unless somebody of the staff sends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.classroom.model import Student
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from tests.dashboard.access.looking import EITHER, Browser

LARGE = {"text": "id\n" + "x" * 30_000 + "\n"}
FORMS = ("/roster", "/exports/fill", "/logout", "/regrade/begin", "/no/such/page", "/login")


@EITHER
def test_nobodys_large_form_is_refused_and_not_read(app: FastAPI, client: Browser) -> None:
    for path in FORMS:
        assert client.post(path, data=LARGE).status_code == 413, path
        assert _unread(app, path), path
    assert client.post("/roster", data={"text": "id\nada\n"}).status_code == 401


def _unread(app: FastAPI, path: str) -> bool:
    """Is a body that says nothing of its length left alone?"""
    head = [(b"host", b"testserver"), (b"transfer-encoding", b"chunked")]
    kind = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": head + kind,
        "client": ("192.0.2.1", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    read, sent = [], []

    async def receive() -> dict[str, object]:
        read.append(1)
        return {"type": "http.request", "body": b"x" * 1000, "more_body": len(read) < 100}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return not read and sent[0]["status"] == 413 and b"content-security-policy" in dict(sent[0]["headers"])  # type: ignore[call-overload]


@EITHER
def test_a_students_is_not_and_the_staffs_is(
    instructor: Browser, student: Callable[[str], Browser], desk: Desk
) -> None:
    desk.store.enroll([Student("ada")])
    assert student("ada").post("/roster", data=LARGE).status_code == 413
    assert instructor.post("/roster", data=LARGE).status_code == 303


@pytest.fixture
def shown(desk: Desk) -> Iterator[Browser]:
    app = create(replace(desk, settings=replace(desk.settings, read_only=True)))
    yield TestClient(app, base_url="http://testserver")


@EITHER
def test_where_nothing_is_changed_nothing_large_is_read(shown: Browser) -> None:
    answer = shown.post("/roster", data=LARGE)
    assert answer.status_code == 403 and "only shows" in answer.text
