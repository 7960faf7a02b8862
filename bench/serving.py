"""The dashboard in a process of its own, read-only, on loopback: told a database, says its port and its addresses.

Asked with an address, it says for how long the questions that this page puts to the database take by the driver alone.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import uvicorn
from sqlalchemy import event
from starlette.testclient import TestClient

from bench.addresses import addresses
from bench.measure import ROOT
from grader.challenge import Kit, load_all
from grader.classroom.store.store import Store
from grader.commands.dashboard import listen
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings

Question = tuple[str, Any]  # SQL and its parameters, as the driver takes them


class Asked:
    """What goes to the database, while somebody listens."""

    def __init__(self, store: Store) -> None:
        self.heard: list[Question] | None = None
        self._engine = store._engine
        event.listen(self._engine, "before_cursor_execute", self._hear)

    def _hear(self, _: Any, __: Any, statement: str, parameters: Any, *more: object) -> None:
        if self.heard is not None and not statement.startswith("BEGIN"):
            self.heard.append((statement, parameters))

    def bare(self, questions: list[Question]) -> float:
        """Seconds to put these again, and to fetch all that comes back."""
        with self._engine.connect() as connection:
            cursor: Any = connection.connection.cursor()
            started = time.perf_counter()
            for statement, parameters in questions:
                cursor.execute(statement, parameters)
                cursor.fetchall()
            taken = time.perf_counter() - started
            cursor.close()
        return taken


def main() -> None:
    kit = Kit(ROOT)
    url = json.loads(sys.stdin.readline())
    with Store(url) as store, listen("127.0.0.1", 0) as listening:
        settings = Settings(url, read_only=True)
        app = create(Desk(settings, store, kit, load_all(kit)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, timeout_keep_alive=600))
        threading.Thread(target=server.run, args=([listening],), daemon=True).start()
        _say([listening.getsockname()[1], list(addresses(app, store))])
        _answer(Asked(store), TestClient(app, base_url=settings.address, follow_redirects=False))


def _answer(asked: Asked, client: TestClient) -> None:
    known: dict[str, list[Question]] = {}
    for line in sys.stdin:
        address = json.loads(line)
        if address not in known:
            client.get(address)  # what is asked once and kept does not count
            asked.heard = []
            client.get(address)
            known[address], asked.heard = asked.heard, None
        _say(asked.bare(known[address]))


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
