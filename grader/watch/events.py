"""What may happen in watch mode, and the one queue that it all comes through."""

from __future__ import annotations

import os
import queue
import select
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.watch.keys import PAUSE_S, Keys

if TYPE_CHECKING:
    from grader.report import Report
    from grader.watch.regrade import Grading


@dataclass(frozen=True)
class Key:
    name: str


@dataclass(frozen=True)
class Touched:
    """Something was done to these files."""

    paths: frozenset[Path]


@dataclass(frozen=True)
class Unwatchable:
    """The system does not tell about changes; they are looked for from now on."""

    why: str


@dataclass(frozen=True)
class Doing:
    grading: Grading
    what: str


@dataclass(frozen=True)
class Graded:
    """A grading is over: with a report, or a sentence that says why there is none."""

    grading: Grading
    report: Report | None
    trouble: str = ""


@dataclass(frozen=True)
class Resized:
    pass


@dataclass(frozen=True)
class Suspended:
    """Ctrl-Z."""


@dataclass(frozen=True)
class Ended:
    """Ctrl-C, a signal that asks the program to end, or a terminal that is gone."""

    status: int


Event = Key | Touched | Unwatchable | Doing | Graded | Resized | Suspended | Ended


class Events:
    """Events of other threads and of signal handlers, and the keys of the terminal `keyboard` (a descriptor)."""

    def __init__(self, keyboard: int) -> None:
        self._keyboard = keyboard
        self._keys = Keys()
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._wake_r, self._wake_w = os.pipe()
        os.set_blocking(self._wake_r, False)
        os.set_blocking(self._wake_w, False)

    def post(self, event: Event) -> None:
        """From any thread, and from signal handlers."""
        self._queue.put(event)
        with suppress(BlockingIOError, OSError):
            os.write(self._wake_w, b"!")

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *exc: object) -> None:
        wake_w, self._wake_w = self._wake_w, -1  # threads that end late may still post
        os.close(wake_w)
        os.close(self._wake_r)

    def wait(self, timeout: float | None) -> Iterator[Event]:
        """All that has happened, after at most `timeout` seconds; nothing, where nothing has."""
        if self._keys.waits:
            timeout = PAUSE_S if timeout is None else min(timeout, PAUSE_S)
        ready, _, _ = select.select([self._keyboard, self._wake_r], [], [], timeout)
        if self._wake_r in ready:
            with suppress(BlockingIOError):
                os.read(self._wake_r, 4096)
        if self._keyboard in ready:
            yield from self._typed()
        elif self._keys.waits:
            yield from map(Key, self._keys.pause())
        with suppress(queue.Empty):
            while True:
                yield self._queue.get_nowait()

    def _typed(self) -> Iterator[Event]:
        try:
            data = os.read(self._keyboard, 1024)
        except OSError:
            data = b""
        if data:
            yield from map(Key, self._keys.feed(data))
        else:
            yield Ended(0)  # the terminal is gone
