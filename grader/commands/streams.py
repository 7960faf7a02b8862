"""`grader serve`, `grader play`, `grader record`: streams for people to watch, and to keep."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from grader.challenge import Challenge, find_kit, load_all, select
from grader.commands.endpoint import endpoint
from grader.errors import UsageError
from grader.replay import recorder
from grader.replay.background import Background
from grader.replay.provider import Provider
from grader.replay.server import ReplayServer
from grader.stream import cut
from grader.stream.body import event_ends
from grader.stream.fixture import Fixture, load
from grader.stream.salt import Salted, unsalted
from grader.stream.script import Pause, Script, paced
from grader.timeline import Timeline
from grader.untrusted import escaped

KEY = "sk-replay"
MODEL = "replayed-model"
UNKNOWN_PACE_MS = 40.0  # between two events of a fixture that was not recorded
RESTORED = "\x1b[0m\x1b[?25h\r"  # SGR reset, cursor shown, at the beginning of the line (ECMA-48, DECTCEM)
ASKED_FIRST_MS = 150.0  # a model thinks a little before its first token


def find_fixture(name: str) -> Fixture:
    """By path, by challenge (its `play` fixture), or as CHALLENGE/FIXTURE. Raises UsageError."""
    if name.endswith(".sse"):
        return load(Path(name))
    challenge, _, fixture = name.partition("/")
    chosen = select(load_all(find_kit()), [challenge])[0]
    if fixture:
        folder = chosen.kit.root / "fixtures" / chosen.id
        there = sorted(path.stem for path in folder.glob("*.sse"))
        if fixture not in there:
            raise UsageError(f"{chosen.id} has no fixture {fixture!r}. There are: {', '.join(there)}.")
    if not (fixture or chosen.card.play):
        raise UsageError(f"{chosen.id} is not about a server, so there is nothing to serve. Name another challenge.")
    return chosen.fixture(fixture or chosen.card.play)


def at_recorded_speed(fixture: Fixture, speed: float) -> Callable[[Salted], Script]:
    """A script maker: the recorded reads at their times, or an event every 40 ms where there are none."""

    def play(salted: Salted) -> Script:
        about = fixture.about
        if about.reads and len(salted.parts) == len(fixture.parts):
            reads = cut.as_recorded(fixture.parts, [length for _, length in about.reads])(
                salted.parts, random.Random(0)
            )
            times = [(ms - about.headers_ms) / speed for ms, _ in about.reads]
            if len(times) == len(reads):
                return paced(salted.parts, reads, times)
        reads = cut.lengths(sum(len(part.raw) for part in salted.parts), event_ends(salted.parts))
        times = [_unknown_pace(i) / speed for i in range(len(reads))]
        return paced(salted.parts, reads, times)

    return play


def _unknown_pace(event: int) -> float:
    return ASKED_FIRST_MS + UNKNOWN_PACE_MS * event


def provider(fixture: Fixture, speed: float) -> Provider:
    """A blocking reply comes when the last of the stream would have come: the model writes no faster for it."""
    reads = fixture.about.reads
    whole_ms = reads[-1][0] if reads else _unknown_pace(len(fixture.reply.events) - 1)
    return Provider(
        unsalted(fixture, model=MODEL), KEY, MODEL, "/v1", at_recorded_speed(fixture, speed),
        writes_it_first=(Pause(whole_ms / 1000 / speed),),
    )  # fmt: skip


def variables(port: int) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": KEY, "MODEL": MODEL}


def serve(name: str, port: int, speed: float) -> None:
    """Prints the three variables to export, and serves until it is interrupted."""
    asyncio.run(_serve(find_fixture(name), port, speed))


async def _serve(fixture: Fixture, port: int, speed: float) -> None:
    server = ReplayServer(provider(fixture, speed))
    port = await server.start(port)
    for variable, value in variables(port).items():
        print(f"export {variable}={value}")
    print(f"# replaying {fixture.name}: {fixture.about.note}\n# stop with Ctrl-C", flush=True)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, over.set)
    await over.wait()
    await server.stop()


def play(name: str, file: Path | None, live: bool) -> int:
    """Runs the learner's file as it stands, in this terminal: against the challenge's recorded reply, or `live`."""
    challenge = select(load_all(find_kit()), [name])[0]
    path = challenge.submission(file).path
    if live:
        endpoint()  # names a variable that is missing before the program does
    if live or not challenge.card.play:
        return _run_file(challenge, path, {})
    timeline = Timeline()
    with Background(ReplayServer(provider(challenge.fixture(challenge.card.play), 1.0), timeline)) as port:
        status = _run_file(challenge, path, {**variables(port), "NO_PROXY": "127.0.0.1"})
    for request in timeline.of("request"):
        if request["status"] != 200:
            answer = next((m["data"] for m in timeline.of("write") if m.at >= request.at), b"").decode(
                "utf-8", "replace"
            )
            _say(f"the server answered {request['status']}: {answer}")
    if timeline.first("request") is None:
        _say("your program sent no request to the server.")
    return status


def _say(sentence: str) -> None:
    """The program had the terminal to itself: colours, a hidden cursor or hidden text that it left behind end here."""
    clean = RESTORED if sys.stderr.isatty() else ""
    print(f"{clean}grader: {escaped(sentence)}", file=sys.stderr)


def _run_file(challenge: Challenge, path: Path, more: dict[str, str]) -> int:
    env = {**os.environ, **more, "PYTHONPATH": str(challenge.kit.challenges)}
    with subprocess.Popen([sys.executable, str(path)], env=env) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            return 130


def record(target: Path, prompt: str, include_usage: bool, max_tokens: int | None, force: bool) -> None:
    """Records one reply; the three variables say from where."""
    if target.suffix != ".sse":
        raise UsageError(f"{target}: expected a path that ends in .sse, for example my-reply.sse")
    about = target.with_suffix(".toml")
    taken = next((path for path in (target, about) if path.exists()), None)
    if taken and not force:
        raise UsageError(f"{taken}: is there already. Choose another name, or --force to replace it.")
    there = endpoint()
    recording = recorder.record(
        there.base_url, there.key, there.model, prompt, include_usage=include_usage, max_tokens=max_tokens
    )
    recording.save(target)
    print(
        f"{target}: {len(recording.reads)} reads, {len(recording.body)} bytes in {recording.reads[-1][0] / 1000:.1f} s"
    )
    print(f"{about}: say in `note` what it is, and check `dialect`.")
