"""A dashboard's side of the wire, as small as it can be: it answers what it was told to, and remembers what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Came:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Desk:
    url: str = ""
    answers: list[tuple[int, Any]] = field(default_factory=list)  # (status, what is sent as JSON, or bytes); then 201
    headers: dict[str, str] = field(default_factory=dict)
    came: list[Came] = field(default_factory=list)


@contextmanager
def open_desk() -> Iterator[Desk]:
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            desk.came.append(Came(self.command, self.path, dict(self.headers), body))
            status, told = desk.answers.pop(0) if desk.answers else (201, {"message": "Thank you."})
            if status == 0:  # the line goes dead
                self.close_connection = True
                return
            content = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            for name, value in desk.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        desk.url = f"http://127.0.0.1:{server.server_port}"
        yield desk
        server.shutdown()
