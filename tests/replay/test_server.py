"""The loopback server over real sockets: HTTP as clients speak it, and the faults that a script asks for."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import KEY, MODEL, PATH, PATIENCE, Client, Stage, ask, asking, one_event_a_write, request, whole

from grader.errors import UsageError
from grader.replay.server import MAX_BODY
from grader.stream.body import join
from grader.stream.salt import Salted
from grader.stream.script import End, Finish, Linger, Pause, Script, Send, Settle
from grader.stream.sse import decode
from tests import breadth


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage
    assert stage.troubles == [], "nothing went wrong behind the server's back"


def until(holds: Callable[[], bool]) -> bool:
    """Waits for what must come soon; False where it does not come at all."""
    for _ in range(PATIENCE * 100):
        if holds():
            return True
        time.sleep(0.01)
    return holds()


# -- who asks for half, or too often --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "half"),
    [
        (b"", False),
        (b"POST / HT", True),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", False),
    ],
)
def test_a_request_that_is_never_finished_is_known(sent: bytes, half: bool) -> None:
    with Stage() as stage:
        with socket.create_connection(("127.0.0.1", stage.port)) as client:
            client.sendall(sent)
            assert until(lambda: len(stage.server.connections) == 1)
            assert until(lambda: stage.server.half_asked == half)
        assert until(lambda: not stage.server.connections)
        assert stage.server.half_asked == half, "also when it is gone"


def test_connections_are_counted_in_all_as_well() -> None:
    with Stage() as stage:
        stage.server.dials = 3
        for _ in range(4):
            assert stage.server.crowded == ""
            socket.create_connection(("127.0.0.1", stage.port)).close()
            assert until(lambda: not stage.server.connections)
        assert until(lambda: stage.server.crowded == "opened more than 3 connections and was stopped")


# -- one write, one chunk -------------------------------------------------------------------------------------------


def test_each_write_is_one_http_chunk(stage: Stage) -> None:
    answer = ask(stage, asking(stream_options={"include_usage": True}))
    assert answer.chunks == [part.raw for part in stage.salted.parts]


def test_each_byte_can_be_a_chunk_of_its_own() -> None:
    def play(salted: Salted) -> Script:
        return (*(Send(bytes([byte]), 0) for byte in join(salted.parts)), Finish())

    with Stage(play) as stage:
        answer = ask(stage, asking(stream_options={"include_usage": True}))
        assert [len(chunk) for chunk in answer.chunks] == [1] * len(join(stage.salted.parts))
        assert answer.body == join(stage.salted.parts)


def test_a_write_goes_out_before_the_next_step() -> None:
    """The client reads the first chunk while the script waits for what only the client's reading brings."""
    read = asyncio.Event()

    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None:
            raise AssertionError("no hold in this script")

        async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None:
            raise AssertionError("nothing to settle in this script")

        async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
            await asyncio.wait_for(read.wait(), PATIENCE)

    with Stage(lambda _: (Send(b"data: 1\n\n", 1), Linger(), Send(b"data: 2\n\n", 2), Finish()), gate=Gate()) as stage:  # noqa: SIM117
        with Client(stage.port) as client:
            client.send(request()).head()
            assert client.chunk() == b"data: 1\n\n"
            stage.loop.call_soon_threadsafe(read.set)
            assert client.chunk() == b"data: 2\n\n"
            assert client.chunk() == b""


def test_an_empty_write_does_not_end_the_body() -> None:
    with Stage(lambda _: (Send(b"data: 1\n\n", 1), Send(b"", 1), Send(b"data: 2\n\n", 2), Finish())) as stage:
        assert ask(stage).body == b"data: 1\n\ndata: 2\n\n"


def test_a_gate_that_fails_leaves_no_client_waiting_and_is_told_of() -> None:
    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None:
            raise LookupError("of our own")

    with Stage(gate=Gate()) as stage, Client(stage.port) as client:  # type: ignore[arg-type]
        with pytest.raises((EOFError, OSError)):
            client.send(request()).answer()
        assert isinstance(stage.server.trouble, LookupError)


def test_holds_are_passed_to_the_gate_in_their_places() -> None:
    held: list[tuple[int, int]] = []

    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None:
            held.append((events, sum(1 for _ in stage.timeline.of("write"))))

        async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None:
            raise AssertionError("nothing to settle in this script")

        async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
            raise AssertionError("no linger in this script")

    with Stage(gate=Gate()) as stage:
        ask(stage)
        events = len(stage.provider.played[0].reply.events)
    assert held == [(n, n + 1) for n in range(1, events - 1)]


def test_what_the_client_s_kernel_has_is_delivered() -> None:
    answers: list[bool] = []

    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None:
            for _ in range(500):
                if delivered():
                    break
                await asyncio.sleep(0.01)
            answers.append(delivered())

        async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None:
            raise AssertionError("nothing to settle in this script")

        async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None: ...

    with Stage(gate=Gate()) as stage:
        ask(stage)
    assert answers
    assert all(answers)


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="the kernel does not tell")
def test_what_the_client_does_not_read_is_not_delivered() -> None:
    answers: list[bool] = []
    asked = threading.Event()
    big = b": " + b"x" * (32 * 1024 * 1024) + b"\n\n"

    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None: ...

        async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None:
            raise AssertionError("nothing to settle in this script")

        async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
            await asyncio.sleep(0.05)
            answers.append(delivered())
            asked.set()

    with Stage(lambda _: (Send(big, 0), Linger(), Finish()), gate=Gate()) as stage, Client(stage.port) as client:
        client.send(request())
        assert asked.wait(PATIENCE)
        assert answers == [False]


def test_pauses_are_kept() -> None:
    with Stage(lambda _: (Send(b"data: 1\n\n", 1), Pause(0.2), Send(b"data: 2\n\n", 2), Finish())) as stage:
        ask(stage)
        first, second = stage.timeline.of("write")
        assert second.at - first.at >= 0.19


# -- connections ------------------------------------------------------------------------------------------------------


def test_a_connection_is_kept_alive(stage: Stage) -> None:
    with Client(stage.port) as client:
        for wanted in (asking(), asking(stream=False), asking(model="x"), asking()):
            answer = client.send(request(wanted)).answer()
            assert answer.status == (404 if wanted["model"] == "x" else 200)
        assert answer.body.endswith(b"data: [DONE]\n\n")


def test_a_connection_that_asks_for_it_is_closed(stage: Stage) -> None:
    with Client(stage.port) as client:
        assert client.send(request(more="Connection: close\r\n")).answer().status == 200
        assert client.rest() == b""


def test_pipelined_requests_are_answered_in_order(stage: Stage) -> None:
    with Client(stage.port) as client:
        client.send(request(asking(stream=False)) + request() + request(asking(model="x")) + request(b"{"))
        answers = [client.answer() for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 404, 400]
    assert answers[0].json()["object"] == "chat.completion"
    assert decode(answers[1].body)[-1].data == "[DONE]"


def test_a_request_in_single_bytes_is_one_request(stage: Stage) -> None:
    with Client(stage.port) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request(asking(stream=False)):
            client.send(bytes([byte]))
        assert client.answer().status == 200


@settings(max_examples=breadth.examples(25))
@given(offsets=st.lists(st.integers(0, 400), max_size=6))
def test_requests_cut_anywhere_are_the_same_requests(stage: Stage, offsets: list[int]) -> None:
    both = request(asking(stream=False)) + request(asking(model="x"))
    inside = [0, *sorted(o % len(both) for o in offsets), len(both)]
    with Client(stage.port) as client:
        for a, b in itertools.pairwise(inside):
            client.send(both[a:b])
        assert [client.answer().status for _ in range(2)] == [200, 404]


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_chunked_request_body_is_read(stage: Stage, size: int) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    )
    with Client(stage.port) as client:
        client.send(head + chunked(json.dumps(asking()).encode(), size))
        assert client.answer().status == 200
        assert client.send(request()).answer().status == 200


def test_a_client_that_expects_100_continue_gets_it_before_the_body(stage: Stage) -> None:
    raw = request(more="Expect: 100-continue\r\n")
    head, _, body = raw.partition(b"\r\n\r\n")
    with Client(stage.port) as client:
        client.send(head + b"\r\n\r\n")
        assert client.head().status == 100
        assert client.send(body).answer().status == 200


def test_100_continue_is_sent_once(stage: Stage) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    with Client(stage.port) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.send(head.encode())
        assert client.head().status == 100
        before = len(stage.statuses())
        for byte in chunked(json.dumps(asking()).encode(), 200):
            client.send(bytes([byte]))
            time.sleep(0.001)  # so that the server reads single bytes
        assert until(lambda: len(stage.statuses()) > before)
        assert client.answer().status == 200


def test_no_connection_is_closed_by_another_s_end(stage: Stage) -> None:
    with Client(stage.port) as first:
        first.send(request()[:40])
        with Client(stage.port) as second:
            assert second.send(request()).answer().status == 200
        assert first.send(request()[40:]).answer().status == 200


def test_fifty_connections_at_once_each_get_their_own_stream(stage: Stage) -> None:
    together = threading.Barrier(50)

    def one(_: int) -> tuple[int, bytes]:
        with Client(stage.port) as client:
            together.wait(PATIENCE)
            answer = client.send(request(asking(stream_options={"include_usage": True}))).answer()
            return answer.status, answer.body

    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(one, range(50)))
    assert found == [(200, join(stage.salted.parts))] * 50


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"hello\r\n\r\n", b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"], ids=ascii
)
def test_garbage_is_refused_with_400_and_the_connection_closed(stage: Stage, data: bytes) -> None:
    with Client(stage.port) as client:
        answer = client.send(data).answer()
        assert answer.status == 400
        assert client.rest() == b""
    assert ask(stage).status == 200, "others are served on"


@settings(max_examples=breadth.examples(40))
@given(data=st.binary(max_size=60))
def test_no_bytes_bring_the_server_down(stage: Stage, data: bytes) -> None:
    with Client(stage.port) as client:
        client.send(data + b"\r\n\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            client.rest()
    assert ask(stage, asking(stream=False)).status == 200


@pytest.mark.parametrize(
    "more", ["Content-Length: 5\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: gzip\r\n", "Bad Name: x\r\n"]
)
def test_framing_that_contradicts_itself_is_refused(stage: Stage, more: str) -> None:
    with Client(stage.port) as client:
        assert client.send(request(more=more)).answer().status in (400, 501)


def test_an_oversized_head_is_refused(stage: Stage) -> None:
    with Client(stage.port) as client:
        client.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Big: " + b"x" * 70_000)
        assert client.head().status == 431


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_an_oversized_body_is_refused(stage: Stage, framing: str) -> None:
    """The refusal may be lost to a client that goes on writing: then the connection is reset."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
    body = b" " * (MAX_BODY + 1)
    content = chunked(body, 1_000_000) if framing == "chunked" else body
    how = "Transfer-Encoding: chunked" if framing == "chunked" else f"Content-Length: {len(body)}"
    before = stage.statuses().count(413)
    with Client(stage.port) as client:
        try:
            client.send(f"{head}{how}\r\n\r\n".encode() + content)
            assert client.head().status == 413
        except (ConnectionResetError, BrokenPipeError):
            pass
    assert until(lambda: stage.statuses().count(413) == before + 1)


def test_a_body_just_within_the_limit_is_read(stage: Stage) -> None:
    body = json.dumps(asking(stream=False)).encode()
    assert ask(stage, body + b" " * (MAX_BODY - len(body))).status == 200


# -- faults -----------------------------------------------------------------------------------------------------------


def ending(how: Any) -> Callable[[Salted], Script]:
    return lambda _: (Send(b"data: 1\n\n", 1), End(how))


def test_a_reset_arrives_as_a_reset() -> None:
    with Stage(ending("reset")) as stage, Client(stage.port) as client:
        client.send(request())
        with pytest.raises(ConnectionResetError):
            client.rest()
        assert [m.kind for m in stage.timeline.moments][-1] in ("reset", "gone")
        assert stage.timeline.first("reset") is not None


def test_a_close_arrives_as_an_early_end() -> None:
    with Stage(ending("close")) as stage, Client(stage.port) as client:
        client.send(request()).head()
        assert client.chunk() == b"data: 1\n\n"
        assert client.rest() == b"", "no last chunk"
        assert stage.timeline.first("close") is not None
        assert stage.timeline.first("finish") is None


def test_a_client_that_leaves_is_noted_with_what_was_out() -> None:
    waiting = threading.Event()

    class Gate:
        def sends(self, events: int) -> None: ...

        async def hold(self, events: int, delivered: Callable[[], bool]) -> None: ...

        async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None:
            raise AssertionError("nothing to settle in this script")

        async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
            waiting.set()
            await gone.wait()

    with Stage(lambda _: (Send(b"data: 1\n\n", 1), Linger(), Send(b"data: 2\n\n", 2), Finish()), gate=Gate()) as stage:
        with Client(stage.port) as client:
            client.send(request()).head()
            assert waiting.wait(PATIENCE)
        assert until(lambda: stage.timeline.first("gone") is not None)
        gone = stage.timeline.first("gone")
        assert gone is not None
        assert gone["events"] == 1
        assert until(lambda: not stage.server.connections)
        assert stage.troubles == []


# -- starting and stopping ----------------------------------------------------------------------------------------------


def sockets() -> set[str]:
    links = set()
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        try:
            link = os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115
        except OSError:
            continue
        if link.startswith("socket:"):
            links.add(link)
    return links


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")  # noqa: PTH112
def test_stopping_leaves_no_socket_no_task_and_no_port() -> None:
    async def scene() -> None:
        made = Stage(lambda _: (Send(b"data: 1\n\n", 1), Pause(600), Finish()))
        made.loop.close()
        before = sockets()
        port = await made.server.start()
        streaming, idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        streaming[1].write(request())
        await streaming[0].readuntil(b"data: 1\n\n")
        await made.server.stop()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        for _, writer in (streaming, idle):
            writer.close()
        for _ in range(20):  # turns of the loop, for what is closed to be let go
            await asyncio.sleep(0)
        assert made.server.connections == set()
        assert sockets() == before
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scene())


def test_stopping_twice_or_before_the_start_is_fine() -> None:
    async def scene() -> None:
        made = Stage()
        made.loop.close()
        await made.server.stop()
        await made.server.start()
        await made.server.stop()
        await made.server.stop()

    asyncio.run(scene())


def test_a_port_that_is_taken_is_named() -> None:
    async def scene(port: int) -> None:
        made = Stage()
        made.loop.close()
        with pytest.raises(UsageError, match=f"port {port} .* in use"):
            await made.server.start(port)

    with Stage() as stage:
        asyncio.run(scene(stage.port))


def test_only_the_loopback_address_listens(stage: Stage) -> None:
    assert stage.server._server is not None
    assert [s.getsockname()[0] for s in stage.server._server.sockets] == ["127.0.0.1"]


# -- real clients -----------------------------------------------------------------------------------------------------


def with_requests(stage: Stage) -> str:
    import requests

    body, headers = asking(), {"Authorization": f"Bearer {KEY}"}
    with requests.post(
        f"{stage.base}/chat/completions", json=body, headers=headers, stream=True, timeout=PATIENCE
    ) as response:
        response.raise_for_status()
        lines = [line.decode() for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    return "".join(c["choices"][0]["delta"].get("content", "") for c in chunks)


def with_sdk(stage: Stage) -> str:
    from openai import OpenAI

    with OpenAI(base_url=stage.base, api_key=KEY, max_retries=0, timeout=PATIENCE) as client:
        stream = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hi"}], stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def with_sdk_blocking(stage: Stage) -> str:
    from openai import OpenAI

    with OpenAI(base_url=stage.base, api_key=KEY, max_retries=0, timeout=PATIENCE) as client:
        reply = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hi"}])
        assert reply.usage is not None
        return reply.choices[0].message.content or ""


def with_urllib(stage: Stage) -> str:
    import urllib.request

    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    wanted = urllib.request.Request(f"{stage.base}/chat/completions", json.dumps(asking()).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(wanted, timeout=PATIENCE) as response:
        events = decode(response.read())
    return "".join(json.loads(e.data)["choices"][0]["delta"].get("content", "") for e in events[:-1])


CLIENTS = [with_requests, with_sdk, with_sdk_blocking, with_urllib]


@pytest.mark.parametrize("client", CLIENTS, ids=[c.__name__ for c in CLIENTS])
def test_a_real_client_reads_the_text(stage: Stage, client: Callable[[Stage], str]) -> None:
    assert client(stage) == stage.salted.reply.text


@pytest.mark.parametrize("client", CLIENTS, ids=[c.__name__ for c in CLIENTS])
def test_a_real_client_reads_the_text_from_one_write(client: Callable[[Stage], str]) -> None:
    with Stage(whole) as stage:
        assert client(stage) == stage.salted.reply.text


def test_real_clients_side_by_side(stage: Stage) -> None:
    with ThreadPoolExecutor(12) as pool:
        texts = list(pool.map(lambda client: client(stage), CLIENTS * 3))
    assert texts == [stage.salted.reply.text] * 12


def test_the_sdk_sees_a_reset_and_an_early_close_as_a_lost_connection() -> None:
    from openai import APIConnectionError

    def play(how: Any) -> Callable[[Salted], Script]:
        return lambda salted: (*one_event_a_write(salted)[:2], End(how))

    for how in ("reset", "close"):
        with Stage(play(how)) as stage, pytest.raises(APIConnectionError):
            with_sdk(stage)


# -- requests that no client means ----------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["http://[", "http://[::1/x", "HTTP://host", "http://", "http://a?b"])
def test_a_target_without_a_sensible_host_is_answered_all_the_same(stage: Stage, target: str) -> None:
    assert ask(stage, method="GET", path=target).status == 404


def test_a_target_in_absolute_form_is_known_by_its_path(stage: Stage) -> None:
    assert ask(stage, path=f"HTTP://[x]:1{PATH}?a=b").status == 200


@pytest.mark.parametrize("model", ["[" * 960 + "]" * 960, '{"a":' * 960 + "1" + "}" * 960], ids=["lists", "objects"])
def test_a_body_that_is_nested_too_deeply_is_a_bad_request(stage: Stage, model: str) -> None:
    assert ask(stage, f'{{"model": {model}, "messages": [1]}}'.encode()).status == 400
