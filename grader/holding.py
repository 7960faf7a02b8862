"""The server's gate in a run: how long a step waits, decided by what the program does and never by a clock alone."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from grader.jail import pulse
from grader.listening import BUSY, DOZE, PATIENCE, TICK_S, Listening, within
from grader.stream.script import Linger, Settle

BLIND_S = 1.5  # where the system does not tell what a process does
MISSES = 2  # after so many, the server stops waiting: the case is clear
SLACK_S = 0.5  # a wait whose end cannot be seen may come a little later than it was told to
NAPS = 25  # looks at other threads that sleep, or wake up again and again, before an answer is held back no longer
SPUN_S = 1.0  # of a processor: who never rests, and used so much, has dealt with what was sent

Rested = Literal["done", "idle", "worn"]


@dataclass(frozen=True)
class Wait:
    """How a wait for the program is ended. `horizon_s`: a wait of its own that ends by itself so soon may yet do
    something; `least_s`: idle only after so many seconds; `most_s`: worn once it used so much of a processor, was
    looked at so many times (`looks`), was found asleep so often, whether or not it woke up in between (`naps`), or
    after so many seconds (`wall_s`)."""

    horizon_s: float = pulse.SHORT_WAIT_S
    least_s: float = 0.0
    most_s: float = math.inf
    looks: int = BUSY
    naps: int = DOZE
    wall_s: float = math.inf


USUAL = Wait()


class Holding:
    """A gate (`grader.replay.server.Gate`) on what one process shows and does."""

    def __init__(self, listening: Listening) -> None:
        self._run = listening
        self._timeline, self._screen = listening.timeline, listening.screen
        self._misses = 0
        self._limit_s: float | None = None  # after which what the program waits for was last seen to end by itself
        self._rest = pulse.Rest()  # what the last wait found

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
        """Logs "settled" with how it was found: "idle" is a proof that by `since` all that was sent was dealt with."""
        self._timeline.log("settle")
        started = time.monotonic()
        wait = Wait(most_s=SPUN_S, looks=step.looks, wall_s=step.at_most_s)
        how = await self._until(self._run.over.is_set, delivered, wait)
        dozing = how == "worn" and 2 * self._rest.dozing > self._rest.looks
        since = self._rest.since - self._timeline.started if how == "idle" else None
        self._timeline.log("settled", how="dozing" if dozing else how, since=since)
        request = self._timeline.first("request")
        as_run = step.as_run * (request.at if request is not None else 0.0)
        least = max(step.at_least_s, min(as_run, step.at_most_s))
        if (rest := started + least - time.monotonic()) > 0 and how != "done":
            await self.pause(rest)

    async def linger(self, step: Linger, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
        """Logs "unlinger" with why it ended, and of a program that waits on, the time limit of its wait, if it has one.

        With `patience_s`, a program must have rested for so long: some waits end by themselves and do not show it
        (an alarm, SO_RCVTIMEO).
        """
        self._timeline.log("linger")
        if step.patience_s is None:
            how = USUAL
        else:
            how = Wait(horizon_s=step.patience_s + step.grain_s, least_s=step.patience_s + SLACK_S)
        left = await self._until(lambda: gone.is_set() or self._run.over.is_set(), delivered, how)
        why = "ended" if self._run.over.is_set() else "closed" if left == "done" else "idle"
        self._timeline.log("unlinger", why=why, limit_s=self._limit_s if why == "idle" else None)

    async def pause(self, seconds: float) -> None:
        """A program that rests meanwhile waits for what will come: it is not stuck."""
        self._timeline.log("pause", seconds=seconds)
        self._run.held = True
        try:
            await within(self._run.over, seconds)
        finally:
            self._run.held = False

    async def until(self, done: Callable[[], bool]) -> Rested:
        """For a program to which everything has been delivered that it may have now."""
        return await self._until(lambda: done() or self._run.over.is_set(), lambda: True)

    async def still(self) -> None:
        """For a program that waits for an answer: until no other thread of it has anything left to do.

        Without this, a text shown by a thread beside the question would be on the screen before the answer in one run
        and after it in the next. Where the one that asks is alone, nothing can be shown, and nothing is waited for.
        """
        if pulse.AVAILABLE:
            await self._until(lambda: self._run.over.is_set() or self._run.alone, lambda: True, Wait(naps=NAPS))
        if self._run.process is not None:
            self._run.process.drain()

    async def _until(self, done: Callable[[], bool], delivered: Callable[[], bool], how: Wait = USUAL) -> Rested:
        """ "done" as soon as `done`; "idle" once the process is known to rest, everything having been delivered to it;
        "worn" where it does neither for long."""
        self._run.held = True
        try:
            return await self._watch(done, delivered, how)
        finally:
            self._run.held = False

    async def _watch(self, done: Callable[[], bool], delivered: Callable[[], bool], how: Wait) -> Rested:
        rest, began = pulse.Rest(), time.monotonic()
        self._rest = rest
        used: float | None = None  # of a processor, when the wait began
        patience = PATIENCE if pulse.AVAILABLE else round(BLIND_S / TICK_S)
        while not done():
            self._run.appeared.clear()
            if await within(self._run.appeared, TICK_S):
                continue
            if self._run.process is None:  # it has asked before the judge came to know which process it is
                continue
            pid = self._run.process.pid
            used = pulse.processor_s(pid) if used is None else used
            if not delivered() and rest.dozing < DOZE:
                rest.idle = 0
                rest.dozing += 1
                continue
            rest.add(pulse.look(pid, how.horizon_s) if pulse.AVAILABLE else None)
            self._limit_s = rest.last.ends_in_s if rest.last else None
            waited = time.monotonic() - began
            idle = rest.idle >= patience and waited >= how.least_s
            worn = rest.dozing >= how.naps or rest.looks >= how.looks or waited > how.wall_s
            worn = worn or pulse.processor_s(pid) - used > how.most_s
            if (idle or worn) and not self._run.appeared.is_set():
                return "done" if done() else "idle" if idle else "worn"
        return "done"
