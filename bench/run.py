"""One more run of a check, as the grader does it, beside the bare fork floor (bench/floor.py).

Both are warm, both replay the same stream to the same solution. The floor's stream comes without holds from a bare
server in another process; the grader's is held, watched, and written down.
"""

from __future__ import annotations

import contextlib
import runpy
import time
from collections.abc import Iterator
from typing import Any

from bench import wire
from bench.measure import ROOT, Role, Row, alternately
from grader.challenge import Challenge, Kit, library_sets, load_all
from grader.replay.provider import Answer
from grader.scenario import Call, Scenario, Settings, derive
from grader.session import WARM_STREAM, Session
from grader.stream import body, cut
from grader.stream.fixture import About
from grader.stream.salt import salt
from grader.stream.script import script

TIMES = 60
BOUND = 2.0
SEED = 7
PROMPT = "Tell me about the rocket and the weather in 40 words."
RUNS: list[tuple[str, str, tuple[Any, ...]]] = [("01", "PLAIN", ()), ("02", "OPENAI", (True,))]


def rows() -> Iterator[Row]:
    challenges = load_all(Kit(ROOT))
    libraries = library_sets(challenges)[-1]
    with contextlib.ExitStack() as stack:
        warmth = stack.enter_context(Role("bench.bare", wire.as_text(_warm_writes())))
        floor = stack.enter_context(Role("bench.floor", [libraries, warmth.said]))
        session = stack.enter_context(Session(libraries))
        session.ready()
        for number, name, arguments in RUNS:
            challenge = next(c for c in challenges if c.number == number)
            scenario = runpy.run_path(str(challenge.folder / "checks.py"))[name]
            yield _compared(challenge, scenario, arguments, session, floor)


def _compared(
    challenge: Challenge, scenario: Scenario, arguments: tuple[Any, ...], session: Session, floor: Role
) -> Row:
    submission, fixture = challenge.submission(challenge.solution), challenge.fixture(scenario.fixture)
    call = Call(challenge.card.function, (PROMPT, *arguments), (challenge.kit.challenges,), challenge.card.given)
    answer, text = sent(challenge, scenario, asks_for_usage=bool(arguments and arguments[0]))
    settings = Settings.from_seed(derive(SEED, "settings"))

    def perform() -> float:
        started = time.perf_counter()
        record = session.perform(scenario, fixture, submission, call, seed=SEED)
        taken = time.perf_counter() - started
        value = record.outcome.value
        got = value.get("text", value.get("items", [None])[0]) if isinstance(value, dict) else None
        if got != text or record.timeline.first("missed"):
            raise RuntimeError(f"a run of {challenge.id} did not go well: {record.outcome}")
        return taken

    with Role("bench.bare", wire.as_text(wire.writes(answer))) as server:
        env = {"OPENAI_BASE_URL": f"http://127.0.0.1:{server.said}{settings.prefix}", "OPENAI_API_KEY": settings.key}
        order = {
            "file": str(challenge.solution),
            "path": [str(path) for path in call.path],
            "function": call.function,
            "args": call.args,
            "env": {**env, "MODEL": settings.model},
            "text": text,
        }
        name = f"run: {challenge.number}, {scenario.id}"
        return alternately(name, perform, lambda: floor.ask(order), times=TIMES, bound=BOUND, before=5)


def sent(challenge: Challenge, scenario: Scenario, *, asks_for_usage: bool) -> tuple[Answer, str]:
    """What the replay server sends in this scenario, as one answer, and the text in it."""
    fixture = challenge.fixture(scenario.fixture)
    assert scenario.edit is None and scenario.cut is cut.one_event_a_read, "only a plain scenario is the same for both"
    model = Settings.from_seed(derive(SEED, "settings")).model
    salted = salt(fixture, derive(SEED, "salt"), model=model, finish=scenario.finish)
    salted = salted if asks_for_usage else salted.without_usage()
    plays = script(salted.parts, [len(part.raw) for part in salted.parts], hold=False)
    return Answer(200, fixture.about.headers_to_send, script=plays), salted.reply.text


def _warm_writes() -> list[bytes]:
    parts = body.parts(WARM_STREAM)
    headers = About(origin="hand-made", note="warm-up", dialect="openai").headers_to_send
    return wire.writes(Answer(200, headers, script=script(parts, [len(part.raw) for part in parts], hold=False)))
