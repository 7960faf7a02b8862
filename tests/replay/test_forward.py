"""The forwarding recorder between a client and the real server: nothing but the framing changes on the way."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
import requests
from stage import BODY, KEY, MODEL, PATH, PREFIX, Client, Stage, asking, request

from grader.replay import provider
from grader.replay.background import Background
from grader.replay.forward import Forwarder
from grader.stream.body import join
from grader.stream.salt import Salted
from grader.stream.script import End, Finish, Linger, Pause, Script, Send

KEY_HERE = "sk-here"
WANTED = asking(stream_options={"include_usage": True})


class Line:
    """A stage, and a forwarder before it."""

    def __init__(self, *args: Any, base: str = "", **kwargs: Any) -> None:
        self.stage = Stage(*args, **kwargs)
        self._base = base

    def __enter__(self) -> Line:
        self.stage.__enter__()
        self.forwarder = Forwarder(self._base or self.stage.base, KEY, KEY_HERE)
        self._background = Background(self.forwarder)
        self.port = self._background.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._background.__exit__()
        self.stage.__exit__()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.forwarder.path}"

    def ask(self, **how: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {KEY_HERE}"}
        return requests.post(f"{self.base}/chat/completions", **{"headers": headers, "json": WANTED, **how})


def until_over(line: Line) -> None:
    """What the forwarder knows is complete once its task is."""
    for _ in range(2000):
        if not line.forwarder._tasks:
            return
        asyncio.run(asyncio.sleep(0.01))
    raise AssertionError("the forwarder is still busy")


def test_the_reply_passes_through_unchanged_and_is_kept() -> None:
    with Line() as line:
        answer = line.ask()
        sent = join(line.stage.salted.parts)
        until_over(line)
        exchange = line.forwarder.exchange
    assert answer.content == exchange.body == exchange.decoded == sent
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["x-request-id"] == "r1"
    assert (exchange.status, exchange.trouble, line.forwarder.refused) == (200, "", 0)
    assert dict(exchange.headers)["X-Request-Id"] == "r1"
    assert sum(length for _, length in exchange.reads) == len(sent)
    times = [exchange.headers_ms, *(ms for ms, _ in exchange.reads)]
    assert times == sorted(times)


def test_the_request_passes_through_but_for_the_key() -> None:
    with Line() as line:
        line.ask(headers={"Authorization": f"Bearer {KEY_HERE}", "X-Mine": "yes"}, params={"trace": "1"})
        (request,) = line.stage.timeline.of("request")
    kept = line.forwarder.exchange.request
    assert json.loads(request["body"]) == json.loads(kept.body) == WANTED
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    assert request["headers"]["x-mine"] == kept.headers["x-mine"] == "yes"
    assert request["headers"]["accept-encoding"] == "identity"
    assert request["path"] == PATH
    assert kept.path == f"{PATH}?trace=1"
    assert KEY not in str(kept)


def test_a_key_of_the_program_s_own_is_not_replaced() -> None:
    with Line() as line:
        assert line.ask(headers={"Authorization": "Bearer sk-other"}).status_code == 401


def test_bytes_go_on_as_they_arrive() -> None:
    """The client reads the first event while the server waits for what only that reading brings."""
    read = asyncio.Event()

    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None: ...

        async def settle(self, step: Any, delivered: Callable[[], bool]) -> None: ...

        async def linger(self, step: Any, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
            await asyncio.wait_for(read.wait(), 20)

    script = (Send(b"data: 1\n\n", 1), Linger(), Send(b"data: 2\n\n", 2), Finish())
    with Line(lambda _: script, gate=Gate()) as line, Client(line.port) as client:
        client.send(request(key=KEY_HERE)).head()
        assert client.chunk() == b"data: 1\n\n"
        line.stage.loop.call_soon_threadsafe(read.set)
        assert client.chunk() == b"data: 2\n\n"
        assert client.chunk() == b""


def test_reads_are_those_of_the_network() -> None:
    def play(salted: Salted) -> Script:
        return (
            Send(b"data: 1\n", 0),
            Pause(0.15),
            Send(b"\ndata: 2\n\n", 2),
            Pause(0.15),
            Send(b": x\n\n", 2),
            Finish(),
        )

    with Line(play) as line, Client(line.port) as client:
        assert client.send(request(key=KEY_HERE)).answer().chunks == [b"data: 1\n", b"\ndata: 2\n\n", b": x\n\n"]
        until_over(line)
    assert [length for _, length in line.forwarder.exchange.reads] == [8, 10, 5]


def test_a_second_request_goes_nowhere() -> None:
    with Line() as line:
        assert line.ask().status_code == 200
        refused = line.ask()
        assert refused.status_code == 400
        assert "one request" in refused.json()["error"]["message"]
        assert len(line.stage.statuses()) == 1
    assert line.forwarder.refused == 1


def test_errors_pass_through_and_the_sdk_does_not_try_them_again(monkeypatch) -> None:
    busy = provider.Answer(503, provider.JSON_HEADERS, b'{"error": {"message": "busy"}}')
    monkeypatch.setattr(provider.Provider, "_completion", lambda self, request: busy)
    with Line() as line:
        client = openai.OpenAI(base_url=line.base, api_key=KEY_HERE)
        with pytest.raises(openai.InternalServerError, match="busy"):
            client.chat.completions.create(model=MODEL, messages=asking()["messages"], stream=True)
        assert line.stage.statuses() == [503]
    assert (line.forwarder.exchange.status, line.forwarder.refused) == (503, 0)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:9/v1", "http://name.invalid/v1", "ftp://127.0.0.1/v1", "http://127.0.0.1:99999/v1"]
)
def test_an_endpoint_that_cannot_be_reached_is_a_502_with_the_reason(base: str) -> None:
    with Line(base=base) as line:
        answer = line.ask()
        assert answer.status_code == 502
        assert answer.headers["x-should-retry"] == "false"
    exchange = line.forwarder.exchange
    assert exchange.status == 0
    assert exchange.trouble
    assert answer.json()["error"]["message"] == exchange.trouble


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_reply_that_breaks_off_breaks_off_for_the_program_too(how: Any) -> None:
    def play(salted: Salted) -> Script:
        return (Send(b"data: 1\n\n", 1), Pause(0.1), End(how))

    with Line(play) as line:
        answer = line.ask(stream=True)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            list(answer.iter_lines())
        until_over(line)
    assert line.forwarder.exchange.body == b"data: 1\n\n"
    assert line.forwarder.exchange.trouble


def test_a_program_that_leaves_early_ends_the_exchange() -> None:
    def play(salted: Salted) -> Script:
        return (*(step for _ in range(300) for step in (Send(b": x\n\n", 0), Pause(0.02))), Finish())

    with Line(play) as line:
        with line.ask(stream=True) as answer:
            next(answer.iter_lines())
        until_over(line)
    assert len(line.forwarder.exchange.body) < 300 * 5


@pytest.mark.parametrize(
    "data", [b"", b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_who_speaks_no_http_reaches_nobody(data: bytes) -> None:
    with Line() as line:
        with Client(line.port) as client:
            client.send(data)
        until_over(line)
        assert line.ask().status_code == 200


def test_a_client_that_waits_for_100_continue_gets_it() -> None:
    with Line() as line, Client(line.port) as client:
        whole = request(key=KEY_HERE, more="Expect: 100-continue\r\n")
        head, _, body = whole.partition(b"\r\n\r\n")
        client.send(head + b"\r\n\r\n")
        assert client.head().status == 100
        assert client.send(body).answer().status == 200


def test_a_body_that_came_compressed_all_the_same_is_decoded(monkeypatch) -> None:
    packed = gzip.compress(BODY)
    answer = provider.Answer(200, (("Content-Type", "text/event-stream"), ("Content-Encoding", "gzip")), packed)
    monkeypatch.setattr(provider.Provider, "_completion", lambda self, request: answer)
    with Line() as line:
        assert line.ask().content == BODY
        until_over(line)
    exchange = line.forwarder.exchange
    assert (exchange.body, exchange.decoded) == (packed, BODY)
    exchange.body = b"no gzip"
    assert exchange.decoded == b"no gzip"


@pytest.mark.parametrize(
    ("base", "path"), [("http://h/v1", "/v1"), ("http://h/v1/", "/v1"), ("https://h:8/a/b", "/a/b"), ("http://h", "")]
)
def test_the_path_of_the_endpoint_is_kept(base: str, path: str) -> None:
    assert Forwarder(base, KEY, KEY_HERE).path == path


def test_httpx2_and_several_clients_at_once_leave_nothing_behind() -> None:
    with Line() as line:
        with httpx2.Client() as client:
            headers = {"Authorization": f"Bearer {KEY_HERE}"}
            assert client.post(f"{line.base}/chat/completions", headers=headers, json=WANTED).status_code == 200
        idle = Client(line.port)  # a connection that says nothing
    idle.close()
    assert not line.forwarder._tasks
    assert line.stage.troubles == []


def test_prefix_is_that_of_the_stage() -> None:
    assert Forwarder(f"http://127.0.0.1{PREFIX}", KEY, KEY_HERE).path == PREFIX
