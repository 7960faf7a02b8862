"""One run: a scenario is replayed to the learner's process, and everything that happens goes on one timeline."""

from __future__ import annotations

import asyncio
import hashlib
import random
import secrets
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from grader.jail import pulse, scratch
from grader.jail.jail import Jail, Process, Refused
from grader.jail.spec import MAX_OUTPUT, MAX_WORD, Limits, Spec, parse_line
from grader.replay.provider import Provider
from grader.replay.seen import Screen
from grader.replay.server import ReplayServer
from grader.stream import cut
from grader.stream.body import Part, join
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
STUCK = 20  # of those at rest, and a run that waits for what does not come is ended
BLIND_S = 1.5  # where the system does not tell what a process does
MISSES = 2  # after so many, the server stops waiting: the case is clear

Finish = Literal["stop", "length"]
Edit = Callable[[Sequence[Part]], list[Part]]


@dataclass(frozen=True)
class Scenario:
    """What to replay, and how. The same for every learner; a seed makes one stream of it."""

    id: str
    title: str
    fixture: str
    cut: cut.Cut = cut.one_event_a_read
    finish: Finish | None = None  # instead of the one that the seed would choose
    stays_open: bool = False  # the body is not ended after [DONE]
    hold: bool = True
    edit: Edit | None = None  # changes the parts of the fixture before they are salted
    keeps_back: Callable[[Reply], int | None] | None = (
        None  # an event that is kept back until the program ends, or waits
    )
    trait: str = ""  # what this stream has that the plain one has not; diagnosis starts from it


@dataclass(frozen=True)
class Submission:
    """A learner's file."""

    name: str  # as the challenge calls it
    source: bytes
    path: Path  # where it was read from, for messages

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()


@dataclass(frozen=True)
class Call:
    """Which function is called, and what the learner's file may import beside the installed packages."""

    function: str
    args: tuple[Any, ...]
    path: tuple[Path, ...] = ()
    model: str = ""


@dataclass
class Outcome:
    """How a run ended. `kind` "returned" holds `value`; "raised" and "exited" hold the exception as data in `error`;
    "stuck", "slow", "killed", "silent" (it left without a word) say why in `why`."""

    kind: Literal["returned", "raised", "exited", "missing", "syntax", "stuck", "slow", "killed", "silent"]
    value: Any = None
    error: dict[str, Any] = field(default_factory=dict)
    why: str = ""


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

    @property
    def reply(self) -> Reply:
        """What was sent; where nothing was, what would have been."""
        return (self.played[0] if self.played else self.salted).reply


def derive(seed: int, *names: str) -> int:
    """A seed for a part of the work, the same whatever is graded beside it and in which order."""
    digest = hashlib.sha256("/".join([str(seed), *names]).encode()).digest()
    return int.from_bytes(digest[:6], "big")


@dataclass(frozen=True)
class Settings:
    key: str
    model: str
    prefix: str

    @staticmethod
    def from_seed(seed: int) -> Settings:
        rng = random.Random(seed)
        tag = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(24))
        model = rng.choice(("swift", "amber", "cedar", "lumen", "quill")) + f"-{rng.randint(2, 99)}b-chat"
        return Settings(f"sk-replay-{tag}", model, rng.choice(("/v1", "/api/v1", "/openai/v1", f"/t{tag[:5]}/v1")))


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
    port = await server.start()
    folder = scratch.make(submission.name, submission.source)
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
        model=call.model,
        trace=trace,
    )
    try:
        outcome = await run.play(spec)
    finally:
        await server.stop()
        folder.remove()
    run.timeline.settle()
    return Record(
        scenario, seed, call, variables, settings.prefix, salted, played, run.timeline, outcome,
        run.timeline.output("stdout"), run.timeline.output("stderr"), submission.source,
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
        self.screen = Screen(salted.reply.pieces)
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
        finally:
            process.kill()
        await process.ended
        return self._outcome(code)

    async def _until_over(self) -> None:
        """Waits for the word or the end, looking at the process now and then while the server is not waiting for it."""
        rest = pulse.Rest()
        while not await _within(self._over, LOOK_S):
            if self._held:
                rest = pulse.Rest()
                continue
            assert self._process is not None
            rest.add(pulse.look(self._process.pid) if pulse.AVAILABLE else None)
            if pulse.AVAILABLE and rest.idle >= STUCK:
                self._kill("stuck")
            elif rest.dozing * LOOK_S > self._limits.doze_s or rest.looks * LOOK_S > self._limits.wall_s:
                self._kill("slow")

    async def _until_gone(self) -> int | None:
        """After its word, a process may still finish its threads; one that does not end by itself is ended."""
        assert self._process is not None
        if self._process.ended.done():
            return self._process.ended.result()
        rest = pulse.Rest()
        for _ in range(100):
            done, _ = await asyncio.wait([self._process.ended], timeout=0.02)
            if done:
                return self._process.ended.result()
            rest.add(pulse.look(self._process.pid) if pulse.AVAILABLE else None)
            if rest.idle >= 5:
                break
        return None

    def _kill(self, why: str) -> None:
        if not self._killed:
            self._killed = why
            if self._process is not None:
                self._process.kill()

    def _outcome(self, code: int | None) -> Outcome:
        if self._word is None and self._killed:
            kind: Any = self._killed if self._killed in ("stuck", "slow") else "killed"
            return self._ended(Outcome(kind, why=self._killed))
        if self._word is None or self._spoiled:
            return self._ended(_without_word(code, self._spoiled))
        return self._ended(_from_word(self._word))

    def _ended(self, outcome: Outcome) -> Outcome:
        self.timeline.log("outcome", what=outcome.kind)
        return outcome

    # -- the server's gate ----------------------------------------------------------------------------------------

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
            if (rest.idle >= patience or rest.dozing >= DOZE) and not self._appeared.is_set():
                return done()
        return True


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


def _without_word(code: int | None, spoiled: str) -> Outcome:
    if code == -signal.SIGXCPU:
        return Outcome("slow", why="used up its processor time")
    if code is not None and code < 0:
        return Outcome("killed", why=f"was ended by signal {-code}")
    if spoiled:
        return Outcome("silent", why=spoiled)
    return Outcome("silent", why=f"left with exit code {code} before the function had returned")


def _from_word(word: dict[str, Any]) -> Outcome:
    kind = word.get("kind")
    if kind == "returned" and set(word) == {"kind", "value"}:
        return Outcome("returned", value=word["value"])
    if kind in ("raised", "exited", "missing", "syntax"):
        return Outcome(kind, error=word)
    return Outcome("silent", why="what it sent back is not what a run sends back")


def new_seed() -> int:
    """A seed that a submission cannot foresee."""
    return secrets.randbelow(10**9)
