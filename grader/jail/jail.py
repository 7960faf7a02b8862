"""The judge's side of the learner's process: starts runs, listens to them, ends them.

`Forked` asks the warm parent for a child a run; `Fresh` starts an interpreter a run, for systems without fork. Both
speak the protocol of `spec`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from grader.errors import GraderFault
from grader.jail.launch import Launched, at_most, import_grader
from grader.jail.pipes import Listener, Pipes
from grader.jail.spec import Spec
from grader.jail.tiers import SEPARATE, Confinement


class Refused(Exception):
    """A run that is not started any more; the text says why."""


class ParentDied(GraderFault):
    """The warm parent is gone; a run may have killed it."""


GONE_S = 5.0  # from a kill to the news of it
IMPORTS_S = 20  # of a processor, for what a fresh interpreter imports: with the SDK several seconds on a slow machine
START_S = 120.0  # for the warm parent's imports; a machine that needs longer is broken, not slow


@dataclass
class Process:
    """A run's process. `ended` gives its exit code (negative: the signal that killed it)."""

    pid: int
    ended: asyncio.Future[int]
    kill: Callable[[], None]
    drain: Callable[[], None]  # takes in what it has shown up to now
    answer: Callable[[Any], None]  # sends it a line of JSON, for what it has asked

    async def end(self) -> None:
        """Kills it, and waits until it is gone."""
        self.kill()
        await asyncio.wait([self.ended], timeout=GONE_S)


class Jail(Protocol):
    confinement: Confinement  # as a probe has seen it; known once it has started
    drops: bool  # each run becomes a user of its own

    async def start(self, libraries: list[str], port: int, key: str) -> None: ...

    async def run(self, spec: Spec, stdout: Listener, stderr: Listener, word: Listener) -> Process: ...

    async def stop(self) -> None: ...


def forks(kind: str | None = None) -> bool:
    """Is it to be the warm parent? Unless another jail is named, wherever there is fork."""
    return (kind or os.environ.get("GRADER_JAIL") or ("forked" if hasattr(os, "fork") else "fresh")) != "fresh"


def open_jail(kind: str | None = None, launched: Launched | None = None) -> Jail:
    """The strongest that this system offers, or the named one ("forked", "fresh")."""
    return Forked(launched) if forks(kind) else Fresh()


class Forked:
    """Runs are children of one warm parent."""

    def __init__(self, launched: Launched | None = None) -> None:
        self._parent = launched
        self._inbox = b""
        self._ready: asyncio.Future[None] | None = None
        self._starting: dict[int, asyncio.Future[int]] = {}
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._runs = 0
        self.confinement, self.drops = UNKNOWN, False

    async def start(self, libraries: list[str], port: int, key: str) -> None:
        self._parent = self._parent or Launched(libraries)
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        loop.add_reader(self._parent.control, self._listen)
        try:
            self._parent.send({"port": port, "key": key})
            await asyncio.wait_for(asyncio.shield(self._ready), START_S)
        except OSError:
            raise self._died() from None
        except TimeoutError:
            raise GraderFault(
                "the warm parent did not come up in two minutes. Run again; if it stays so: `make clean grade`."
            ) from None

    async def run(self, spec: Spec, stdout: Listener, stderr: Listener, word: Listener) -> Process:
        pipes = Pipes([stdout, stderr, word])
        loop = asyncio.get_running_loop()
        self._runs += 1
        started = self._starting[self._runs] = loop.create_future()
        try:
            assert self._parent is not None
            self._parent.send({"run": self._runs, "spec": spec.dump().decode()}, pipes.theirs)
            pipes.hand_over()
            pid = await asyncio.shield(started)
        except (BrokenPipeError, ConnectionResetError):
            raise self._died() from None
        except asyncio.CancelledError:  # it starts all the same
            await self._abandon(started, pipes)
            raise
        return self._process(pid, pipes)

    def _process(self, pid: int, pipes: Pipes) -> Process:
        ended = self._ended.setdefault(pid, asyncio.get_running_loop().create_future())
        ended.add_done_callback(lambda _: self._finish(pid, pipes))
        return Process(pid, ended, lambda: self._end(pid), pipes.drain, pipes.answer)

    async def _abandon(self, started: asyncio.Future[int], pipes: Pipes) -> None:
        done, _ = await asyncio.wait([started], timeout=GONE_S)
        if done and started.exception() is None:
            await self._process(started.result(), pipes).end()
        else:
            pipes.read_rest()

    def _finish(self, pid: int, pipes: Pipes) -> None:
        self._ended.pop(pid, None)
        pipes.read_rest()

    async def stop(self) -> None:
        if self._parent is None:
            return
        with contextlib.suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(self._parent.control)
        self._parent.close()
        process = self._parent.process
        if self._ready is None or not self._ready.done():
            process.kill()  # still warming up: it has no children, and would listen only when that is done
        gone = asyncio.get_running_loop().run_in_executor(None, process.wait)  # with a limit it would poll
        try:
            await asyncio.wait_for(asyncio.shield(gone), 5)
        except TimeoutError:
            process.kill()
            await gone

    # -- the control socket ---------------------------------------------------------------------------------------

    def _end(self, pid: int) -> None:
        if self._parent is not None:
            with contextlib.suppress(OSError):
                self._parent.send({"end": pid})

    def _listen(self) -> None:
        assert self._parent is not None
        try:
            data = self._parent.control.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._fail_all()
            return
        self._inbox += data
        while len(self._inbox) >= 4:
            (length,) = struct.unpack_from("=I", self._inbox)
            if len(self._inbox) < 4 + length:
                return
            message, self._inbox = json.loads(self._inbox[4 : 4 + length]), self._inbox[4 + length :]
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        if "ready" in message and self._ready is not None:
            self.confinement, self.drops = _as_reached(message["ready"])
            self._ready.set_result(None)
        elif "pid" in message:
            self._ended.setdefault(message["pid"], loop.create_future())
            self._starting.pop(message["run"]).set_result(message["pid"])
        elif "fault" in message:
            ended = self._ended.get(message["fault"])
            if ended is not None and not ended.done():
                ended.set_exception(GraderFault(f"a run could not be set up: {message['message']}"))
        elif "ended" in message:
            ended = self._ended.get(message["ended"]["pid"])
            if ended is not None and not ended.done():
                ended.set_result(message["ended"]["status"])

    def _fail_all(self) -> None:
        assert self._parent is not None
        asyncio.get_running_loop().remove_reader(self._parent.control)
        fault = self._died()
        for future in [self._ready, *self._starting.values(), *self._ended.values()]:
            if future is not None and not future.done():
                future.set_exception(fault)
                future.exception()  # retrieved: those who wait get it again

    def _died(self) -> ParentDied:
        last = self._parent.last_words() if self._parent else "it never started"
        return ParentDied(f"the warm parent died: {last}. Run again; if it stays so, reinstall: `make clean grade`.")


class Closed:
    """Starts nothing: each run is one that was ended before it began, for the reason given."""

    def __init__(self, why: str) -> None:
        self.why = why
        self.confinement, self.drops = UNKNOWN, False

    async def start(self, libraries: list[str], port: int, key: str) -> None:
        return None

    async def run(self, spec: Spec, stdout: Listener, stderr: Listener, word: Listener) -> Process:
        raise Refused(self.why)

    async def stop(self) -> None:
        return None


class Fresh:
    """Each run is an interpreter of its own: slower, and the same protocol."""

    def __init__(self) -> None:
        self.confinement, self.drops = UNKNOWN, False

    async def start(self, libraries: list[str], port: int, key: str) -> None:
        said = await asyncio.get_running_loop().run_in_executor(None, probed)
        self.confinement, self.drops = _as_reached(said)

    async def run(self, spec: Spec, stdout: Listener, stderr: Listener, word: Listener) -> Process:
        pipes = Pipes([stdout, stderr, word])
        spec = replace(spec, limits=replace(spec.limits, cpu_s=spec.limits.cpu_s + IMPORTS_S))
        with tempfile.TemporaryFile() as order:
            order.write(spec.dump())
            order.seek(0)
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-c",
                    _AS_FRESH.format(ends=pipes.theirs, tier=self.confinement.tier, grader=import_grader()),
                ],
                stdin=order,
                env=spec.env,
                pass_fds=pipes.theirs,
            )
        pipes.hand_over()
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        waiter = loop.run_in_executor(None, process.wait)
        waiter.add_done_callback(lambda done: None if ended.done() else ended.set_result(done.result()))

        def finish(_: asyncio.Future[int]) -> None:
            _kill_group(process.pid)
            pipes.read_rest()

        ended.add_done_callback(finish)
        return Process(process.pid, ended, lambda: _kill_group(process.pid, process), pipes.drain, pipes.answer)

    async def stop(self) -> None:
        return None


UNKNOWN = Confinement(SEPARATE, ["unknown: nothing was started"])


def _as_reached(told: dict[str, Any]) -> tuple[Confinement, bool]:
    return Confinement(told["tier"], told["missing"]), told["drops"]


_AS_PROBE = """
{grader}
from grader.jail.probe import main
main({tier!r})
"""


def probed() -> dict[str, Any]:
    """Tries, in a process of its own, how far a run can be confined: `tier`, `missing`, `drops`. Raises GraderFault."""
    source = _AS_PROBE.format(grader=import_grader(), tier=at_most())
    said = subprocess.run(
        [sys.executable, "-P", "-c", source], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if said.returncode != 0:
        last = said.stderr.strip().splitlines() or ["it said nothing"]
        raise GraderFault(f"how far a run can be confined could not be tried: {last[-1]}")
    told: dict[str, Any] = json.loads(said.stdout)
    return told


_AS_FRESH = """
{grader}
from grader.jail import child
from grader.jail.confine import Confining
from grader.jail.pipes import Listener, Pipes
from grader.jail.spec import Spec
spec = Spec.load(sys.stdin.buffer.read())
confining = Confining({tier!r})
child.become(spec, confining, confining.rules(spec), {ends})
child.run(spec)
"""


def _kill_group(pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
    import signal

    with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
        os.killpg(pid, signal.SIGKILL)
    if process is not None:
        process.kill()
