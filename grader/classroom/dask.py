"""The same work on a Dask cluster. A task carries the submission's bytes and returns a report as JSON, nothing else.

The scheduler may restart and workers may die: what they had in hand is sent again, and what is done has been stored.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.challenge import Challenge, find_kit, load_all
from grader.classroom import ram
from grader.classroom.judge import Judge, Unfit, never_graded
from grader.classroom.task import Task
from grader.errors import UsageError

RETRIES = (
    2  # of a task that raises; a worker's death is the scheduler's to count (distributed.scheduler.allowed-failures)
)
PATIENCE_S = 300.0  # for a scheduler that is away
CONNECT_S = 10.0
COUNT_S = 1.0  # after which workers are counted anew
AHEAD = 4  # tasks that a cluster has, for each thread of its workers; so memory stays flat here and there

Tls = tuple[Path | None, Path | None, Path | None]  # the authority's certificate, our own, our key


class Cluster:
    """A client of a scheduler. A context manager."""

    def __init__(
        self,
        address: str,
        challenges: Sequence[Challenge],
        *,
        tls: Tls = (None, None, None),
        tell: Callable[[str], None] = lambda what: None,
    ) -> None:
        """`tell` is told when there is nobody to do the work, and when the scheduler is away."""
        self._address, self._tls, self._tell = address, tls, tell
        self._told_of_no_workers = False
        self._counted, self._most = float("-inf"), 0
        self._challenges = {challenge.id: challenge for challenge in challenges}
        self._client: Any = None
        self._under_way: dict[Any, Task] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __enter__(self) -> Cluster:
        """Raises UsageError where there is no scheduler, or no distributed."""
        self._client = self._connected(time.monotonic())
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(Exception):  # whatever is wrong with the cluster now is not our business any more
            self._client.cancel(list(self._under_way), force=True)
            self._client.close(timeout=5)

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, str]]:
        """Each task with its report as JSON, as they get done. Raises Unfit, and UsageError without a scheduler."""
        rest = iter(tasks)
        while True:
            self._fill(rest)
            if not self._under_way:
                return
            with contextlib.suppress(queue.Empty):
                for result in self._finished(self._done_now()):
                    yield result
                    self._fill(rest)  # storing takes its time, too

    def _fill(self, rest: Iterator[Task]) -> None:
        for task in itertools.islice(rest, max(0, self._room() - len(self._under_way))):
            self._submit(task)

    def _done_now(self) -> list[Any]:
        """All futures that are done by now, at least one. Raises Empty where none is for a second."""
        done = [self._done.get(timeout=1.0)]
        while not self._done.empty():
            done.append(self._done.get())
        return done

    def _room(self) -> int:
        """How many tasks the cluster may have now; workers come and go."""
        if time.monotonic() < self._counted + COUNT_S:
            return self._most
        try:
            threads = sum(self._client.nthreads().values())
            if not threads and not self._told_of_no_workers:
                self._tell(f"{self._address} has no workers; waiting for some: `dask worker {self._address}`")
            self._told_of_no_workers = not threads
        except Exception:  # it is away, which its futures will say
            threads = 0
        self._counted, self._most = time.monotonic(), max(2, AHEAD * threads)
        return self._most

    def _submit(self, task: Task) -> None:
        future = self._client.submit(grade_there, task.to_json(), pure=False, retries=RETRIES)
        self._under_way[future] = task
        future.add_done_callback(self._done.put)

    def _finished(self, futures: list[Any]) -> Iterator[tuple[Task, str]]:
        known = [future for future in futures if future in self._under_way]  # others: of before the scheduler's restart
        reports = self._reports([future for future in known if future.status == "finished"])
        for future in known:
            task = self._under_way.pop(future, None)
            if task is None:  # it was sent again meanwhile, with all that the scheduler had
                continue
            if future in reports:
                yield task, reports[future]
            elif future.status == "error":
                error = future.exception()
                if isinstance(error, Unfit):
                    raise error
                yield task, self._given_up(task, error)
            else:  # lost or cancelled: the scheduler went away, or the worker that held the report
                self._again(task)

    def _reports(self, futures: list[Any]) -> dict[Any, str]:
        """What cannot be fetched is left out. One by one: only so there is a limit where the scheduler goes away."""
        reports = {}
        for future in futures:
            with contextlib.suppress(Exception):
                reports[future] = future.result(timeout=CONNECT_S)
        return reports

    def _given_up(self, task: Task, error: BaseException) -> str:
        why = f"{type(error).__name__}: {error}".partition("\n")[0]
        return never_graded(self._challenges[task.challenge], task, why)

    def _again(self, task: Task) -> None:
        """Sends again what was lost: to a new client, if the old one has lost its scheduler."""
        until = time.monotonic() + PATIENCE_S
        while True:
            if not self._is_up():
                self._tell(f"{self._address} does not answer; waiting for it")
                lost = [task, *self._under_way.values()]
                self._under_way.clear()
                with contextlib.suppress(Exception):
                    self._client.close(timeout=1)
                self._client = self._connected(until)
            else:
                lost = [task]
            try:
                for one in lost:
                    self._submit(one)
                return
            except Exception:  # it went away once more; what was sent to it is in `lost` again
                if time.monotonic() > until:
                    raise self._no_scheduler("it does not stay up") from None

    def _is_up(self) -> bool:
        try:
            return bool(self._client.status == "running" and self._client.sync(self._client.scheduler.identity))
        except Exception:
            return False

    def _connected(self, until: float) -> Any:
        try:
            from distributed import Client as Unchecked
        except ImportError:
            raise UsageError(
                "distributed is not installed, which --scheduler needs: `pip install 'stream-challenge-kit[class]'`."
            ) from None
        Client: Any = Unchecked  # noqa: N806 - the library has no types
        for name in ("client", "core", "comm", "batched"):  # what ends is ours to say, and in a sentence
            logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL + 1)
        while True:
            try:
                return Client(
                    self._address, security=self._security(), timeout=CONNECT_S, set_as_default=False, name="grader"
                )
            except Exception as error:
                if time.monotonic() >= until:
                    raise self._no_scheduler(str(error).partition("\n")[0] or type(error).__name__) from None
                time.sleep(0.5)

    def _security(self) -> Any:
        from distributed import Security

        ca, certificate, key = (str(path) if path else None for path in self._tls)
        if not any((ca, certificate, key)):
            return None  # then Dask's own configuration says it
        return Security(tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key, require_encryption=True)  # type: ignore[no-untyped-call]

    def _no_scheduler(self, why: str) -> UsageError:
        return UsageError(
            f"--scheduler {self._address}: no Dask scheduler answers there ({why}). Start one with `dask scheduler`. "
            "What was graded before is stored; the same command goes on where it stopped."
        )


# -- on a worker -------------------------------------------------------------------------------------------------------

_lock = threading.Lock()
_judge: Judge | None = None


def grade_there(order: dict[str, Any]) -> str:
    """Runs on a Dask worker, whose parents are warm from the first task on."""
    return _its_judge().report(Task.from_json(order))


def _its_judge() -> Judge:
    global _judge
    with _lock:
        if _judge is None:
            os.environ.update(ram.scratch())
            tempfile.tempdir = None
            kit = find_kit()
            judge = Judge(kit, [challenge.id for challenge in load_all(kit)])
            judge.__enter__()  # for as long as the worker lives; the parents see it die
            _judge = judge
        return _judge
