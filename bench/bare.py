"""A bare asyncio server: reads a request up to its end, makes the writes it was given, one by one, draining after each.

A process (`python -m bench.bare`). It is told the writes as a list of latin-1 texts, and says its port.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Bare(asyncio.Protocol):
    def __init__(self, writes: list[bytes]) -> None:
        self._writes = writes
        self._request = b""
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._request += data
        head, blank, body = self._request.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if blank and len(body) >= (int(length[1]) if length else 0):
            self._request = b""
            self._reply = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        for data in self._writes:
            self._transport.write(data)
            if not self._writable.is_set():
                await self._writable.wait()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._writable.set()


async def main() -> None:
    writes = [text.encode("latin-1") for text in json.loads(sys.stdin.readline())]
    server = await asyncio.get_running_loop().create_server(lambda: Bare(writes), "127.0.0.1", 0, backlog=1024)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
