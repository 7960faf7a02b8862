"""Who looks at reports: this process, one at a time; where more come at once, processes of their own.

To read, compare and pack a report of 100 kB takes some milliseconds of a processor, and Python lends one to one thread
at a time. While one process does that for a whole class, nobody gets their page.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from anyio import CapacityLimiter, to_thread

from grader.dashboard.ingest.believed import Sheet
from grader.dashboard.ingest.looking import Looked, looked_at


class Away(Exception):
    """Whoever looked at it is no more, and did not say what it saw. It may be looked at again."""


class Readers:
    """For one event loop. Its processes are begun when they are needed first, and stay until `close`."""

    def __init__(self, sheet: Callable[[], Sheet], processes: int) -> None:
        """`processes`: 0 for none."""
        self._sheet, self._processes = sheet, processes
        self._here = 0  # reports that this process looks at
        self._one = CapacityLimiter(1)  # a report of 8 MiB is 150 MiB while it is looked at
        self._pool: ProcessPoolExecutor | None = None

    async def look(self, body: bytes) -> Looked:
        """Raises HTTPException as `looked_at`, and Away."""
        if self._processes and (self._pool is not None or self._here):
            return await self._elsewhere(body)
        self._here += 1
        try:
            return await to_thread.run_sync(lambda: looked_at(body, self._sheet()), limiter=self._one)
        finally:
            self._here -= 1

    async def _elsewhere(self, body: bytes) -> Looked:
        pool = self._pool = self._pool or _pool(self._sheet(), self._processes)
        try:
            with _uninterrupted():
                looking = pool.submit(_look, body)
            return await asyncio.wrap_future(looking)
        except BrokenProcessPool:
            if self._pool is pool:  # the next report gets new ones; this one may be what ended them
                self._pool = None
                pool.shutdown(wait=False)
            raise Away from None

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


# -- in a process of its own -------------------------------------------------------------------------------------------

_SHEET: list[Sheet] = []


def _pool(sheet: Sheet, processes: int) -> ProcessPoolExecutor:
    # Not forked: there are threads here, and connections to the database.
    spawn = multiprocessing.get_context("spawn")
    os.environ["PYTHONSAFEPATH"] = "1"  # they take nothing from the folder that the dashboard was started in
    return ProcessPoolExecutor(processes, spawn, _begin, (sheet,))


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Whoever is begun in here does not hear a Ctrl-C, which a terminal sends to all: this process ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(sheet: Sheet) -> None:
    _SHEET.append(sheet)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """Also where it was killed, and told nobody."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


def _look(body: bytes) -> Looked:
    return looked_at(body, _SHEET[0])
