"""The loopback server: HTTP/1.1, chunked, one flushed write a step, on raw asyncio.

Raw, because whoever owns the framing cannot tear a chunk: read boundaries, resets and holds are scripted here.
Requests are parsed by h11; replies are written by hand.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, cast

import h11

from grader.errors import UsageError
from grader.replay.provider import Answer, Provider, Request
from grader.stream.script import End, Finish, Hold, Linger, Pause, Send, Settle, Step
from grader.timeline import Kind, Timeline

MAX_BODY = 1024 * 1024  # bytes of a request
REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed"}


class Gate(Protocol):
    """Is told what is sent, and decides how long a held step waits; without one, holds are passed at once."""

    def sends(self, events: int) -> None: ...

    async def hold(self, events: int, delivered: Callable[[], bool]) -> None: ...

    async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None: ...

    async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None: ...

    async def pause(self, seconds: float) -> None: ...


class ReplayServer:
    """Serves one provider on a loopback port; any number of connections, keep-alive."""

    def __init__(
        self,
        provider: Provider,
        timeline: Timeline | None = None,
        gate: Gate | None = None,
        *,
        room: int = 1000,
        dials: int | None = None,
    ) -> None:
        """`room`: how many connections may be open at once; `dials`: how many there may be in all, if that counts."""
        self.provider, self.timeline, self.gate = provider, timeline, gate
        self.room, self.dials = room, dials
        self.dialled = 0
        self.connections: set[Connection] = set()
        self.trouble: Exception | None = None  # of our own making, while a script was played
        self.crowded = ""  # once there were more connections than it has room for: what happened then
        self._left_half = False
        self._server: asyncio.Server | None = None

    @property
    def half_asked(self) -> bool:
        """Was a request begun that has not come in whole?"""
        return self._left_half or any(connection.half_asked for connection in self.connections)

    async def start(self, port: int = 0) -> int:
        """Listens on 127.0.0.1 and returns the port. Raises UsageError where that cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: Connection(self), "127.0.0.1", port, backlog=1024, start_serving=False
            )
            await self._server.start_serving()  # apart, so that who is cancelled meanwhile can stop it
        except OSError as error:
            raise UsageError(_cannot_listen(port, error)) from None
        return cast(int, self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Ends everything at once: no connection, task or port is left."""
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.drop()

    def left(self, connection: Connection) -> None:
        self._left_half = self._left_half or connection.half_asked
        self.connections.discard(connection)

    def log(self, kind: Kind, **facts: Any) -> None:
        if self.timeline is not None:
            self.timeline.log(kind, **facts)


def _cannot_listen(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on 127.0.0.1 is in use. Choose another with --port, or leave it out for a free one."
    if error.errno == errno.EACCES:
        return f"port {port} on 127.0.0.1 may not be used by this user. Choose one above 1023."
    return no_loopback(error)


def no_loopback(error: OSError) -> str:
    return (
        f"127.0.0.1 cannot be reached ({error.strerror}). Streams are replayed over the loopback interface: "
        "bring it up (for example `ip link set lo up`), or allow it in the sandbox."
    )


class Connection(asyncio.Protocol):
    """One TCP connection: requests in, one after the other; each reply played before the next request is read."""

    def __init__(self, server: ReplayServer) -> None:
        self.server = server
        self.gone = asyncio.Event()
        self.events_out = 0
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._writable = asyncio.Event()
        self._writable.set()
        self._playing: asyncio.Task[None] | None = None
        self._ended = False
        self._continued = False
        self._half_closed = False
        self._pipelined = 0

    # -- asyncio.Protocol -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.socket = cast(socket.socket, transport.get_extra_info("socket"))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.connections.add(self)
        self.server.dialled += 1
        if self.server.dials is not None and self.server.dialled > self.server.dials:
            self.server.crowded = f"opened more than {self.server.dials} connections and was stopped"
            self.drop()
        elif len(self.server.connections) > self.server.room:
            self.server.crowded = f"had more than {self.server.room} connections open at once and was stopped"
            self.drop()

    def data_received(self, data: bytes) -> None:
        if self._playing is not None:
            self._pipelined += len(data)
            if self._pipelined > MAX_BODY:
                self.drop()
                return
        try:
            self._http.receive_data(data)
            self._read_requests()
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint, str(error))

    def eof_received(self) -> bool:
        """A client that will send no more may still read: its reply goes on until its socket is closed."""
        self._half_closed = True
        self._client_gone()
        return self._playing is not None

    @property
    def half_asked(self) -> bool:
        """Has the beginning of a request come, and not its end?"""
        state = self._http.their_state
        begun = state is h11.SEND_BODY or (state is h11.IDLE and bool(self._http.trailing_data[0]))
        return self._playing is None and begun

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.left(self)
        self._client_gone()
        self._writable.set()
        if self._playing is not None:
            self._playing.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # -- requests -------------------------------------------------------------------------------------------------

    def _read_requests(self) -> None:
        while self._playing is None:
            event = self._http.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                if self._http.they_are_waiting_for_100_continue and not self._continued:
                    self._continued = True
                    self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            if isinstance(event, h11.Request):
                self._request, self._body, self._continued = event, bytearray(), False
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > MAX_BODY:
                    self._refuse(413, "request body too large")
                    return
            elif isinstance(event, h11.EndOfMessage):
                self._answer()
            else:  # ConnectionClosed
                return

    def _answer(self) -> None:
        assert self._request is not None
        request = Request(
            method=self._request.method.decode("ascii"),
            path=_path(self._request.target.decode("latin-1")),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in self._request.headers},
            body=bytes(self._body),
        )
        answer = self.server.provider.answer(request)
        self.server.log(
            "request",
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=request.body,
            status=answer.status,
        )
        self._playing = asyncio.get_running_loop().create_task(self._play(answer))

    def _next_request(self) -> None:
        """The reply is out: what was pipelined behind its request may be read now."""
        self._playing = None
        self._pipelined = 0
        rest, closed = self._http.trailing_data
        wants_close = (
            b"close" in dict(self._request.headers).get(b"connection", b"").lower() if self._request else False
        )
        if wants_close or closed or self._half_closed:
            self.transport.close()
            return
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        if rest:
            self.data_received(rest)

    def _refuse(self, status: int, why: str) -> None:
        self.server.log("request", method="?", path="?", headers={}, body=why.encode(), status=status)
        body = f'{{"error": {{"message": "bad request", "type": "invalid_request_error", "code": {status}}}}}'.encode()
        self._write(
            _head(Answer(status, (("Content-Type", "application/json"), ("Connection", "close"))), len(body)) + body
        )
        self.transport.close()

    # -- replies --------------------------------------------------------------------------------------------------

    async def _play(self, answer: Answer) -> None:
        try:
            for step in answer.before:
                await self._step(step)
            if answer.script is None:
                assert self._request is not None
                sent = b"" if self._request.method == b"HEAD" else answer.body
                self.server.log("write", data=sent, events=0)  # what is logged has not been seen before that moment
                self._write(_head(answer, len(answer.body)) + sent)
            else:
                self.events_out = 0
                self.server.log("headers", status=answer.status)
                self._write(_head(answer, None))
                for step in answer.script:
                    await self._step(step)
        except asyncio.CancelledError:
            return
        except Exception as error:  # a client that is left alone would wait for ever, and be blamed for it
            self.server.trouble = error
            self.transport.abort()
            return
        if not self._ended:
            self._next_request()

    async def _step(self, step: Step) -> None:
        gate = self.server.gate
        if isinstance(step, Send):
            if not step.data:  # an empty chunk would end the body
                return
            if not self._writable.is_set():
                await self._writable.wait()
            if gate is not None:
                gate.sends(max(step.events, step.begun))
            self.server.log("write", data=step.data, events=step.events)
            self._write(b"%x\r\n%b\r\n" % (len(step.data), step.data))
            self.events_out = step.events
        elif isinstance(step, Hold):
            if gate is not None:
                await gate.hold(step.events, self._delivered)
        elif isinstance(step, Pause):
            await (asyncio.sleep(step.seconds) if gate is None else gate.pause(step.seconds))
        elif isinstance(step, Settle):
            if gate is not None:
                await gate.settle(step, self._delivered)
        elif isinstance(step, Linger):
            if gate is not None:
                await gate.linger(step, self.gone, self._delivered)
        elif isinstance(step, Finish):
            self._write(b"0\r\n\r\n")
            self.server.log("finish")
        else:
            self._end(step)

    def _write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def _end(self, step: End) -> None:
        self._ended = True
        self.server.log(step.how)
        if step.how == "reset":
            # SO_LINGER with a zero time-out: closing sends RST, what `Connection reset by peer` really is.
            with suppress(OSError):  # the client was faster
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self.transport.close()

    def _delivered(self) -> bool:
        """Has the client's kernel all that was written? Only then can its program have seen it."""
        return self.transport.get_write_buffer_size() == 0 and _unacknowledged(self.socket) == 0

    def _client_gone(self) -> None:
        if not self.gone.is_set():
            self.gone.set()
            if self._playing is not None:
                self.server.log("gone", events=self.events_out)

    def drop(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
        self.transport.abort()


def _path(target: str) -> str:
    """The path of a request's target; RFC 9112 asks servers to take the absolute form, too."""
    if target[:7].lower() == "http://":  # by hand: `urlsplit` raises ValueError for some hosts
        target = "/" + target[7:].partition("?")[0].partition("/")[2]
    return target.partition("?")[0]


def _head(answer: Answer, length: int | None) -> bytes:
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join([*lines, framing, "", ""]).encode("latin-1")


def _unacknowledged(sock: socket.socket) -> int:
    """Bytes that the peer's kernel has not acknowledged: tcpi_unacked of Linux's TCP_INFO; 0 where there is none."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    except OSError:
        return 0
    return int(struct.unpack_from("=I", info, 24)[0])
