"""New results for whoever listens: the store is asked once for all listeners of this process, and not at all for none.

Several processes may write to the store and several dashboards read it, so nobody tells us: we look. On PostgreSQL a
report may be seen after one with a higher number; so numbers are looked at again for SETTLES seconds, and those that
were told are not told again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading import live
from grader.dashboard.reading.live import Arrived
from grader.errors import UsageError

EVERY = 1.0  # seconds between two looks
SETTLES = 10.0  # seconds after which no lower number appears any more
BACK = 500  # numbers that are looked at again when the first listener comes
AT_ONCE = 5_000  # numbers of one look: what a class sends in SETTLES, and more
SHOWN = 50  # results that a listener is told at a time; of more the newest
MOST, MOST_EACH = 200, 6  # listeners of a process, and of one person
_log = logging.getLogger(__name__)


class Full(Exception):
    """There are as many listeners as there may be."""


@dataclass(eq=False)
class Listener:
    who: str
    scope: Scope
    arrived: asyncio.Queue[list[Arrived]] = field(default_factory=lambda: asyncio.Queue(maxsize=20))

    def tell(self, several: list[Arrived]) -> None:
        """One who does not keep up misses the oldest."""
        if self.arrived.full():
            self.arrived.get_nowait()
        self.arrived.put_nowait(several)


class Feed:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._floor = 0
        self._told: dict[int, float] = {}  # numbers above the floor, and when we saw them

    @asynccontextmanager
    async def listener(self, who: str, scope: Scope) -> AsyncIterator[Listener]:
        """From now on, until it is left. Raises Full."""
        each = Counter(listener.who for listener in self._listeners)
        if len(self._listeners) >= MOST or each[who] >= MOST_EACH:
            raise Full
        mine = Listener(who, scope)
        self._listeners.add(mine)
        try:
            async with self._starting:
                if self._looking is None or self._looking.done():
                    await self._start()
            yield mine
        finally:
            self._listeners.discard(mine)

    async def _start(self) -> None:
        """What is there already is told; what a listener missed before this they ask for themselves, after it."""
        newest = await run_in_threadpool(live.newest, self._store)
        self._floor = max(0, newest - BACK)
        ids = await run_in_threadpool(live.ids_after, self._store, self._floor, AT_ONCE)
        self._told = dict.fromkeys(ids, time.monotonic())
        self._looking = asyncio.create_task(self._look_on())

    async def _look_on(self) -> None:
        while self._listeners:
            await asyncio.sleep(EVERY)
            try:
                await self._look()
            except (UsageError, SQLAlchemyError) as error:  # the database is away for longer than we wait
                _log.warning("live results: %s", error)

    async def _look(self) -> None:
        ids = await run_in_threadpool(live.ids_after, self._store, self._floor, AT_ONCE)
        now = time.monotonic()
        new = [id for id in ids if id not in self._told]
        self._told |= dict.fromkeys(new, now)
        settled = [id for id, seen in self._told.items() if now - seen > SETTLES]
        self._floor = max([self._floor, *settled])
        self._told = {id: seen for id, seen in self._told.items() if id > self._floor}
        if new:
            await self._tell(new)

    async def _tell(self, ids: list[int]) -> None:
        """Each scope is asked for once, so that what a listener may see is decided as everywhere else."""
        by_scope: dict[Scope, list[Listener]] = defaultdict(list)
        for listener in self._listeners:
            by_scope[listener.scope].append(listener)
        for scope, several in by_scope.items():
            found = await run_in_threadpool(live.those, self._store, scope, ids, SHOWN)
            for listener in several if found else ():
                listener.tell(found)
