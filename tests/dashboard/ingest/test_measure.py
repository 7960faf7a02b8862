"""What others may cost a dashboard: who is not known makes it do little, and who is has a measure."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests

from grader import signing
from grader.classroom.store.schema import reports
from grader.dashboard.ingest import arriving, writer
from grader.dashboard.ingest.writer import Busy, Writer
from tests.classroom.test_identity import CONFIG, GITLAB_CLAIMS, KEY
from tests.dashboard.ingest.gradings import SOLUTION, graded, key_pair, signed
from tests.dashboard.ingest.serving import Served
from tests.dashboard.ingest.test_reports import with_check
from tests.dashboard.ingest.test_writer import delivery

# -- who is not known -------------------------------------------------------------------------------------------------


def test_a_strangers_signature_is_looked_at_before_anything_that_takes_long(
    one: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To write a report in its one form takes seconds, where it is as long as may be sent."""
    key, fingerprint = key_pair(tmp_path)
    body = signed(graded(SOLUTION), key)
    one.sender("key", fingerprint, "ada")
    forged = body.replace(b'"seed":7', b'"seed":8')
    written = []
    monkeypatch.setattr(signing, "canonical", lambda data: written.append(data) or b"")
    assert one.send(forged).status_code == 400  # ada's key, which is no secret
    other, _ = key_pair(_folder(tmp_path / "other"))
    monkeypatch.undo()
    unknown = signed(graded(SOLUTION), other)
    monkeypatch.setattr(signing, "canonical", lambda data: written.append(data) or b"")
    assert one.send(unknown).status_code == 401
    assert one.send(graded(SOLUTION)).status_code == 401
    assert not written


def test_who_only_names_somebodys_key_does_not_use_up_their_measure(
    one: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, fingerprint = key_pair(tmp_path)
    one.sender("key", fingerprint, "ada")
    monkeypatch.setattr(one.intake.reports, "at_once", 2)
    body = signed(graded(SOLUTION), key)
    for _ in range(4):
        assert one.send(body.replace(b'"seed":7', b'"seed":8')).status_code == 400
    assert one.send(body).status_code == 201


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


@contextmanager
def begun(one: Served, count: int, token: str = "") -> Iterator[None]:
    """So many requests of which the body does not come."""
    head = f"POST /api/v1/reports HTTP/1.1\r\nHost: {urlsplit(one.url).netloc}\r\nContent-Length: 1000000\r\n"
    head += f'Content-Type: application/json\r\nIdempotency-Key: "{"a" * 64}"\r\n'
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    parts = urlsplit(one.url)
    with ExitStack() as stack:
        for _ in range(count):
            line = stack.enter_context(socket.create_connection((parts.hostname, parts.port)))
            line.sendall(f"{head}\r\n{{".encode())
        until = time.monotonic() + 20
        while sum(one.intake.under_way._inside.values()) < count:
            assert time.monotonic() < until, "they were not begun"
            time.sleep(0.01)
        yield


def test_bodies_that_are_under_way_are_few_for_each_who_sends(one: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one.intake.under_way, "most", 3)
    ada, bob = one.token("ada"), one.token("bob")
    with begun(one, 3), begun(one, 3, ada):
        for token in (None, ada):
            answer = one.send(graded(SOLUTION), token)
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        assert one.send(graded(SOLUTION), bob).status_code == 201
    until = time.monotonic() + 20
    while one.send(graded(SOLUTION), ada).status_code != 201:
        assert time.monotonic() < until, "who has left is still counted"
        time.sleep(0.05)


def test_a_body_that_does_not_arrive_is_not_waited_for_without_end(
    one: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "PATIENCE_S", 0.2)
    parts = urlsplit(one.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
        line.sendall(
            f"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Type: application/json\r\n"
            f'Idempotency-Key: "{"a" * 64}"\r\n\r\n{{'.encode()
        )
        assert line.recv(1000).startswith(b"HTTP/1.1 408")


def test_an_issuer_that_does_not_answer_keeps_no_page_waiting(one: Served) -> None:
    """Anybody can write a token that names it."""
    with _Silent() as silent:
        threading.Thread(target=silent.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        issuer = f"http://127.0.0.1:{silent.server_port}"
        one.sender("repository", "4711", "ada", issuer=issuer)
        one.sender("workflow", CONFIG, None, issuer=issuer)
        claims = {"iss": issuer, "aud": one.url, "iat": 1, "exp": 2, "jti": "x", **GITLAB_CLAIMS}
        token = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})
        came: list[int] = []
        several = [
            threading.Thread(target=lambda: came.append(one.send(b"{}", token).status_code), daemon=True)
            for _ in range(16)
        ]
        for each in several:
            each.start()
        assert silent.asked.wait(20)
        answers = [requests.get(f"{one.url}{path}", timeout=20).status_code for path in ("/login", "/healthz") * 25]
        assert answers == [200] * 50 and not came
        silent.go_on.set()
        for each in several:
            each.join(60)
        assert came == [503] * 16 and silent.times == 1
        silent.shutdown()


class _Silent(HTTPServer):
    """An issuer that takes its time, and then has no keys."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Later)
        self.asked, self.go_on, self.times = threading.Event(), threading.Event(), 0


class _Later(BaseHTTPRequestHandler):
    server: _Silent

    def do_GET(self) -> None:
        self.server.times += 1
        self.server.asked.set()
        self.server.go_on.wait(60)
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


# -- who is -----------------------------------------------------------------------------------------------------------


def with_runs(content: bytes, **run: Any) -> bytes:
    report = json.loads(content)
    for each in report["challenges"][0]["runs"]:
        each |= run
    return json.dumps(report).encode()


@pytest.mark.parametrize(
    "body",
    [
        lambda content: with_check(content, 0, message="x" * 100_000),
        lambda content: with_runs(content, outcome="x" * 200_000),
        lambda content: with_runs(content, timeline={"title": "", "events": [{"at": 0, "kind": "a"}] * 9_999}),
    ],
)
def test_a_report_is_no_longer_than_the_grader_makes_them(one: Served, body: Any) -> None:
    """What is kept is read whole for each page that shows it."""
    answer = one.send(body(graded(SOLUTION)), one.token("ada"))
    assert answer.status_code == 422 and "longer than any" in answer.json()["error"]
    assert one.count(reports) == 0


def test_of_a_challenge_a_student_may_send_so_many_and_no_more(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The more there are, the longer it takes to work out how somebody stands; and everybody waits for that."""
    monkeypatch.setattr(writer, "MOST_REPORTS", 2)
    ada, another, bob = served.token("ada"), served.token("ada"), served.token("bob")
    several = [graded(SOLUTION) + b"\n" * n for n in range(3)]
    assert [served.send(body, token).status_code for body, token in zip(several, (ada, another, ada), strict=True)] == [
        201, 201, 403,
    ]  # fmt: skip
    assert "Talk to your course" in served.send(several[2], ada).json()["error"]
    assert served.send(several[0], ada).status_code == 200
    assert served.send(several[2], bob).status_code == 201


def test_a_tier_is_one_that_there_is(one: Served) -> None:
    """It stands beside the badge that says whose word a result is."""
    report = json.loads(graded(SOLUTION))
    report["isolation"]["tier"] = "⌂ server · confined"
    answer = one.send(json.dumps(report).encode(), one.token("ada"))
    assert answer.status_code == 422 and "tier" in answer.json()["error"]


def test_what_waits_for_the_database_is_bounded_in_bytes(one: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    made, go_on = Writer(one.store, "kit", regrade=False), threading.Event()
    write = one.store.write
    monkeypatch.setattr(one.store, "write", lambda work: go_on.wait(60) and write(work))
    monkeypatch.setattr(writer, "MOST_BYTES", 2 * delivery(0).size)
    waiting = [made.submit(delivery(number)) for number in range(2)]
    with pytest.raises(Busy):
        made.submit(delivery(2))
    go_on.set()
    assert [one.result(60).status for one in waiting] == [201, 201]
    until = time.monotonic() + 20
    while made._bytes:
        assert time.monotonic() < until, "what was written is still counted"
        time.sleep(0.01)
    assert made.submit(delivery(2)).result(60).status == 201
    made.close()
