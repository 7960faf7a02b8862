"""When the dashboard itself fails: a sentence, and nothing of what went wrong."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from grader.dashboard.desk import Desk
from grader.dashboard.web import HEADERS
from grader.errors import UsageError
from tests.dashboard.access.looking import EITHER, Browser


@pytest.mark.parametrize("error,status,said", [
    (RuntimeError("the secret of it"), 500, "which is not your mistake"),
    (UsageError("--db postgresql://kit@host/class: gone"), 503, "Try again in a minute"),
])  # fmt: skip
@pytest.mark.parametrize("address", ["/accounts", "/me/x.y"])
@EITHER
def test_a_fault_of_ours_is_a_sentence(
    app: FastAPI,
    instructor: Browser,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    said: str,
    address: str,
) -> None:
    browser = TestClient(app, raise_server_exceptions=False, cookies=dict(instructor.cookies))

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(desk.store, "read", fails)
    answer = browser.get(address)
    assert answer.status_code == status
    assert said in answer.text
    assert str(error) not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"


@EITHER
def test_an_address_that_there_is_not_is_said_with_the_menu(instructor: Browser, client: Browser) -> None:
    for address in ("/nothing", "/accounts/none/here"):
        answer = instructor.get(address)
        assert answer.status_code == 404
        assert "There is no page at this address" in answer.text
        assert 'href="/accounts"' in answer.text
    assert 'href="/accounts"' not in client.get("/nothing").text
    assert instructor.post("/history").status_code == 405


@EITHER
def test_a_part_of_a_page_sends_whose_session_is_over_to_log_in(client: Browser) -> None:
    answer = client.get("/history?what=login", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=%2Fhistory%3Fwhat%3Dlogin"
    assert "<html" not in answer.text


@pytest.mark.parametrize("origin", ["http://[", "http://]", "://", "[", "http://testserver:x"])
@EITHER
def test_an_origin_that_is_no_address_is_another_page(client: Browser, origin: str) -> None:
    answer = client.post("/login", data={"login": "a", "password": "b"}, headers={"Origin": origin})
    assert answer.status_code == 403 and "came from another page" in answer.text


@pytest.mark.parametrize("charset", ["unicode_escape", "undefined", "idna", "punycode", "nonesuch"])
@EITHER
def test_a_form_in_letters_that_nobody_reads_has_no_token(
    app: FastAPI, instructor: Browser, client: Browser, charset: str
) -> None:
    kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    parts = (f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n' for name in ("csrf", "login", "password"))
    form = b"\\ud800\xff..a-\r\n".join([*(part.encode() for part in parts), b"--x--\r\n"])
    without = TestClient(app, base_url="http://testserver", cookies=dict(instructor.cookies))
    assert without.post("/logout", content=form, headers=kind).status_code == 403
    assert client.post("/login", content=form, headers=kind).status_code in (400, 403)
