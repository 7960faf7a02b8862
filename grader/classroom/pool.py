"""The local pool: worker processes, each with warm parents of its own, which live as long as the pool does.

A worker may die: killed, out of memory, or by what it grades. What it had in hand is then graded again, one at a time
by a worker that has nothing else in hand, so that only what kills it alone is given up, as a fault of ours.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.challenge import Challenge, Kit
from grader.classroom import frames, ram
from grader.classroom.judge import Unfit, never_graded
from grader.classroom.task import Task
from grader.errors import GraderFault
from grader.jail.launch import import_grader

AT_ONCE = 2  # gradings of a worker that are under way
AHEAD = 1  # tasks that lie ready at a worker, so that none waits for its next
DEATHS = 3  # of workers with the same task in hand, then it is given up
QUIET_S = 1800.0  # in which a worker that has something in hand finishes none of it: then it hangs
SEND_S = 60.0  # for a worker to take what it is sent; one that has been stopped takes nothing
_AS_WORKER = "{grader}\nfrom grader.classroom.worker import main\nmain({fd})"


def processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(eq=False)
class Job:
    task: Task
    deaths: int = 0


@dataclass(eq=False)
class Worker:
    """Our side of a worker's process."""

    process: subprocess.Popen[bytes]
    end: socket.socket
    errors: Any
    in_hand: dict[int, Job] = field(default_factory=dict)
    inbox: frames.Inbox = field(default_factory=frames.Inbox)
    heard: float = field(default_factory=time.monotonic)
    ready: bool = False
    alone: bool = False  # it grades one that a worker may have died of

    def last_words(self) -> str:
        self.errors.seek(0)
        said = self.errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        return str(said[-1]) if said else f"it said nothing, and left with {self.process.poll()}"


class Pool:
    """A context manager."""

    def __init__(self, challenges: Sequence[Challenge], jobs: int, *, at_once: int = AT_ONCE) -> None:
        self._challenges = {challenge.id: challenge for challenge in challenges}
        self._kit: Kit = challenges[0].kit
        self._jobs, self._at_once = jobs, at_once
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._suspects: deque[Job] = deque()
        self._numbers = 0
        self._never_ready = 0  # workers in a row that died before they were ready

    def __enter__(self) -> Pool:
        for _ in range(self._jobs):
            self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        for worker in self._workers:
            worker.end.close()  # it ends its runs, and leaves
        for worker in self._workers:
            try:
                worker.process.wait(10)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.errors.close()
        self._workers.clear()
        self._selector.close()

    @property
    def workers(self) -> list[int]:
        """The ids of their processes."""
        return [worker.process.pid for worker in self._workers]

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, str]]:
        """Each task with its report as JSON, as they get done. Tasks are taken when there is room for them.

        Raises GraderFault where workers do not come up, and Unfit where the kit was changed meanwhile.
        """
        rest = iter(tasks)
        more = True
        while True:
            self._hand_out_suspect()
            more = more and self._hand_out(rest)
            if not more and not self._suspects and not any(worker.in_hand for worker in self._workers):
                return
            for key, _ in self._selector.select(1.0):
                yield from self._listen(key.data)
            yield from self._end_those_that_hang()

    # -- handing out ------------------------------------------------------------------------------------------------

    def _hand_out(self, rest: Iterator[Task]) -> bool:
        """False once there are no more tasks."""
        for room in range(1, self._at_once + AHEAD + 1):  # all workers get one before one gets two
            for worker in self._workers:
                if worker.alone or len(worker.in_hand) >= room:
                    continue
                task = next(rest, None)
                if task is None:
                    return False
                self._give(worker, Job(task))
        return True

    def _hand_out_suspect(self) -> None:
        """The worker that has the least in hand gets no more until it is done; then it gets the suspect."""
        if not self._suspects:
            return
        worker = next((w for w in self._workers if w.alone), None) or min(self._workers, key=lambda w: len(w.in_hand))
        worker.alone = True
        if not worker.in_hand:
            self._give(worker, self._suspects.popleft())

    def _give(self, worker: Worker, job: Job) -> None:
        self._numbers += 1
        if not worker.in_hand:
            worker.heard = time.monotonic()
        worker.in_hand[self._numbers] = job
        with contextlib.suppress(OSError):  # it is dead, which is heard, or takes nothing: then it hangs
            frames.send(worker.end, {"id": self._numbers, "task": job.task.to_json()})

    # -- listening --------------------------------------------------------------------------------------------------

    def _listen(self, worker: Worker) -> Iterator[tuple[Task, str]]:
        try:
            data = worker.end.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            yield from self._bury(worker)
            return
        worker.heard = time.monotonic()
        for message in worker.inbox.take(data):
            if "ready" in message:
                worker.ready, self._never_ready = True, 0
                continue
            if "unfit" in message:
                raise Unfit(message["unfit"])
            job = worker.in_hand.pop(message["id"])
            worker.alone = worker.alone and bool(self._suspects)
            yield job.task, message.get("report") or self._given_up(job, message["fault"])

    def _bury(self, worker: Worker) -> Iterator[tuple[Task, str]]:
        self._selector.unregister(worker.end)
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.wait()
        last_words = worker.last_words()
        worker.end.close()
        worker.errors.close()
        if not worker.ready:
            self._never_ready += 1
            if self._never_ready >= DEATHS:
                raise GraderFault(f"the workers do not come up: {last_words}. What was graded before is stored.")
        self._start()
        for job in worker.in_hand.values():
            job.deaths += worker.ready  # else it had not begun
            if job.deaths >= DEATHS:
                yield job.task, self._given_up(job, f"{job.deaths} workers died while they graded it")
            else:
                self._suspects.append(job)

    def _end_those_that_hang(self) -> Iterator[tuple[Task, str]]:
        for worker in list(self._workers):
            if worker.ready and worker.in_hand and time.monotonic() - worker.heard > QUIET_S:
                yield from self._bury(worker)

    def _given_up(self, job: Job, why: str) -> str:
        return never_graded(self._challenges[job.task.challenge], job.task, why)

    # -- workers ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _AS_WORKER.format(grader=import_grader(), fd=theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=os.environ | ram.scratch(),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        ours.settimeout(SEND_S)
        worker = Worker(process, ours, errors)
        orders = {"kit": str(self._kit.root.absolute()), "challenges": list(self._challenges), "at_once": self._at_once}
        with contextlib.suppress(OSError):
            frames.send(ours, orders)
        self._workers.append(worker)
        self._selector.register(ours, selectors.EVENT_READ, worker)
