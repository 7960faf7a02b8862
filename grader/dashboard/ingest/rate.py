"""How often somebody may knock, and with how much at once. In memory of each process: it keeps that from being busy for
one alone, and guards no secret."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST_NAMES = 10_000  # of which there is a memory


class Crowded(Exception):
    """So many requests of this one are under way that another has to wait."""


@dataclass
class Room:
    """For each name, so many requests may be under way: what they bring along is in memory meanwhile. In one thread."""

    most: int
    _inside: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def entered(self, name: str) -> Iterator[None]:
        """Raises Crowded."""
        if self._inside[name] >= self.most:
            raise Crowded
        self._inside[name] += 1
        try:
            yield
        finally:
            self._inside[name] -= 1
            if not self._inside[name]:
                del self._inside[name]


@dataclass
class Rate:
    """A bucket for each name: `at_once` requests, and `a_second` more each second. From several threads."""

    at_once: float
    a_second: float
    clock: Callable[[], float] = time.monotonic
    _filled: dict[str, tuple[float, float]] = field(default_factory=dict)  # name: what it holds, since when
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, name: str, *, takes: float = 1) -> float:
        """Seconds until this one may come; 0 where it may, and then it is counted. With `takes=0` it is only asked."""
        with self._lock:
            now = self.clock()
            held, since = self._filled.get(name, (self.at_once, now))
            held = min(self.at_once, held + (now - since) * self.a_second)
            if held < 1:
                return (1 - held) / self.a_second
            if takes:
                self._filled[name] = held - takes, now
            if len(self._filled) > MOST_NAMES:
                self._forget(now)
            return 0

    def _forget(self, now: float) -> None:
        """Those that have been away for so long that nothing is held against them; else those away longest."""
        full = self.at_once / self.a_second
        self._filled = {name: one for name, one in self._filled.items() if now - one[1] < full}
        for name in sorted(self._filled, key=lambda name: self._filled[name][1])[: -MOST_NAMES // 2]:
            del self._filled[name]
