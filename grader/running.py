"""One run: a scenario is replayed to the learner's process, and everything that happens goes on one timeline."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from grader.jail import pulse, scratch
from grader.jail.jail import Jail, Process, Refused
from grader.jail.spec import MAX_OUTPUT, MAX_WORD, Limits, Spec, parse_line
from grader.outcome import Outcome, from_word, standing_at, without_word
from grader.replay.provider import Provider
from grader.replay.seen import Screen
from grader.replay.server import ReplayServer
from grader.scenario import Call, Scenario, Settings, Submission, derive
from grader.stream.body import join
from grader.stream.fixture import Fixture
from grader.stream.reply import Reply
from grader.stream.salt import Salted, salt
from grader.stream.script import Script, script
from grader.timeline import Moment, Timeline

# Looks at a process while the server waits for it. A patience is what a miss costs: PATIENCE looks, TICK_S apart.
TICK_S = 0.012
PATIENCE = 10
DOZE = 170  # looks at a process that sleeps on purpose, or wakes up again and again, before a hold gives up
LOOK_S = 0.05  # between two looks while the server does not wait for it
BUSY = 1000  # looks at a process that never sleeps
STUCK = 20  # of those at rest, and a run that waits for what does not come is ended
BLIND_S = 1.5  # where the system does not tell what a process does
MISSES = 2  # after so many, the server stops waiting: the case is clear


@dataclass
class Record:
    """All that is known of a run once it is over."""

    scenario: Scenario
    seed: int
    call: Call
    settings: dict[str, str]  # the three variables
    prefix: str
    salted: Salted  # as sent to someone who asks for usage
    played: list[Salted]  # as sent, one for each streamed request
    timeline: Timeline
    outcome: Outcome
    stdout: bytes
    stderr: bytes
    source: bytes
    shown: int  # how many pieces had been seen by the end, each after it was sent

    @property
    def reply(self) -> Reply:
        """What was sent; where nothing was, what would have been."""
        return (self.played[0] if self.played else self.salted).reply


async def perform(
    scenario: Scenario,
    fixture: Fixture,
    submission: Submission,
    call: Call,
    *,
    seed: int,
    jail: Jail,
    trace: bool = False,
) -> Record:
    """Plays `scenario` to the submission and returns the record. Raises GraderFault where the kit itself fails."""
    settings = Settings.from_seed(derive(seed, "settings"))
    if scenario.edit is not None:
        fixture = replace(fixture, body=join(scenario.edit(fixture.parts)))
    salted = salt(fixture, derive(seed, "salt"), model=settings.model, finish=scenario.finish)
    played: list[Salted] = []
    run = _Run(scenario, salted, jail)
    provider = Provider(salted, settings.key, settings.model, settings.prefix, _player(scenario, seed), played)
    server = ReplayServer(provider, run.timeline, run)
    folder = scratch.make(submission.name, submission.source)
    try:
        port = await server.start()
        variables = {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{port}{settings.prefix}",
            "OPENAI_API_KEY": settings.key,
            "MODEL": settings.model,
        }
        spec = Spec(
            file=str(folder.code / submission.name),
            function=call.function,
            args=list(call.args),
            path=[str(folder.code), *map(str, call.path)],
            env={**folder.environment(), **variables},
            cwd=str(folder.work),
            port=port,
            where=str(folder.where),
            model=call.model,
            trace=trace,
        )
        outcome = await run.play(spec)
        if outcome.kind in ("stuck", "slow"):
            outcome.error = standing_at(folder.where, spec.file)
    finally:
        await server.stop()
        folder.remove()
    run.timeline.settle()
    return Record(
        scenario, seed, call, variables, settings.prefix, salted, played, run.timeline, outcome,
        run.timeline.output("stdout"), run.timeline.output("stderr"), submission.source, run.screen.seen,
    )  # fmt: skip


def _player(scenario: Scenario, seed: int) -> Callable[[Salted], Script]:
    def play(salted: Salted) -> Script:
        reads = scenario.cut(salted.parts, random.Random(derive(seed, "cut")))
        return script(
            salted.parts,
            reads,
            hold=scenario.hold,
            linger=scenario.stays_open,
            wait_at=scenario.keeps_back(salted.reply) if scenario.keeps_back else None,
        )

    return play


class _Run:
    """A run under way: listens to the process, and is the server's gate."""

    def __init__(self, scenario: Scenario, salted: Salted, jail: Jail) -> None:
        self.timeline = Timeline()
        self.screen = Screen(salted.reply.pieces, live=True)
        # Up to the last piece of text: what comes behind it shows nothing, and is not always sent.
        self._to_show = salted.reply.last_content + 1
        self._jail = jail
        self._process: Process | None = None
        self._limits = Limits()
        self._appeared = asyncio.Event()  # something came out of the process
        self._over = asyncio.Event()  # it gave its word, or ended
        self._word: dict[str, Any] | None = None
        self._spoiled = ""  # why its word does not count
        self._inbox = b""
        self._received = 0
        self._misses = 0
        self._held = False  # the server waits for it right now
        self._output = 0
        self._killed = ""

    # -- what comes out of the process ----------------------------------------------------------------------------

    def _stdout(self, data: bytes) -> None:
        self._keep("stdout", data)
        self.screen.feed(data)
        self._appeared.set()

    def _stderr(self, data: bytes) -> None:
        self._keep("stderr", data)

    def _keep(self, kind: Literal["stdout", "stderr"], data: bytes) -> None:
        self._output += len(data)
        if self._output > MAX_OUTPUT:
            self._kill(f"printed more than {MAX_OUTPUT // 1024**2} MB and was stopped")
            return
        self.timeline.log(kind, data=data)

    def _line(self, data: bytes) -> None:
        self._inbox += data
        self._received += len(data)
        if self._received > MAX_WORD:
            self._spoiled, self._inbox = "it sent back more than may be sent back", b""
            self._kill(self._spoiled)
        *lines, self._inbox = self._inbox.split(b"\n")
        for line in lines:
            self._take(parse_line(line))

    def _take(self, parsed: tuple[str, dict[str, Any]] | None) -> None:
        if parsed is None:
            self._spoiled = "what it sent back is not what a run sends back"
        elif parsed[0] == "note":
            at = parsed[1].pop("t", None)
            if type(at) is float and isinstance(parsed[1].get("what"), str):
                self.timeline.moments.append(Moment(at - self.timeline.started, "note", parsed[1]))
        elif self._word is not None:
            self._spoiled = "it gave two answers"
        else:
            self._word = parsed[1]
            self._is_over()

    def _is_over(self) -> None:
        self._over.set()
        self._appeared.set()

    # -- the whole run --------------------------------------------------------------------------------------------

    async def play(self, spec: Spec) -> Outcome:
        self._limits = spec.limits
        try:
            process = self._process = await self._jail.run(spec, self._stdout, self._stderr, self._line)
        except Refused as refused:
            return self._ended(Outcome("killed", why=str(refused)))
        process.ended.add_done_callback(lambda _: self._is_over())
        try:
            await self._until_over()
            code = await self._until_gone()
        finally:  # stopped or not: nothing of it is left
            await process.end()
        await process.ended
        return self._outcome(code)

    async def _until_over(self) -> None:
        """Waits for the word or the end, looking at the process now and then while the server is not waiting for it."""
        rest = pulse.Rest()
        began = time.monotonic()
        while not await _within(self._over, LOOK_S):
            if time.monotonic() - began > self._limits.wall_s:
                self._kill("slow")
            if self._held:
                rest = pulse.Rest()
                continue
            assert self._process is not None
            rest.add(pulse.look(self._process.pid, self._limits.doze_s) if pulse.AVAILABLE else None)
            if pulse.AVAILABLE and rest.idle >= STUCK:
                self._kill("stuck")
            elif rest.dozing * LOOK_S > self._limits.doze_s:
                self._kill("slow")

    async def _until_gone(self) -> int | None:
        """After its word, a process may still finish its threads; one that does not end by itself is ended."""
        assert self._process is not None
        if self._process.ended.done():
            return self._process.ended.result()
        rest = pulse.Rest()
        # Who has shown all that there is to show need not be waited for.
        patience = 5 if self.screen.seen >= self._to_show else DOZE
        while rest.idle < PATIENCE and rest.dozing < patience and rest.looks < BUSY:
            done, _ = await asyncio.wait([self._process.ended], timeout=TICK_S)
            if done:
                return self._process.ended.result()
            rest.add(pulse.look(self._process.pid) if pulse.AVAILABLE else None)
        return None

    def _kill(self, why: str) -> None:
        if self._killed or self._process is None:
            return
        self._killed = why
        if why in ("stuck", "slow"):
            with suppress(OSError, AttributeError):  # it says where it stands, and is ended a moment later
                os.kill(self._process.pid, signal.SIGUSR1)
            asyncio.get_running_loop().call_later(0.1, self._process.kill)
        else:
            self._process.kill()

    def _outcome(self, code: int | None) -> Outcome:
        if self._word is None and self._killed:
            kind: Any = self._killed if self._killed in ("stuck", "slow") else "killed"
            return self._ended(Outcome(kind, why=self._killed))
        if self._word is None or self._spoiled:
            return self._ended(without_word(code, self._spoiled))
        return self._ended(from_word(self._word))

    def _ended(self, outcome: Outcome) -> Outcome:
        self.timeline.log("outcome", what=outcome.kind)
        return outcome

    # -- the server's gate ----------------------------------------------------------------------------------------

    def sends(self, events: int) -> None:
        if self._process is not None:
            self._process.drain()  # what it wrote before this was sent cannot show it
        self.screen.sent(events)

    async def hold(self, events: int, delivered: Callable[[], bool]) -> None:
        if self.screen.seen >= events or self._misses >= MISSES or self._over.is_set():
            return
        self.timeline.log("hold", events=events)
        self._held = True
        try:
            seen = await self._watch(lambda: self.screen.seen >= events or self._over.is_set(), delivered)
        finally:
            self._held = False
        if not seen:
            self._misses += 1
        if not self._over.is_set():
            self.timeline.log("seen" if seen else "missed", events=events)

    async def linger(self, gone: asyncio.Event, delivered: Callable[[], bool]) -> None:
        self.timeline.log("linger")
        self._held = True
        try:
            left = await self._watch(lambda: gone.is_set() or self._over.is_set(), delivered)
        finally:
            self._held = False
        why = "ended" if self._over.is_set() else "closed" if left else "idle"
        self.timeline.log("unlinger", why=why)

    async def _watch(self, done: Callable[[], bool], delivered: Callable[[], bool]) -> bool:
        """True as soon as `done`; False once the process is known to rest, everything having been delivered to it."""
        rest = pulse.Rest()
        patience = PATIENCE if pulse.AVAILABLE else round(BLIND_S / TICK_S)
        while not done():
            self._appeared.clear()
            if await _within(self._appeared, TICK_S):
                continue
            assert self._process is not None
            if not delivered() and rest.dozing < DOZE:
                rest.idle = 0
                rest.dozing += 1
                continue
            rest.add(pulse.look(self._process.pid) if pulse.AVAILABLE else None)
            worn_out = rest.idle >= patience or rest.dozing >= DOZE or rest.looks >= BUSY
            if worn_out and not self._appeared.is_set():
                return done()
        return True


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
