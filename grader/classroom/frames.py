"""Messages between the pool and its workers: four bytes of length, then JSON."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

_HEAD = struct.Struct("=I")


def send(end: socket.socket, message: Any) -> None:
    """Raises OSError where nobody is there any more."""
    data = json.dumps(message).encode()
    end.sendall(_HEAD.pack(len(data)) + data)


class Inbox:
    """What has come in up to now, as messages."""

    def __init__(self) -> None:
        self._data = bytearray()

    def take(self, data: bytes) -> Iterator[Any]:
        """The messages that `data` completes."""
        self._data += data
        while len(self._data) >= _HEAD.size:
            end = _HEAD.size + _HEAD.unpack_from(self._data)[0]
            if len(self._data) < end:
                return
            message = json.loads(self._data[_HEAD.size : end])
            del self._data[:end]
            yield message


def messages(end: socket.socket) -> Iterator[Any]:
    """All messages until the other end is closed."""
    inbox = Inbox()
    try:
        while data := end.recv(1 << 16):
            yield from inbox.take(data)
    except ConnectionResetError:
        return
