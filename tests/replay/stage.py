"""The real server on a loop in a thread of its own, and a client that sees the bytes."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from grader.replay.provider import Provider
from grader.replay.server import Gate, ReplayServer
from grader.stream import cut
from grader.stream.fixture import About, Fixture
from grader.stream.salt import Salted, salt
from grader.stream.script import Script, script
from grader.timeline import Timeline

KEY, MODEL, PREFIX = "sk-test", "swift-7b-chat", "/v1"
PATH = f"{PREFIX}/chat/completions"
PATIENCE = 20  # seconds until a client that hears nothing gives up: a failure, never a wait


def _chunk(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> str:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    value = {
        "id": "chatcmpl-a1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
        **more,
    }
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
BODY = "".join(
    [
        _chunk({"role": "assistant", "content": ""}, usage=None),
        *(_chunk({"content": text}, usage=None) for text in ("Olá", ", ", "mundo", " 🍕")),
        _chunk({}, "stop", usage=None),
        _chunk(None, usage=USAGE),
        "data: [DONE]\n\n",
    ]
).encode()


def fixture(body: bytes = BODY) -> Fixture:
    headers = [("Content-Type", "text/event-stream; charset=utf-8"), ("X-Request-Id", "r1")]
    return Fixture("test", body, About(origin="hand-made", note="a test", dialect="openai", headers=headers))


def one_event_a_write(salted: Salted) -> Script:
    return script(salted.parts, [len(part.raw) for part in salted.parts], hold=True)


def whole(salted: Salted) -> Script:
    return script(salted.parts, cut.lengths(sum(len(part.raw) for part in salted.parts), ()), hold=False)


class Stage:
    """A context manager: the server is up inside of it, and gone behind it."""

    def __init__(
        self, play: Callable[[Salted], Script] = one_event_a_write, *, gate: Gate | None = None, body: bytes = BODY
    ) -> None:
        self.salted = salt(fixture(body), 1, model=MODEL)
        self.timeline = Timeline()
        self.provider = Provider(self.salted, KEY, MODEL, PREFIX, play)
        self.server = ReplayServer(self.provider, self.timeline, gate)
        self.loop = asyncio.new_event_loop()
        self.troubles: list[dict[str, Any]] = []  # exceptions that nobody caught
        self.loop.set_exception_handler(lambda _, context: self.troubles.append(context))
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Stage:
        self._thread.start()
        self.port = self.do(self.server.start())
        return self

    def __exit__(self, *exc: object) -> None:
        self.do(self.server.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    def statuses(self) -> list[int]:
        return [moment["status"] for moment in list(self.timeline.of("request"))]


def request(
    body: dict[str, Any] | bytes | None = None,
    *,
    method: str = "POST",
    path: str = PATH,
    key: str | None = KEY,
    more: str = "",
) -> bytes:
    """One request as bytes; without a body, the right one for a stream."""
    content = body if isinstance(body, bytes) else json.dumps(asking() if body is None else body).encode()
    auth = f"Authorization: Bearer {key}\r\n" if key is not None else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{auth}{more}"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def asking(**more: Any) -> dict[str, Any]:
    wanted = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "stream": True, **more}
    return {name: value for name, value in wanted.items() if value is not ...}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    chunks: list[bytes]  # of a chunked body

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """A connection that reads HTTP by hand, so that every HTTP chunk is seen."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> Client:
        self.socket.sendall(data)
        return self

    def head(self) -> Answer:
        status = int(self._line().split()[1])
        headers: dict[str, str] = {}
        while line := self._line():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return Answer(status, headers, [])

    def chunk(self) -> bytes:
        """The next HTTP chunk; b"" is the last. Raises EOFError where the connection ends before it."""
        size = int(self._line(), 16)
        data = self._file.read(size)
        assert self._line() == ""
        return data

    def answer(self) -> Answer:
        found = self.head()
        if found.headers.get("transfer-encoding") == "chunked":
            while data := self.chunk():
                found.chunks.append(data)
        else:
            found.chunks.append(self._file.read(int(found.headers["content-length"])))
        return found

    def rest(self) -> bytes:
        return self._file.read()

    def _line(self) -> str:
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError(f"the connection ended at {line!r}")
        return line[:-2].decode("latin-1")


def ask(stage: Stage, *args: Any, **kwargs: Any) -> Answer:
    with Client(stage.port) as client:
        return client.send(request(*args, **kwargs)).answer()
