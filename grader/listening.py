"""The judge's ear at a run's process: what it shows, what it notes and asks, its word, and its end."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, Protocol

from grader.jail import pulse
from grader.jail.jail import Jail, Process, Refused
from grader.jail.notes import heard
from grader.jail.plain import is_plain
from grader.jail.spec import MAX_OUTPUT, MAX_WORD, Limits, Spec, parse_line
from grader.outcome import Outcome, from_word, without_word
from grader.replay.loopback import in_flight
from grader.replay.seen import Screen
from grader.timeline import Moment, Timeline

TICK_S = 0.012  # between two looks at a process that the server waits for
PATIENCE = 10  # looks that find it at rest, and it is taken to do nothing more
DOZE = 170  # looks at a process that sleeps on purpose, or wakes up again and again, before a wait gives up
LOOK_S = 0.05  # between two looks while the server does not wait for it
BUSY = 1000  # looks at a process that never sleeps
STUCK = 20  # of those at rest, and a run that waits for what does not come is ended


class Judge(Protocol):
    """Answers what a run asks (with plain JSON, or with an awaitable of it), and hears what it tells."""

    def answer(self, what: str, about: Any) -> Any: ...

    def told(self, what: str, about: Any) -> None: ...


class Listening:
    """One process, from its start to its end."""

    def __init__(self, timeline: Timeline, screen: Screen, to_show: int, jail: Jail, judge: Judge) -> None:
        self.timeline, self.screen = timeline, screen
        self._to_show = to_show  # how many pieces there are to show, before nobody need wait for more
        self._jail, self._judge = jail, judge
        self.process: Process | None = None
        self.appeared = asyncio.Event()  # something came out of the process
        self.over = asyncio.Event()  # it gave its word, or ended
        self.held = False  # the server waits for it right now
        self.watches: list[Callable[[], str]] = []  # each says why the run must be stopped now, or ""
        self._limits = Limits()
        self._port = 0  # of the server that it talks to
        self._word: dict[str, Any] | None = None
        self._spoiled = ""  # why its word does not count
        self._inbox = b""
        self._received = 0
        self._output = 0
        self._killed: Outcome | None = None
        self._asked_early: list[dict[str, Any]] = []
        self._later: asyncio.Future[Any] | None = None  # an answer that is not known yet

    # -- what comes out of the process ----------------------------------------------------------------------------

    def _stdout(self, data: bytes) -> None:
        self._keep("stdout", data)
        self.screen.feed(data)
        self.appeared.set()

    def _stderr(self, data: bytes) -> None:
        self._keep("stderr", data)

    def _keep(self, kind: Literal["stdout", "stderr"], data: bytes) -> None:
        """Who printed too much is stopped. After the word nobody waits for a flood: how much of it comes is chance."""
        self._output += len(data)
        if self._output <= MAX_OUTPUT:
            self.timeline.log(kind, data=data)
        elif self._word is None:
            self._kill("killed", f"printed more than {MAX_OUTPUT // 1024**2} MB and was stopped")

    def _line(self, data: bytes) -> None:
        self._inbox += data
        self._received += len(data)
        if self._received > MAX_WORD:
            self._inbox = b""
            self._spoil("sent back more than a run may send back and was stopped")
        *lines, self._inbox = self._inbox.split(b"\n")
        for line in lines:
            self._take(parse_line(line))

    def _spoil(self, why: str) -> None:
        """Its word does not count any more, so there is nothing to wait for."""
        self._spoiled = why
        self._kill("killed", why)

    def _take(self, parsed: tuple[str, dict[str, Any]] | None) -> None:
        if parsed is None:
            self._spoil("sent back what no run sends back")
            return
        kind, content = parsed
        if kind == "note":
            if (note := heard(content)) is not None:
                now = time.monotonic() - self.timeline.started
                at = min(max(0.0, note[0] - self.timeline.started), now)  # it cannot have been taken at another time
                self.timeline.moments.append(Moment(at, "note", note[1]))
        elif kind in ("ask", "tell"):
            self._said(kind, content)
        elif self._killed is not None:
            return  # too late
        elif self._word is not None:
            self._spoil("gave two answers")
        else:
            self.timeline.log("word")
            self._word = content
            self._is_over()

    def _said(self, kind: str, content: dict[str, Any]) -> None:
        """Who asks waits for the answer, so all that was shown before is there to be taken in first."""
        fits = set(content) == {"what", "about"} and type(content["what"]) is str and is_plain(content["about"])
        if not fits or (kind == "ask" and self._is_waiting):
            self._spoil("sent back what no run sends back")
        elif kind == "tell":
            self._judge.told(content["what"], content["about"])
            self.appeared.set()
        elif self.process is None:  # on a busy machine it may ask before we have the news that it was started
            self._asked_early.append(content)
        else:
            self.process.drain()
            answer = self._judge.answer(content["what"], content["about"])
            if inspect.isawaitable(answer):
                self._later = asyncio.ensure_future(answer)
                self._later.add_done_callback(self._answered)
            else:
                self.process.answer(answer)

    @property
    def _is_waiting(self) -> bool:
        """Has it asked, and not been answered? Then it asks nothing else: a run's questions go out one by one."""
        return bool(self._asked_early) or (self._later is not None and not self._later.done())

    def _answered(self, answer: asyncio.Future[Any]) -> None:
        if self.process is not None and not answer.cancelled():
            self.process.answer(answer.result())

    @property
    def alone(self) -> bool:
        """Has the process one thread only, and no child? Not known where the system does not tell."""
        now = pulse.look(self.process.pid) if self.process is not None else None
        return now is not None and len(now.switches) == 1

    def _is_over(self) -> None:
        self.over.set()
        self.appeared.set()

    # -- the whole run --------------------------------------------------------------------------------------------

    async def play(self, spec: Spec) -> Outcome:
        self._limits, self._port = spec.limits, spec.port
        try:
            process = self.process = await self._jail.run(spec, self._stdout, self._stderr, self._line)
        except Refused as refused:
            return self._ended(Outcome("killed", why=str(refused)))
        process.ended.add_done_callback(lambda _: self._is_over())
        early, self._asked_early = self._asked_early, []
        for content in early:
            self._said("ask", content)
        try:
            await self._until_over()
            code = await self._until_gone()
        finally:  # stopped or not: nothing of it is left
            if self._later is not None:
                self._later.cancel()
            await process.end()
        await process.ended
        return self._outcome(code)

    async def _until_over(self) -> None:
        """Waits for the word or the end, looking at the process now and then while the server is not waiting for it."""
        rest = pulse.Rest()
        own, before = 0.0, time.monotonic()  # seconds of its own: those in which the server did not wait for it
        while not await within(self.over, LOOK_S):
            now = time.monotonic()
            own, before = own + (0.0 if self.held else now - before), now
            self._hold_to_limits(own)
            if self.held:
                rest = pulse.Rest()
                continue
            assert self.process is not None
            rest.add(pulse.look(self.process.pid, self._limits.doze_s) if pulse.AVAILABLE else None)
            if pulse.AVAILABLE and rest.idle >= STUCK:
                if in_flight(self._port):
                    rest = pulse.Rest()
                else:
                    self._kill("stuck")
            elif rest.dozing * LOOK_S > self._limits.doze_s:
                self._kill("slow")

    def _hold_to_limits(self, own: float = 0.0) -> None:
        """Ends it where it used more than it may. `own`: the seconds in which the server did not wait for it."""
        limits, whole = self._limits, time.monotonic() - self.timeline.started
        asked = sum(1 for _ in self.timeline.of("request"))
        if why := next((why for watch in self.watches if (why := watch())), "") or self._grown():
            self._kill("killed", why)
        elif asked > limits.requests:
            self._kill("slow", f"sent more than {limits.requests} requests and was stopped")
        elif own > limits.wall_s or whole > limits.whole_s:
            seconds = limits.wall_s if own > limits.wall_s else limits.whole_s
            self._kill("slow", f"was still running after {seconds:g} seconds and was stopped")

    def _grown(self) -> str:
        """The kernel counts threads only of who has a user of its own, and memory only where it is not shared."""
        assert self.process is not None
        threads, resident = pulse.size(self.process.pid)
        if threads > self._limits.threads:
            return f"started more than {self._limits.threads} threads and was stopped"
        if resident > self._limits.memory:
            return f"used more than {self._limits.memory // 1024**2} MB of memory and was stopped"
        return ""

    async def _until_gone(self) -> int | None:
        """After its word, a process may still finish its threads; one that does not end by itself is ended."""
        assert self.process is not None
        if self.process.ended.done():
            return self.process.ended.result()
        rest = pulse.Rest()
        # Who has shown all that there is to show need not be waited for.
        patience = 5 if self.screen.seen >= self._to_show else DOZE
        while rest.idle < PATIENCE and rest.dozing < patience and rest.looks < BUSY:
            done, _ = await asyncio.wait([self.process.ended], timeout=TICK_S)
            if done:
                return self.process.ended.result()
            rest.add(pulse.look(self.process.pid) if pulse.AVAILABLE else None)
            if rest.looks % 4 == 0:
                self._hold_to_limits()
        return None

    def _kill(self, kind: Literal["stuck", "slow", "killed"], why: str = "") -> None:
        if self._killed is not None or self.process is None:
            return
        self._killed = Outcome(kind, why=why)
        if kind != "killed":
            with suppress(OSError, AttributeError):  # it says where it stands, and is ended a moment later
                os.kill(self.process.pid, signal.SIGUSR1)
            asyncio.get_running_loop().call_later(0.1, self.process.kill)
        else:
            self.process.kill()

    def _outcome(self, code: int | None) -> Outcome:
        if self._killed is not None and (self._word is None or self._killed.kind == "killed"):
            return self._ended(self._killed)
        if self._word is None or self._spoiled:
            return self._ended(without_word(code, self._spoiled))
        return self._ended(from_word(self._word))

    def _ended(self, outcome: Outcome) -> Outcome:
        self.timeline.log("outcome", what=outcome.kind)
        return outcome


async def within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
