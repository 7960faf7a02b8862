"""A forwarding recorder on the loopback: one exchange with a real endpoint, passed through as it arrives, and kept.

What a program really received is what is looked at, so the recorder stands between the two and changes nothing but the
framing: a network read from the endpoint becomes one HTTP chunk for the program.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11
import httpx2

from grader.replay.provider import Request
from grader.stream.fixture import HOP_BY_HOP

PATIENCE_S = 300.0  # for the next bytes of a model that is slow, or is being loaded
MAX_REQUEST = 4 * 1024 * 1024
_NOT_PASSED_ON = HOP_BY_HOP | {"host", "accept-encoding", "proxy-authorization", "proxy-connection"}


@dataclass
class Exchange:
    """One request and what came back. `reads` holds, of each network read, its arrival in ms and its length."""

    request: Request
    status: int = 0  # 0: nothing came back
    headers: list[tuple[str, str]] = field(default_factory=list)
    headers_ms: float = 0.0
    reads: list[tuple[float, int]] = field(default_factory=list)
    body: bytes = b""
    trouble: str = ""  # why there is no reply, or not all of it

    @property
    def decoded(self) -> bytes:
        """The body, for servers that compress what nobody asked them to compress."""
        coding = [(name, value) for name, value in self.headers if name.lower() == "content-encoding"]
        try:
            return httpx2.Response(200, headers=coding, content=self.body).content
        except httpx2.DecodingError:
            return self.body


class Forwarder:
    """Serves one request, forwards it to `base_url`, and refuses further ones, so no program asks twice by mistake.

    The program knows `key_here`; the real `key` is put in its place on the way, and never enters the program.
    """

    def __init__(self, base_url: str, key: str, key_here: str) -> None:
        parts = urlsplit(base_url.rstrip("/"))
        self.path = parts.path
        self.exchange: Exchange | None = None
        self.refused = 0  # requests after the first
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._keys = (f"Bearer {key_here}", f"Bearer {key}")
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- the program's side ---------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            request = await _request(reader, writer)
            if request is None:
                return
            if self.exchange is not None:
                self.refused += 1
                _refuse(writer, 400, "this recorder sends one request, and has sent it")
                return
            self.exchange = Exchange(request)
            await self._forward(self.exchange, writer)
        except (ConnectionError, h11.RemoteProtocolError):
            return  # the program left, or speaks no HTTP
        finally:
            self._tasks.discard(task)
            with suppress(ConnectionError):
                writer.close()

    # -- the endpoint's side --------------------------------------------------------------------------------------

    async def _forward(self, exchange: Exchange, writer: asyncio.StreamWriter) -> None:
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE_S) as client:
                await self._pass_through(client, exchange, writer)
        except ConnectionError:
            raise  # the program's, not the endpoint's: httpx2 has names of its own for those
        except Exception as error:  # HTTPError, and what an address that makes no sense brings about further down
            exchange.trouble = f"{type(error).__name__}: {error}"
            if not exchange.status:
                _refuse(writer, 502, exchange.trouble)

    async def _pass_through(self, client: httpx2.AsyncClient, exchange: Exchange, writer: asyncio.StreamWriter) -> None:
        request = exchange.request
        started = time.monotonic()

        def elapsed() -> float:
            return round((time.monotonic() - started) * 1000, 1)

        async with client.stream(
            request.method, self._origin + request.path, headers=self._headers(request), content=request.body
        ) as response:
            exchange.headers_ms, exchange.status = elapsed(), response.status_code
            exchange.headers = [
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw
            ]
            writer.write(_head(exchange.status, exchange.headers))
            async for data in response.aiter_raw():
                exchange.reads.append((elapsed(), len(data)))
                exchange.body += data
                writer.write(b"%x\r\n%b\r\n" % (len(data), data))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
            await writer.drain()

    def _headers(self, request: Request) -> dict[str, str]:
        here, there = self._keys
        kept = {name: value for name, value in request.headers.items() if name not in _NOT_PASSED_ON}
        if kept.get("authorization") == here:
            kept["authorization"] = there
        return {**kept, "accept-encoding": "identity"}  # compressed reads would not be the stream's


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """One request, whole; the path keeps its query. None where the program closed before."""
    connection = h11.Connection(h11.SERVER)
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                connection.send(h11.InformationalResponse(status_code=100, headers=[]))
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_REQUEST:
                raise ConnectionError("a request of more than 4 MiB")
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
            return Request(head.method.decode("ascii"), head.target.decode("latin-1"), headers, bytes(body))
        else:
            return None


def _head(status: int, headers: list[tuple[str, str]]) -> bytes:
    kept = [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
    if status >= 400:
        kept.append(("x-should-retry", "false"))  # the SDK asks again on most of these, and would be refused
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in kept)]
    return "\r\n".join([*lines, "Transfer-Encoding: chunked", "Connection: close", "", ""]).encode("latin-1")


def _refuse(writer: asyncio.StreamWriter, status: int, message: str) -> None:
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode()
    writer.write(_head(status, [("Content-Type", "application/json")]) + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
