"""What a learner's program sends to the server, and what it shows."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from grader.checking import _model, _refused, _says, _stream_switch
from grader.diagnosis.requests import _body
from grader.excerpt import shown, windows
from grader.replay.provider import Provider, Request
from grader.replay.seen import Screen, plain
from grader.replay.server import Connection, ReplayServer
from grader.show.wire import _text
from grader.stream.cut import one_event_a_read
from grader.stream.salt import Salted, salt
from grader.stream.script import Script, script
from grader.timeline import Moment, Timeline
from grader.untrusted import visible
from tests.corpus import challenges
from tests.fuzz import mutate
from tests.fuzz.engine import Target
from tests.fuzz.record import examples

KEY, MODEL, PREFIX, PROMPT = "sk-replay-x", "swift-7b-chat", "/v1", "Tell me about it"
HEADERS = {"authorization": f"Bearer {KEY}"}
BODY = {
    "model": MODEL, "stream": True, "stream_options": {"include_usage": True}, "temperature": 0.5,
    "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": PROMPT},
                 {"role": "user", "content": [{"type": "text", "text": PROMPT}]}],
}  # fmt: skip


@cache
def salted() -> Salted:
    return salt(challenges()["01-inspect-a-chunk"].fixture("plain"), 7, model=MODEL)


def _script(stream: Salted) -> Script:
    return script(stream.parts, one_event_a_read(stream.parts, random.Random(1)), hold=False)


def provider() -> Provider:
    return Provider(salted(), KEY, MODEL, PREFIX, _script)


# -- bodies ---------------------------------------------------------------------------------------------------------


def a_body(rng: random.Random) -> bytes:
    return mutate.dumped(rng, mutate.one_of_many(rng, BODY))


def takes_a_body(data: bytes) -> None:
    request = Request("POST", f"{PREFIX}/chat/completions", HEADERS, data)
    answer = provider().answer(request)
    facts = {**vars(request), "status": answer.status}
    _looked_at(facts, streamed=answer.script is not None)


def _looked_at(facts: dict[str, Any], *, streamed: bool) -> None:
    """As checks and diagnoses look at a request."""
    moment = Moment(0.0, "request", facts)
    case: Any = type("Case", (), {"requests": [facts]})
    assert isinstance(_body(case), dict)
    _text(facts["body"])
    if facts["status"] != 200 or facts["method"] != "POST":
        shown(_refused(moment))
    else:
        assert _model(facts["body"]) == MODEL
        assert _says(facts["body"], PROMPT) in (True, False)
        if not streamed:
            _stream_switch(facts["body"])


# -- connections ----------------------------------------------------------------------------------------------------


class Line(asyncio.Transport):
    """The server's end of a connection, in memory."""

    def __init__(self, protocol: Connection) -> None:
        super().__init__({"socket": self})
        self.out, self._protocol, self._closing = bytearray(), protocol, False

    def setsockopt(self, *_: Any) -> None: ...

    def getsockopt(self, *_: Any) -> Any:
        raise OSError

    def write(self, data: Any) -> None:
        self.out += data

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    abort = close


def a_connection(rng: random.Random) -> bytes:
    """One request or several, changed in their bytes, their lines or their bodies."""
    return b"".join(_a_request(rng) for _ in range(rng.choice((1, 1, 1, 2, 3))))


def _a_request(rng: random.Random) -> bytes:
    data = rng.choice(examples("requests"))
    head, _, body = data.partition(b"\r\n\r\n")
    how = rng.random()
    if how < 0.3:
        return mutate.raw(rng, data)
    lines = head.split(b"\r\n")
    if how < 0.6:
        at = rng.randrange(len(lines))
        lines[at : at + 1] = [mutate.raw(rng, lines[at])] * rng.choice((1, 1, 2, 300))
    elif how < 0.7:
        lines.insert(1, rng.choice(ODD_HEADERS))
    elif how < 0.8:
        lines[0] = rng.choice(ODD_LINES)
    else:
        body = a_body(rng)
    lines = [
        line if not re.match(rb"(?i)content-length:", line) else b"Content-Length: %d" % len(body) for line in lines
    ]
    lines = [
        line if not re.match(rb"(?i)authorization:", line) else b"Authorization: Bearer " + KEY.encode()
        for line in lines
    ]
    if rng.random() < 0.5:
        method, path, rest = lines[0].partition(b"/chat/completions")
        lines[0] = method.split(b" ")[0] + b" " + PREFIX.encode() + path + rest if path else lines[0]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


ODD_LINES = (
    b"GET http://[ HTTP/1.1", b"GET /v1/models HTTP/1.1", b"POST http://x:y/v1/chat/completions?a HTTP/1.1",
    b"CONNECT x:1 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"HEAD /v1/chat/completions HTTP/1.0", b"PRI * HTTP/2.0",
    b"POST //v1/chat/completions HTTP/1.1", b"POST /v1/chat/completions HTTP/1.0", b"X" * 70_000, b"\x16\x03\x01\x02",
)  # fmt: skip
ODD_HEADERS = (
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Content-Length: 99999999", b"Content-Length: -1",
    b"Expect: 100-continue", b"Upgrade: websocket", b"Connection: close", b"Authorization: Bearer " + b"x" * 60_000,
    b"Authorization: \xff\xfe", b"X: " + b"\t" * 1000, b"Host: ", b"Connection: Upgrade, close",
)  # fmt: skip


def takes_a_connection(data: bytes) -> None:
    timeline = Timeline()
    server = ReplayServer(provider(), timeline)
    _loop().run_until_complete(_connected(server, data))
    assert server.trouble is None, repr(server.trouble)
    assert not server.connections
    for moment in timeline.of("request"):
        if moment["method"] != "?":
            _looked_at(moment.facts, streamed=False)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


async def _connected(server: ReplayServer, data: bytes) -> None:
    """As the loop reads it: in pieces, then the news that no more will come."""
    connection = Connection(server)
    line = Line(connection)
    connection.connection_made(line)
    rng, at = random.Random(len(data)), 0
    while at < len(data) and not line.is_closing():
        size = rng.choice((1, 100, 4096, 65536))
        connection.data_received(data[at : at + size])
        at += size
        await asyncio.sleep(0)
    if not line.is_closing() and not connection.eof_received():
        line.close()
    for _ in range(20_000):
        if connection not in server.connections:
            break
        await asyncio.sleep(0)
    else:
        raise AssertionError("the connection does not come to an end")
    assert not line.out or line.out.startswith(b"HTTP/1.1 "), bytes(line.out[:40])


# -- what is shown --------------------------------------------------------------------------------------------------


def an_output(rng: random.Random) -> bytes:
    spell = rng.choice(
        (str, repr, json.dumps, lambda piece: repr(piece.encode()), lambda piece: json.dumps({"a": piece}))
    )
    pieces = [spell(piece) + rng.choice(("", "", "\n", "\x1b[0m", " ")) for piece in salted().reply.pieces]
    out = rng.choice((lambda: "".join(pieces).encode(), lambda: rng.choice(examples("printed"))))()
    for _ in range(rng.choice((1, 2, 5))):
        out = mutate.raw(rng, out)
    return out[:200_000]


def takes_an_output(data: bytes) -> None:
    pieces = salted().reply.pieces
    screen, rng, at, before = Screen(pieces, live=True), random.Random(len(data)), 0, 0
    for sent in range(1, len(pieces) + 1):
        screen.sent(sent)
        size = rng.choice((0, 1, 7, 64, 1000, 65536))
        seen = screen.feed(data[at : at + size])
        at += size
        assert before <= seen <= sent
        before = seen
    assert before <= screen.feed(data[at:]) <= len(pieces)
    text = data.decode("utf-8", "replace")
    plain(text)
    assert visible(text).replace("\n", "").isprintable()
    windows(salted().reply.text, text)


def targets() -> Iterator[Target]:
    yield Target("bodies", a_body, takes_a_body, 150)
    yield Target("connections", a_connection, takes_a_connection, 60)
    yield Target("outputs", an_output, takes_an_output, 50)
