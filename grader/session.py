"""A session: an event loop of its own, warm parents, and the runs that are played with them."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import Any, TypeVar

from grader.errors import Stopped, UsageError
from grader.jail import jail as jails
from grader.jail.launch import Launched
from grader.jail.spec import Limits
from grader.jail.tiers import TIERS, Confinement
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


class Stop:
    """The handle of one grading: ends its runs and lets no more of them start. The warm parents stay warm."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._tasks: dict[asyncio.Task[Any], asyncio.AbstractEventLoop] = {}
        self._parts: list[Stop] = []

    def part(self) -> Stop:
        """A handle for some of the runs; they end with the others, too."""
        with self._lock:
            part = Stop()
            part._asked = self._asked
            self._parts.append(part)
            return part

    def ask(self) -> None:
        """From any thread. Whoever waits for a run gets `Stopped`, as soon as nothing is left of it."""
        with self._lock:
            self._asked = True
            for task, loop in self._tasks.items():
                loop.call_soon_threadsafe(task.cancel)
            for part in self._parts:
                part.ask()

    @contextmanager
    def covers(self) -> Iterator[None]:
        """The current task is one of those that `ask` ends."""
        task = asyncio.current_task()
        assert task is not None
        with self._lock:
            if self._asked:
                raise Stopped
            self._tasks[task] = task.get_loop()
        try:
            yield
        finally:
            with self._lock:
                del self._tasks[task]


class _Cell:
    """A jail, and what its warm parent knows."""

    def __init__(self, libraries: list[str], launched: Launched | None) -> None:
        self.libraries, self.launched = libraries, launched
        self.jail: jails.Jail | None = None
        self.started: asyncio.Task[None] | None = None
        self.alone = asyncio.Lock()

    async def warm(self) -> None:
        """Waits until the parent is warm. It goes on warming up where the one who waits gives up."""
        assert self.started is not None
        await asyncio.shield(self.started)


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
        limits: Limits | None = None,
    ) -> None:
        """`limits`: what one run may use, where that is not the usual."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="replay", daemon=True)
        self._kind, self.jobs, self._limits = jail, jobs, limits
        self._cells = [_Cell(libraries, launched[i] if launched else None) for i, libraries in enumerate(sets)]

    def __enter__(self) -> Session:
        self._thread.start()
        self._submit(self._start_all()).result()
        return self

    async def _start_all(self) -> None:
        for cell in self._cells:
            self._start(cell)

    def _start(self, cell: _Cell) -> None:
        cell.started = asyncio.create_task(self._warm_up(cell))
        cell.started.add_done_callback(lambda task: task.cancelled() or task.exception())  # told to those who wait

    async def _warm_up(self, cell: _Cell) -> None:
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
            self._submit(self._close()).result(15)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            if not self._thread.is_alive():
                self._loop.close()

    async def _close(self) -> None:
        """Ends what is under way, warming up among it, and then the parents."""
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way, timeout=5)
        await asyncio.gather(*(cell.jail.stop() for cell in self._cells if cell.jail is not None))
        await self._loop.shutdown_default_executor()  # it removes the runs' folders

    def ready(self) -> None:
        """Waits until all parents are warm. Raises GraderFault, or UsageError where there is no loopback."""
        for cell in self._cells:
            self._submit(cell.warm()).result()

    def confinement(self) -> Confinement:
        """The weakest under which a run of this session may have been. Waits until all parents are warm."""
        self.ready()
        reached = [cell.jail.confinement for cell in self._cells if cell.jail is not None]
        return max(reached, key=lambda one: TIERS.index(one.tier))

    def perform(self, *args: Any, libraries: Sequence[str] = (), stop: Stop | None = None, **kwargs: Any) -> Record:
        """One run (`grader.running.perform`), of a parent that knows `libraries`. Raises Stopped once `stop` asks."""
        known = (cell for cell in self._cells if set(libraries) <= set(cell.libraries))
        cell = next(known, self._cells[0])
        try:
            kwargs |= {"limits": self._limits}
            return self._submit(self._perform(cell, stop or Stop(), args, kwargs)).result()
        except CancelledError:
            raise Stopped from None

    async def _perform(self, cell: _Cell, stop: Stop, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Record:
        with stop.covers():
            await cell.warm()
            jail = cell.jail
            try:
                return await perform(*args, jail=jail, **kwargs)  # type: ignore[arg-type]
            except jails.ParentDied:
                return await self._once_more(cell, jail, args, kwargs)

    async def _once_more(
        self, cell: _Cell, dead: jails.Jail | None, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Record:
        """The warm parent died in a run, of this submission or of another: each is tried again, alone.

        Whoever is alone when it dies again has killed it: that is an outcome like any other, and no fault of ours.
        """
        async with cell.alone:
            if cell.jail is dead:
                self._start(cell)
            await cell.warm()
            try:
                return await perform(*args, jail=cell.jail, **kwargs)  # type: ignore[arg-type]
            except jails.ParentDied:
                self._start(cell)
                await cell.warm()
                closed = jails.Closed("ended the process that starts runs")
                return await perform(*args, jail=closed, **kwargs)

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


async def _reach(port: int) -> None:
    """A port can be had where the loopback interface is down, but not reached."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
    except OSError as error:
        raise UsageError(no_loopback(error)) from None
