"""A dashboard that listens: the application on a store, served by uvicorn in a thread; and what senders need."""

from __future__ import annotations

import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
import sqlalchemy as sa
import uvicorn

from grader.challenge import Kit, load_all
from grader.classroom.model import Student
from grader.classroom.store.people import senders
from grader.classroom.store.store import Store
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.ingest.intake import Intake
from grader.dashboard.settings import Settings
from grader.submitting.deliver import key_of
from tests.commands.kits import ROOT


@dataclass
class Served:
    url: str
    store: Store
    app: Any

    @property
    def intake(self) -> Intake:
        found: Intake = self.app.state.intake
        return found

    def token(self, student: str) -> str:
        """A new one of the course's."""
        token = secrets.token_urlsafe(24)
        self.sender("token", hashlib.sha256(token.encode()).hexdigest(), student)
        return token

    def sender(self, kind: str, value: str, student: str | None, *, issuer: str = "") -> None:
        if student is not None:
            self.store.enroll([Student(student)])
        row = {
            "kind": kind, "issuer": issuer, "value": value, "student": student, "made_at": datetime.now(UTC),
            "made_by": "tests",
        }  # fmt: skip
        self.store.write(lambda connection: connection.execute(senders.insert().values(row)) and None)

    def send(self, body: bytes, token: str | None = None, *, key: str | None = None, **headers: str) -> Any:
        given = {"Content-Type": "application/json", "Idempotency-Key": f'"{key or key_of(self.url, body)}"'}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        return requests.post(f"{self.url}/api/v1/reports", data=body, headers=given | headers, timeout=60)

    def put(self, source: bytes, report: bytes, token: str | None = None, *, sha256: str | None = None) -> Any:
        given = {"Idempotency-Key": f'"{key_of(self.url, report)}"'}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        address = f"{self.url}/api/v1/sources/{sha256 or hashlib.sha256(source).hexdigest()}"
        return requests.put(address, data=source, headers=given, timeout=60)

    def count(self, table: sa.Table) -> int:
        return int(self.store.read(sa.select(sa.func.count()).select_from(table))[0][0])


@contextmanager
def serve(store: Store, **settings: Any) -> Iterator[Served]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        kit = Kit(ROOT)
        app = create(Desk(Settings("", url, **settings), store, kit, load_all(kit)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive() and time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        try:
            yield Served(url, store, app)
        finally:
            server.should_exit = True
            thread.join(60)
