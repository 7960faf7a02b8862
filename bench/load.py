"""The client: opens so many connections at once, asks on all of them, reads every reply to its end.

A process (`python -m bench.load`). It is told `[port, streams, request]` and says how many replies came whole, and
the hashes of the different ones among them (there should be one).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import resource
import sys
from typing import cast

from bench.wire import END

AT_ONCE = 200  # connections that are being opened; as many as any listen queue takes


class Client(asyncio.Protocol):
    def __init__(self) -> None:
        self.whole: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._reply = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._reply += data
        if self._reply.endswith(END) and not self.whole.done():
            self.whole.set_result(hashlib.sha256(self._reply).digest())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.whole.done():
            self.whole.set_exception(exc or ConnectionError("closed before the end"))


async def load(port: int, streams: int, request: bytes) -> list[object]:
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    while len(clients) < streams:
        some = min(AT_ONCE, streams - len(clients))
        opened = await asyncio.gather(*(loop.create_connection(Client, "127.0.0.1", port) for _ in range(some)))
        clients += [client for _, client in opened]
    for client in clients:
        client.transport.write(request)
    replies = await asyncio.gather(*(client.whole for client in clients))
    for client in clients:
        client.transport.close()
    await asyncio.sleep(0.1)  # the server sees them close, too
    return [len(replies), sorted({reply.hex() for reply in replies})]


def main() -> None:
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            port, streams, request = json.loads(line)
            print(json.dumps(runner.run(load(port, streams, request.encode()))), flush=True)


if __name__ == "__main__":
    more_files = (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2
    resource.setrlimit(resource.RLIMIT_NOFILE, more_files)
    main()
