"""One run: a scenario is replayed to the learner's process, and everything that happens goes on one timeline."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from grader.errors import GraderFault
from grader.feeding import Fed, Feeding
from grader.holding import MISSES, Holding
from grader.jail import pulse, scratch
from grader.jail.jail import Jail, Process
from grader.jail.privileges import next_user
from grader.jail.spec import Limits, Spec
from grader.listening import Listening
from grader.outcome import Outcome, standing_at
from grader.replay.provider import Provider
from grader.replay.seen import Screen
from grader.replay.server import ReplayServer
from grader.scenario import Asks, Call, Feed, Reads, Scenario, Settings, Submission, derive
from grader.stream.body import join
from grader.stream.fixture import Fixture
from grader.stream.reply import Reply
from grader.stream.salt import Salted, salt
from grader.stream.script import Script, script
from grader.timeline import Moment, Timeline

__all__ = ["MISSES", "Record", "perform"]


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
    fed: list[Fed]  # of a feed: what came of each stream

    @property
    def request(self) -> Moment:
        """The first request. Raises LookupError where there was none."""
        request = self.timeline.first("request")
        if request is None:
            raise LookupError("no request was sent")
        return request

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
    limits: Limits | None = None,
) -> Record:
    """Plays `scenario` to the submission and returns the record. Raises GraderFault where the kit itself fails."""
    settings = Settings.from_seed(derive(seed, "settings"))
    if scenario.edit is not None:
        fixture = replace(fixture, body=join(scenario.edit(fixture.parts)))
    salted = salt(fixture, derive(seed, "salt"), model=settings.model, finish=scenario.finish)
    timeline = Timeline()
    feeding = Feeding(scenario.streams(seed), timeline) if isinstance(scenario, Feed) else None
    pieces = salted.reply.pieces
    # Up to the last piece of text: what comes behind it shows nothing, and is not always sent.
    asked = Asked(scenario, salted.reply, timeline)
    run = Listening(timeline, Screen(pieces, live=True), salted.reply.last_content + 1, jail, feeding or asked)
    provider = Provider(
        salted, settings.key, settings.model, settings.prefix, _player(scenario, seed), before=scenario.before
    )
    holding = Holding(run)
    asked.still = holding.still
    limits = limits or Limits()
    server = ReplayServer(provider, timeline, holding, room=limits.connections, dials=limits.dials)
    if feeding is not None:
        feeding.until = holding.until
    user = next_user() if jail.drops else None
    folder = scratch.make(submission.name, submission.source, call.path, user)
    try:
        port = await server.start()
        variables = {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{port}{settings.prefix}",
            "OPENAI_API_KEY": settings.key,
            "MODEL": settings.model,
        }
        spec = _spec(
            submission,
            call,
            folder,
            variables,
            port,
            user=user,
            fed=feeding is not None,
            anew=getattr(scenario, "anew", False),
            trace=trace,
            limits=limits,
        )
        run.watches = [lambda: _overfull(folder, run.process, spec.limits), lambda: server.crowded]
        outcome = await run.play(spec)
        if outcome.kind in ("stuck", "slow") and not outcome.why and server.half_asked:
            outcome.why = "began a request, never finished it, and was stopped"
        if outcome.kind in ("stuck", "slow"):
            outcome.error = standing_at(folder.standing(), spec.file)
        if feeding is not None:
            outcome = feeding.ending(outcome)
    finally:
        await server.stop()
        asyncio.get_running_loop().run_in_executor(None, folder.remove)  # a busy disk takes its time
    if server.trouble is not None:
        what = f"{type(server.trouble).__name__}: {server.trouble}"
        raise GraderFault(f"the replay server failed ({what}). Run it again, and report it with the seed if it stays.")
    timeline.settle()
    return Record(
        scenario, seed, call, variables, settings.prefix, salted, provider.played, timeline, outcome,
        timeline.output("stdout"), timeline.output("stderr"), submission.source, run.screen.seen,
        feeding.fed if feeding else [],
    )  # fmt: skip


def _spec(
    submission: Submission,
    call: Call,
    folder: scratch.Scratch,
    variables: dict[str, str],
    port: int,
    *,
    user: int | None,
    fed: bool,
    anew: bool,
    trace: bool,
    limits: Limits,
) -> Spec:
    return Spec(
        file=str(folder.code / submission.name),
        function=call.function,
        args=[arg.to_json() if isinstance(arg, Asks | Reads) else arg for arg in call.args],
        path=[str(path) for path in folder.readable],
        env={**folder.environment(), **variables},
        cwd=str(folder.work),
        port=port,
        where=str(folder.where),
        reads=[str(path) for path in folder.readable],
        writes=[str(path) for path in folder.writable],
        user=user,
        given=call.given,
        validates=call.validates,
        fed=fed,
        anew=anew,
        trace=trace,
        limits=limits,
    )


def _overfull(folder: scratch.Scratch, process: Process | None, limits: Limits) -> str:
    size, entries, hidden = folder.use(limits.entries)
    if hidden:
        return "made folders that cannot be looked into and was stopped"
    if entries > limits.entries:
        return f"made more than {limits.entries} files and was stopped"
    if size + (pulse.hidden(process.pid) if process is not None else 0) > limits.folder:
        return f"wrote more than {limits.folder // 1024**2} MB to files and was stopped"
    return ""


class Asked:
    """Answers a learner's function that asks about a text, with what the scenario says of this reply."""

    def __init__(self, scenario: Scenario, reply: Reply, timeline: Timeline) -> None:
        self._judge = scenario.judge(reply) if scenario.judge is not None else lambda text: True
        self._timeline = timeline
        self.still: Callable[[], Awaitable[None]] | None = None  # how it waits for what other threads show meanwhile

    async def answer(self, what: str, about: Any) -> bool:
        if self.still is not None:
            await self.still()
        answer = isinstance(about, str) and self._judge(about)
        self._timeline.log("ask", what=what, about=about, answer=answer)
        return answer

    def told(self, what: str, about: Any) -> None:
        """Nothing is told in a run with a server."""


def _player(scenario: Scenario, seed: int) -> Callable[[Salted], Script]:
    def play(salted: Salted) -> Script:
        reads = scenario.cut(salted.parts, random.Random(derive(seed, "cut")))
        if scenario.play is not None:
            return scenario.play(salted.parts, reads)
        return script(
            salted.parts,
            reads,
            hold=scenario.hold,
            linger=scenario.stays_open,
            wait_at=scenario.keeps_back(salted.reply) if scenario.keeps_back else None,
        )

    return play
