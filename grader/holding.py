"""The server's gate in a run: how long a step waits, decided by what the program does and never by a clock alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Literal

from grader.jail import pulse
from grader.listening import BUSY, DOZE, PATIENCE, TICK_S, Listening, within
from grader.stream.script import Linger, Settle

BLIND_S = 1.5  # where the system does not tell what a process does
MISSES = 2  # after so many, the server stops waiting: the case is clear
SLACK_S = 0.5  # a wait that a program sets itself may end a little later than it was told to

Rested = Literal["done", "idle", "worn"]


class Holding:
    """A gate (`grader.replay.server.Gate`) on what one process shows and does."""

    def __init__(self, listening: Listening) -> None:
        self._run = listening
        self._timeline, self._screen = listening.timeline, listening.screen
        self._misses = 0

    def sends(self, events: int) -> None:
        if self._run.process is not None:
            self._run.process.drain()  # what it wrote before this was sent cannot show it
        self._screen.sent(events)

    async def hold(self, events: int, delivered: Callable[[], bool]) -> None:
        if self._screen.seen >= events or self._misses >= MISSES or self._run.over.is_set():
            return
        self._timeline.log("hold", events=events)
        seen = await self._until(lambda: self._screen.seen >= events or self._run.over.is_set(), delivered) == "done"
        if not seen:
            self._misses += 1
        if not self._run.over.is_set():
            self._timeline.log("seen" if seen else "missed", events=events)

    async def settle(self, step: Settle, delivered: Callable[[], bool]) -> None:
        """Logs "settled" with how it was found: "idle" is a proof that all that was sent has been dealt with."""
        self._timeline.log("settle")
        started = time.monotonic()
        how = await self._until(self._run.over.is_set, delivered)
        self._timeline.log("settled", how=how)
        request = self._timeline.first("request")
        least = max(step.at_least_s, step.as_run * (request.at if request is not None else 0.0))
        if (rest := started + least - time.monotonic()) > 0 and how != "done":
            await within(self._run.over, rest)

    async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
        self._timeline.log("linger")
        horizon = pulse.SHORT_WAIT_S if step.patience_s is None else step.patience_s + SLACK_S
        left = await self._until(lambda: gone.is_set() or self._run.over.is_set(), delivered, horizon)
        why = "ended" if self._run.over.is_set() else "closed" if left == "done" else "idle"
        self._timeline.log("unlinger", why=why)

    async def _until(
        self, done: Callable[[], bool], delivered: Callable[[], bool], horizon_s: float = pulse.SHORT_WAIT_S
    ) -> Rested:
        """ "done" as soon as `done`; "idle" once the process is known to rest, everything having been delivered to it;
        "worn" where it does neither for long."""
        self._run.held = True
        try:
            return await self._watch(done, delivered, horizon_s)
        finally:
            self._run.held = False

    async def _watch(self, done: Callable[[], bool], delivered: Callable[[], bool], horizon_s: float) -> Rested:
        rest = pulse.Rest()
        patience = PATIENCE if pulse.AVAILABLE else round(BLIND_S / TICK_S)
        while not done():
            self._run.appeared.clear()
            if await within(self._run.appeared, TICK_S):
                continue
            assert self._run.process is not None
            if not delivered() and rest.dozing < DOZE:
                rest.idle = 0
                rest.dozing += 1
                continue
            rest.add(pulse.look(self._run.process.pid, horizon_s) if pulse.AVAILABLE else None)
            idle = rest.idle >= patience
            if (idle or rest.dozing >= DOZE or rest.looks >= BUSY) and not self._run.appeared.is_set():
                return "done" if done() else "idle" if idle else "worn"
        return "done"
