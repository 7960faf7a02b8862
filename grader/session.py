"""A session: an event loop of its own, warm parents, and the runs that are played with them."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from grader.errors import GraderFault, UsageError
from grader.jail import jail as jails
from grader.jail.launch import Launched
from grader.replay.provider import Provider
from grader.replay.server import ReplayServer, no_loopback
from grader.running import Record, perform
from grader.stream import cut as cuts
from grader.stream.fixture import About, Fixture
from grader.stream.salt import salt
from grader.stream.script import script

T = TypeVar("T")

WARM_STREAM = b"""data: {"id":"chatcmpl-w","object":"chat.completion.chunk","created":1,"model":"warm","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

data: {"id":"chatcmpl-w","object":"chat.completion.chunk","created":1,"model":"warm","choices":[{"index":0,"delta":{"content":"warm"},"finish_reason":null}]}

data: {"id":"chatcmpl-w","object":"chat.completion.chunk","created":1,"model":"warm","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: [DONE]

"""  # noqa: E501 - a stream is what it is


class _Cell:
    """A jail, and what its warm parent knows."""

    def __init__(self, libraries: list[str], launched: Launched | None) -> None:
        self.libraries, self.launched = libraries, launched
        self.jail: jails.Jail | None = None
        self.started: Future[None] = Future()
        self.alone = threading.Lock()


class Session:
    """Plays runs. A context manager.

    Each set of libraries has a warm parent of its own, so that what needs little need not wait for what needs much.
    """

    def __init__(
        self,
        *sets: list[str],
        jail: str | None = None,
        jobs: int = 4,
        launched: list[Launched] | None = None,
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="replay", daemon=True)
        self._kind, self.jobs = jail, jobs
        self._cells = [_Cell(libraries, launched[i] if launched else None) for i, libraries in enumerate(sets)]
        self._aborted = False

    def __enter__(self) -> Session:
        self._thread.start()
        for cell in self._cells:
            cell.started = self._submit(self._start(cell))
        return self

    async def _start(self, cell: _Cell) -> None:
        cell.jail = jails.open_jail(self._kind, cell.launched)
        cell.launched = None
        about = About(origin="hand-made", note="warm-up", dialect="openai")
        warm = salt(Fixture("warm", WARM_STREAM, about), 0, model="warm")
        provider = Provider(
            warm,
            "sk-warm",
            "warm",
            "/v1",
            lambda s: script(s.parts, cuts.one_event_a_read(s.parts, random.Random(0)), hold=False),
        )
        server = ReplayServer(provider)
        port = await server.start()
        try:
            await _reach(port)
            await cell.jail.start(cell.libraries, port, "sk-warm")
        finally:
            await server.stop()

    def __exit__(self, *exc: object) -> None:
        try:
            stopping = [self._submit(cell.jail.stop()) for cell in self._cells if cell.jail is not None]
            for future in stopping:
                future.result(10)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def abort(self) -> None:
        """Ends all runs at once; whoever waits for one gets a GraderFault."""
        self._aborted = True

        async def cancel() -> None:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        self._submit(cancel()).result(5)

    def ready(self) -> None:
        """Waits until all parents are warm. Raises GraderFault, or UsageError where there is no loopback."""
        for cell in self._cells:
            cell.started.result()

    @property
    def forks(self) -> bool:
        return jails.forks(self._kind)

    def perform(self, *args: Any, libraries: list[str] | None = None, **kwargs: Any) -> Record:
        """One run (see `grader.running.perform`), of a parent that knows `libraries`."""
        known = (cell for cell in self._cells if set(libraries or ()) <= set(cell.libraries))
        cell = next(known, self._cells[0])
        try:
            cell.started.result()
            if self._aborted:
                raise GraderFault("the grading was stopped")
            jail = cell.jail
            return self._submit(perform(*args, jail=jail, **kwargs)).result()  # type: ignore[arg-type]
        except CancelledError:
            raise GraderFault("the grading was stopped") from None
        except jails.ParentDied:
            return self._once_more(cell, jail, args, kwargs)

    def _once_more(self, cell: _Cell, dead: jails.Jail | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Record:
        """The warm parent died in a run, of this submission or of another: each is tried again, alone.

        Whoever is alone when it dies again has killed it: that is an outcome like any other, and no fault of ours.
        """
        with cell.alone:
            if cell.jail is dead:
                self._submit(self._start(cell)).result()
            try:
                return self._submit(perform(*args, jail=cell.jail, **kwargs)).result()  # type: ignore[arg-type]
            except jails.ParentDied:
                self._submit(self._start(cell)).result()
                closed = jails.Closed("ended the process that starts runs")
                return self._submit(perform(*args, jail=closed, **kwargs)).result()

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


async def _reach(port: int) -> None:
    """A port can be had where the loopback interface is down, but not reached."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
    except OSError as error:
        raise UsageError(no_loopback(error)) from None
