"""The server of a dashboard's process."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn


class Server(uvicorn.Server):
    """Says that it serves when it does. By then a Ctrl-C is its own: before, one may get lost in whatever is under way,
    such as a finalizer, in which Python ignores exceptions."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()
