"""One request as somebody. Of an answer that does not end, its beginning."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from tests.dashboard.access.examples import Example, Scene
from tests.dashboard.access.looking import Browser


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


def ask(browser: Browser, scene: Scene, method: str, example: Example, **headers: str) -> Answer:
    address = scene.filled(example.address)
    if example.streams:
        return _beginning(browser, address, headers)
    more: dict[str, Any] = {}
    if method != "GET":
        more["data"] = {name: scene.filled(value) for name, value in example.form.items()}
        more["files"] = dict(example.files) or None
    answer = browser.request(method, address, headers=headers, **more)
    return Answer(answer.status_code, answer.text, dict(answer.headers))


def _beginning(browser: Browser, address: str, headers: dict[str, str], seconds: float = 1.5) -> Answer:
    """What is sent within a second or so: the test client waits for the end, so the application is asked by itself."""
    path, _, query = address.partition("?")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    given = {"host": "testserver", **({"cookie": cookies} if cookies else {}), **headers}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("testclient", 50000), "server": ("testserver", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    app = browser.app
    assert isinstance(app, FastAPI)

    async def asked() -> None:
        over, first = asyncio.Event(), True

        async def receive() -> dict[str, Any]:
            nonlocal first
            if first:
                first = False
                return {"type": "http.request", "body": b"", "more_body": False}
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        task = asyncio.create_task(app(scope, receive, send))
        await asyncio.wait({task}, timeout=seconds)
        over.set()
        await asyncio.wait({task}, timeout=20)
        task.cancel()

    asyncio.run(asked())
    start = sent[0]
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return Answer(start["status"], text, {name.decode(): value.decode() for name, value in start["headers"]})
