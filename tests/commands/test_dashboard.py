"""`grader dashboard`, as it is typed: what it says, whom it answers, and how it ends."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from grader.classroom.store.people import audit
from grader.classroom.store.store import Store
from tests.commands.kits import ROOT, begun, environment, grader
from tests.commands.ready import Begun

SECONDS = 60


class Served:
    def __init__(self, process: Begun | subprocess.Popen[str], port: int) -> None:
        self.process, self.port, self.out, self.said = process, port, "", ""

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, given)
        return connection.getresponse()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        rest = self.process.communicate(timeout=SECONDS)
        self.out, self.said = self.out + rest[0], self.said + rest[1]
        return self.process.returncode


@contextlib.contextmanager
def served(db: str, *more: str) -> Iterator[Served]:
    with begun(ROOT, "dashboard", "--db", db, "--port", "0", *more) as process:
        watchdog = threading.Timer(SECONDS, process.kill)
        watchdog.start()
        try:
            assert process.stderr is not None
            said = ""
            while "stop with Ctrl-C" not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            (port,) = re.findall(r"the dashboard is at \S+:(\d+) ", said) or ["0"]
            found = Served(process, int(port))
            found.said = said
            yield found
        finally:
            watchdog.cancel()
            if process.poll() is None:
                process.kill()


@pytest.fixture
def db(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'grades.db'}"
    Store(url).close()
    return url


def refused(*words: str) -> str:
    done = grader(ROOT, "dashboard", *words)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def test_the_first_account_is_made_by_a_link_that_is_printed(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'grades.db'}"
    with served(db, "--init") as dashboard:
        assert dashboard.process.stdout is not None
        link = dashboard.process.stdout.readline().strip()
        path = link.removeprefix(f"http://127.0.0.1:{dashboard.port}")
        assert path.startswith("/join/")
        assert dashboard.ask("GET", path).status == 200
        form = {"login": "prof", "password": "correct horse battery", "again": "correct horse battery"}
        answer = dashboard.ask("POST", path, form)
        assert (answer.status, answer.headers["location"]) == (303, "/")
        session = answer.headers["set-cookie"].partition(";")[0]
        assert dashboard.ask("GET", "/accounts", Cookie=session).status == 200
        assert dashboard.ask("GET", path).status == 404
        assert dashboard.stop() == 0
    assert "good once" in dashboard.said
    assert "already" not in dashboard.said
    with served(db, "--init") as again:
        assert "there is an instructor's account already; this link makes one more" in again.said
        assert again.stop() == 0
    with Store(db) as store:
        noted = [(row.who.partition(" ")[0], row.what) for row in store.read(sa.select(audit).order_by(audit.c.id))]
    assert noted == [("operator", "invited"), ("prof", "account-made"), ("operator", "invited")]


def test_ctrl_c_ends_it_without_a_word(db: str) -> None:
    with served(db, "--read-only") as dashboard:
        assert dashboard.ask("GET", "/").status == 200
        listening = dashboard.ask("GET", "/live/events")  # an answer that has no end of its own
        assert dashboard.stop() == 0
        listening.close()
    assert dashboard.said.count("\n") == 1
    assert dashboard.out == ""


def test_on_this_machine_it_answers_to_names_of_ours_alone(db: str) -> None:
    with served(db, "--read-only") as dashboard:
        for host in ("localhost", f"127.0.0.1:{dashboard.port}", f"[::1]:{dashboard.port}", "LOCALHOST"):
            assert dashboard.ask("GET", "/healthz", Host=host).status != 400, host
        for host in ("rebound.evil.example", f"evil.example:{dashboard.port}", "localhost.evil.example"):
            assert dashboard.ask("GET", "/", Host=host).status == 400, host


def test_a_proxy_is_believed_only_where_it_was_said(db: str) -> None:
    where = []
    for more in ((), ("--behind-proxy", "127.0.0.1")):
        with served(db, *more) as dashboard:
            form = {"login": "prof", "password": "wrong"}
            forged = "192.0.2.1, 203.0.113.9"  # a client wrote the first, and a proxy that adds to it the second
            assert dashboard.ask("POST", "/login", form, X_Forwarded_For=forged).status == 403
            dashboard.stop()
    with Store(db) as store:
        where = [row.address for row in store.read(sa.select(audit).order_by(audit.c.id))]
    assert where == ["127.0.0.1", "203.0.113.9"]


def test_a_database_that_is_not_there_is_named_with_what_makes_one(tmp_path: Path) -> None:
    said = refused("--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert "none.db: no such database" in said
    assert "grader class" in said
    assert "--init" in said
    assert not (tmp_path / "none.db").exists()


def test_a_port_that_is_taken_is_named_with_another(db: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused("--db", db, "--port", str(port))
        assert f"--port {port}: something listens there already" in said
        assert f"--port {port + 1}" in said
        done = grader(ROOT, "dashboard", "--db", db, "--port", str(port), "--init")
        assert done.returncode == 0
        assert f"http://127.0.0.1:{port}/join/" in done.stdout
        assert "the link is good at that one" in done.stderr


@pytest.mark.parametrize("words,said", [
    (("--host", "0.0.0.0", "--read-only"), "whoever reaches it would see the whole class"),
    (("--init", "--read-only"), "say one of them"),
    (("--address", "grades.example.org"), "expected one such as https://grades.example.org"),
    (("--address", "https://grades.example.org/here"), "without a path"),
    (("--host", "192.0.2.1", "--address", "https://grades.example.org"), "cannot listen there"),
    (("--require-isolation", "confined"), "--require-isolation"),
    (("--behind-proxy", "*"), "--behind-proxy *: expected the proxy's address"),
    (("--behind-proxy", "127.0.0.1,localhost"), "--behind-proxy localhost: expected the proxy's address"),
    (("--metrics-token-file", "no-such-file"), "expected a file with one word"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(db: str, words: tuple[str, ...], said: str) -> None:
    assert said in refused("--db", db, "--port", "0", *words)


def test_listening_to_others_without_tls_is_warned_of(db: str) -> None:
    with served(db, "--host", "0.0.0.0") as dashboard:
        assert "without TLS, passwords and grades travel in the clear" in dashboard.said
        assert dashboard.ask("GET", "/login").status == 200
        dashboard.stop()
    with served(db, "--address", "https://grades.example.org") as behind:
        assert "in the clear" not in behind.said
        assert "who guesses passwords keeps everybody out" in behind.said
        behind.stop()


def test_what_is_not_installed_is_named_with_what_installs_it(db: str, tmp_path: Path) -> None:
    hides = "import importlib.util as u, sys; real = u.find_spec; u.find_spec = lambda n, *a: None if n == 'argon2' else real(n, *a)\n"
    runs = "sys.argv = ['grader', 'dashboard']; from grader.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hides + runs],
        cwd=ROOT,
        env=environment(ROOT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "argon2 is not installed" in done.stderr
    assert "requirements/install.sh .venv dashboard" in done.stderr
    assert "stream-challenge-kit[dashboard]" in done.stderr


def test_other_commands_load_nothing_of_it() -> None:
    runs = (
        "import sys; sys.argv = ['grader', 'list']; from grader.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('fastapi', 'starlette', 'uvicorn', 'argon2', 'sqlalchemy', 'itsdangerous') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", runs], cwd=ROOT, env=environment(ROOT) | {k: v for k, v in os.environ.items() if k == "PATH"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
