"""Clients that answer from within: requests by way of `responses`, httpx2 (and the SDK on it) at its transports.

Everything above the wire is the clients' own code. For requests the reply goes through http.client and urllib3 as bytes
of HTTP, chunk by chunk, so that reads, decoding and errors are the real ones; httpx2 is handed a stream of its own
kind, and the exceptions that it raises over a socket. While anything is replayed, requests to other hosts are refused.
"""

from __future__ import annotations

import errno
import http.client
import io
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any, NoReturn
from unittest import mock
from urllib.parse import urlsplit

import httpcore2
import httpx2
import responses
import urllib3
from requests import PreparedRequest

from grader.replay.provider import Answer, Request
from grader.replay.pulled import Ended, Pulled

Answering = Callable[[Request], Pulled]

_hosts: dict[str, Answering] = {}
_installed = ExitStack()
_lock = threading.Lock()


def answer_for(host: str, answering: Answering) -> None:
    """From now on, requests to `host` are answered by `answering`."""
    with _lock:
        if not _hosts:
            _install()
        _hosts[host] = answering


def forget(host: str) -> None:
    """Requests to `host` are no longer answered; with the last host, every patch is taken back."""
    with _lock:
        _hosts.pop(host, None)
        if not _hosts:
            _installed.close()


def _install() -> None:
    mocked = responses.RequestsMock(assert_all_requests_are_fired=False)
    mocked.add(_Replayed())
    _installed.enter_context(mocked)
    for transport, name, replacement in (
        (httpx2.HTTPTransport, "handle_request", _handle_request),
        (httpx2.AsyncHTTPTransport, "handle_async_request", _handle_async_request),
    ):
        _installed.enter_context(mock.patch.object(transport, name, replacement))


def _framing(answer: Answer) -> tuple[str, str]:
    return ("Transfer-Encoding", "chunked") if answer.script is not None else ("Content-Length", str(len(answer.body)))


# -- requests -----------------------------------------------------------------------------------------------------


class _Replayed(responses.BaseResponse):
    """Matches whatever comes to a host that is answered for, wrong paths and methods included."""

    def __init__(self) -> None:
        super().__init__("ANY", "")

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        return urlsplit(str(request.url)).netloc in _hosts, "another host than the one that OPENAI_BASE_URL names"

    def get_response(self, request: PreparedRequest) -> urllib3.HTTPResponse:
        url = urlsplit(str(request.url))
        headers = {"host": url.netloc, **{name.lower(): _text(value) for name, value in request.headers.items()}}
        method = request.method or "GET"
        pulled = _hosts[url.netloc](Request(method, url.path or "/", headers, _body(request.body)))
        reply = http.client.HTTPResponse(_Socket(pulled), method=method)  # type: ignore[arg-type]
        reply.begin()
        return urllib3.HTTPResponse(
            body=reply,
            headers=urllib3.HTTPHeaderDict(reply.msg.items()),
            status=reply.status,
            reason=reply.reason,
            version=reply.version,
            preload_content=False,
            decode_content=False,
            original_response=reply,
            request_method=method,
            request_url=str(request.url),
        )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _body(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body or b"" if body is None or isinstance(body, bytes) else b"".join(body)


class _Socket:
    """All that http.client wants of a socket."""

    def __init__(self, pulled: Pulled) -> None:
        self._pulled = pulled

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Wire(self._pulled))


class _Wire(io.RawIOBase):
    """The reply as HTTP/1.1: the head, then each write as a chunk. A read gives what one write sent, never more."""

    def __init__(self, pulled: Pulled) -> None:
        self._pulled = pulled
        answer = pulled.answer
        lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in (*answer.headers, _framing(answer))]
        self._rest = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self._frames = self._framed() if answer.script is not None else iter([answer.body])

    def _framed(self) -> Iterator[bytes]:
        for data in self._pulled.writes():
            yield b"%x\r\n%b\r\n" % (len(data), data)
        yield b"0\r\n\r\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            try:
                self._rest = next(self._frames, b"")
            except Ended as ended:
                if ended.how == "reset":
                    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from None
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        if not self.closed:
            self._pulled.close()
        super().close()


# -- httpx2 -------------------------------------------------------------------------------------------------------


def _handle_request(transport: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
    pulled = _asked(request, request.read())
    return _response(pulled, _Stream(pulled))


async def _handle_async_request(transport: httpx2.AsyncHTTPTransport, request: httpx2.Request) -> httpx2.Response:
    pulled = _asked(request, await request.aread())
    return _response(pulled, _AsyncStream(pulled))


def _asked(request: httpx2.Request, body: bytes) -> Pulled:
    host = request.url.netloc.decode("ascii")
    if host not in _hosts:
        raise httpx2.ConnectError(f"{host}: only the host that OPENAI_BASE_URL names is replayed here")
    path = request.url.raw_path.decode("ascii").partition("?")[0]
    return _hosts[host](Request(request.method, path, dict(request.headers.items()), body))


def _response(pulled: Pulled, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream) -> httpx2.Response:
    answer = pulled.answer
    headers = [*answer.headers, _framing(answer)]
    return httpx2.Response(answer.status, headers=headers, stream=stream, extensions={"http_version": b"HTTP/1.1"})


def _broken(how: str) -> NoReturn:
    """Raises what httpx2 raises over a socket that ends like this, with its cause."""
    if how == "reset":
        said = str(OSError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)))
        raise httpx2.ReadError(said) from httpcore2.ReadError(said)
    said = "peer closed connection without sending complete message body (incomplete chunked read)"
    raise httpx2.RemoteProtocolError(said) from httpcore2.RemoteProtocolError(said)


class _Stream(httpx2.SyncByteStream):
    def __init__(self, pulled: Pulled) -> None:
        self._pulled = pulled

    def __iter__(self) -> Iterator[bytes]:
        if self._pulled.answer.script is None:
            yield self._pulled.answer.body
        try:
            yield from self._pulled.writes()
        except Ended as ended:
            how = ended.how
        else:
            return
        _broken(how)  # outside of the clause, so that nothing of ours is in the exception's context

    def close(self) -> None:
        self._pulled.close()


class _AsyncStream(httpx2.AsyncByteStream):
    def __init__(self, pulled: Pulled) -> None:
        self._pulled = pulled

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._pulled.answer.script is None:
            yield self._pulled.answer.body
        try:
            async for data in self._pulled.awrites():
                yield data
        except Ended as ended:
            how = ended.how
        else:
            return
        _broken(how)  # outside of the clause, so that nothing of ours is in the exception's context

    async def aclose(self) -> None:
        self._pulled.close()
