"""A server in a thread of its own, for a program that runs in the foreground."""

from __future__ import annotations

import asyncio
import threading
from typing import Protocol


class Server(Protocol):
    async def start(self) -> int: ...

    async def stop(self) -> None: ...


class Background:
    """A context manager: inside of it the server runs, and gives its port."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="server", daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result()

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
