"""Many students who send reports at a given rate, and send again what was not answered: a process of its own.

`python -m tests.dashboard.ingest.reporters` reads one line of JSON: `Orders`; it prints one: what came of it.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.commands.kits import ROOT

THREADS = 48
GIVES_UP_S = 120.0  # with one report
PAUSE_S = 0.2  # before it is sent again


@dataclass(frozen=True)
class Orders:
    url: str
    reports: list[str]  # files with a report of one challenge each
    tokens: list[str]  # one a student; they take turns
    count: int
    a_second: float


@dataclass
class Came:
    """What came of it. Times in seconds."""

    took: float
    statuses: dict[str, int]  # of last answers
    again: int  # requests that were sent once more
    median: float  # from when a report was due to its last answer
    p95: float
    used: float  # of a processor, by all the students


def start(orders: Orders) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(orders)) + "\n")
    process.stdin.flush()
    return process


def finished(process: subprocess.Popen[str]) -> Came:
    said, _ = process.communicate()
    return Came(**json.loads(said))


class _Run:
    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self._bodies = [_template(Path(name).read_bytes()) for name in orders.reports]
        self._numbers = iter(range(orders.count))
        self._lock = threading.Lock()
        self.answered: list[tuple[int, float]] = []
        self.again = 0
        self.began = time.monotonic()

    def body(self, number: int) -> bytes:
        """Another submission each: what is sent of it is real but for its hash."""
        before, after = self._bodies[number % len(self._bodies)]
        return hashlib.sha256(str(number).encode()).hexdigest().encode().join((before, after))

    def work(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while True:
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            due = self.began + number / self.orders.a_second
            time.sleep(max(0.0, due - time.monotonic()))
            body, token = self.body(number), self.orders.tokens[number % len(self.orders.tokens)]
            status = 0
            while status not in (200, 201, 400, 401, 403, 409, 413, 422) and time.monotonic() < due + GIVES_UP_S:
                connection, status = self._sent(connection, body, token)
            with self._lock:
                self.answered.append((status, time.monotonic() - due))

    def _sent(self, connection: Any, body: bytes, token: str) -> tuple[Any, int]:
        try:
            if connection is None:
                connection = http.client.HTTPConnection(urlsplit(self.orders.url).netloc, timeout=30)
            connection.request("POST", "/api/v1/reports", body, _head(body, token))
            answer = connection.getresponse()
            answer.read()
            if answer.status in (429, 503):
                raise ConnectionError
            return connection, answer.status
        except (OSError, http.client.HTTPException):
            if connection is not None:
                connection.close()
            with self._lock:
                self.again += 1
            time.sleep(PAUSE_S)
            return None, 0


def _head(body: bytes, token: str) -> dict[str, str]:
    key = hashlib.sha256(body).hexdigest()
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Idempotency-Key": f'"{key}"'}


def _template(content: bytes) -> tuple[bytes, bytes]:
    """Before and after the submission's hash."""
    before, _, after = content.partition(json.loads(content)["challenges"][0]["submission_sha256"].encode())
    return before, after


def main() -> None:
    run = _Run(Orders(**json.loads(sys.stdin.readline())))
    threads = [threading.Thread(target=run.work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - run.began
    statuses: dict[str, int] = {}
    for status, _ in run.answered:
        statuses[str(status)] = statuses.get(str(status), 0) + 1
    waits: Sequence[float] = sorted(wait for _, wait in run.answered)
    median, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    print(json.dumps(asdict(Came(took, statuses, run.again, median, p95, time.process_time()))), flush=True)


if __name__ == "__main__":
    main()
