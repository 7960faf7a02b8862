"""A dashboard as its own process, which may be killed; and what is in its database after many reports."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from grader.classroom.model import Student
from grader.classroom.store.people import received, senders
from grader.classroom.store.schema import handed, reports
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from tests.commands.kits import ROOT, environment

COMES_UP_S = 120


def enrolled(store: Store, count: int) -> list[str]:
    """That many students; their tokens."""
    students = [f"s{number:04}" for number in range(count)]
    store.enroll([Student(id) for id in students])
    tokens = {id: secrets.token_hex(16) for id in students}
    rows = [
        {"kind": "token", "issuer": "", "value": hashlib.sha256(token.encode()).hexdigest(), "student": id,
         "made_at": datetime.now(UTC), "made_by": "load"}
        for id, token in tokens.items()
    ]  # fmt: skip
    store.write(lambda connection: connection.execute(senders.insert(), rows) and None)
    return list(tokens.values())


@dataclass
class Dashboard:
    """`grader dashboard`, on a port that stays the same when it is started again."""

    db: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "dashboard", "--db", self.db, "--port", str(self.port)],
            cwd=ROOT, env=environment(ROOT), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + COMES_UP_S
        while not self._is_well():
            assert self.process.poll() is None and time.monotonic() < until, "the dashboard did not come up"
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would: it finishes nothing."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def cpu(self) -> float:
        """Seconds of a processor that it and its processes have used."""
        assert self.process is not None
        return used(self.process.pid)

    def _is_well(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False


def used(pid: int) -> float:
    """Seconds of a processor, its children's with it that are there (Linux: the clock of a process by its id)."""
    found = 0.0
    for one in (pid, *_children(pid)):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found += time.clock_gettime((~one << 3) | 2)
    return found


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            _, _, after_name = path.read_text().rpartition(") ")
            if int(after_name.split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


@contextmanager
def dashboard(db: str) -> Iterator[Dashboard]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = Dashboard(db, port)
    try:
        one.start()
        yield one
    finally:
        if one.process is not None and one.process.poll() is None:
            one.process.terminate()
            one.process.wait(60)


def counted(store: Store) -> dict[str, int]:
    """What is in the tables; and how many submissions have another number of reports than one."""
    tables: tuple[Any, ...] = (received, handed, reports, attempts)
    found = {table.name: store.read(sa.select(sa.func.count()).select_from(table))[0][0] for table in tables}
    several = sa.select(reports.c.handed_id).group_by(reports.c.handed_id).having(sa.func.count() > 1).subquery()
    return found | {"doubled": store.read(sa.select(sa.func.count()).select_from(several))[0][0]}
