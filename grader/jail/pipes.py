"""The pipes between a run and its judge."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from typing import Any

Listener = Callable[[bytes], None]


class Pipes:
    """The pipes of a run: three that it writes to (stdout, stderr, the word) and one with answers that it reads.

    `theirs` are the ends for the process, in that order; ours are watched by the event loop.
    """

    def __init__(self, listeners: list[Listener]) -> None:
        self._listeners = listeners
        self._open: set[int] = set()
        self.read_ends: list[int] = []
        self.theirs: list[int] = []
        for _ in listeners:
            read, write = os.pipe()
            os.set_blocking(read, False)
            self.read_ends.append(read)
            self.theirs.append(write)
        theirs, self._answers = os.pipe()
        os.set_blocking(self._answers, False)
        self.theirs.append(theirs)
        self._unsent = b""

    def hand_over(self) -> None:
        """The process has its copies: close ours, and listen."""
        loop = asyncio.get_running_loop()
        for end in self.theirs:
            os.close(end)
        self._open.add(self._answers)
        for read, listener in zip(self.read_ends, self._listeners, strict=True):
            self._open.add(read)
            loop.add_reader(read, self._read, read, listener)

    def answer(self, value: Any) -> None:
        """Sends a line of JSON; what the process does not take at once follows when it reads on."""
        self._unsent += json.dumps(value).encode() + b"\n"
        self._send()

    def _send(self) -> None:
        loop = asyncio.get_running_loop()
        if self._answers not in self._open:
            return
        try:
            self._unsent = self._unsent[os.write(self._answers, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:  # nobody is there to read it
            self._unsent = b""
        if self._unsent:
            loop.add_writer(self._answers, self._send)
        else:
            loop.remove_writer(self._answers)

    def _read(self, descriptor: int, listener: Listener) -> None:
        try:
            data = os.read(descriptor, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            listener(data)
            return
        self._forget(descriptor)

    def drain(self) -> None:
        """Reads what is on stdout and stderr now, without waiting."""
        self._drain(2)

    def _drain(self, count: int) -> None:
        for descriptor, listener in list(zip(self.read_ends, self._listeners, strict=True))[:count]:
            while descriptor in self._open:
                try:
                    data = os.read(descriptor, 65536)
                except OSError:
                    break
                if not data:
                    self._forget(descriptor)
                else:
                    listener(data)

    def _forget(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.discard(descriptor)
            loop = asyncio.get_running_loop()
            if descriptor == self._answers:
                loop.remove_writer(descriptor)
            else:
                loop.remove_reader(descriptor)
            os.close(descriptor)

    def read_rest(self) -> None:
        """Reads what is there, now, and closes: a stranger may hold the write end, so the end may never come."""
        self._drain(len(self.read_ends))
        for descriptor in list(self._open):
            self._forget(descriptor)
