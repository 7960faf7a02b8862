"""In-process replay: the same answers, scripts and timeline as the loopback server's, without a socket.

For notebooks, where there may be no socket to listen on, and for fast tests. It can say what was asked, read, returned
and raised; `cannot_judge` says what it cannot. Where there are sockets, the loopback server is the judge.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import itertools
import os
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from grader.errors import UsageError
from grader.jail.plain import Plainer
from grader.jail.raised import describe
from grader.outcome import Outcome, from_word
from grader.replay.provider import Provider, Request
from grader.replay.pulled import SHOWING, Pulled
from grader.scenario import Settings, derive
from grader.stream.fixture import Fixture
from grader.stream.reply import Reply
from grader.stream.salt import Salted, salt, unsalted
from grader.stream.script import Script, script
from grader.timeline import Timeline

try:
    from grader.replay import patched
except ModuleNotFoundError as error:
    if error.name != "responses":
        raise
    raise UsageError(
        "in-process replay needs the package `responses`, which is not installed: "
        "`sh requirements/install.sh .venv notebook` installs what it needs."
    ) from None

OTHER_CLIENTS = (
    "Which requests were sent by urllib, http.client, aiohttp or a bare socket: only requests, httpx2 and the SDK are "
    "answered within one process, and none of them sent any."
)
PAST_STDOUT = "What was written past sys.stdout: by os.write, by subprocesses, or by what kept an older sys.stdout."
_COMMON = "common"  # the module that solutions import; it reads MODEL once
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Replayed:
    """A call of a learner's function in this process, once it is over: what a `Record` of a run holds, but for what
    needs a process of its own. `cannot_judge` holds a sentence for each thing that this run leaves open."""

    timeline: Timeline
    outcome: Outcome  # "returned", "raised", "exited", "syntax" or "missing"
    stdout: bytes
    salted: Salted  # as sent to someone who asks for usage
    played: list[Salted]  # as sent, one for each streamed request
    cannot_judge: tuple[str, ...]

    @property
    def reply(self) -> Reply:
        """What was sent; where nothing was, what would have been."""
        return (self.played[0] if self.played else self.salted).reply


def one_event_a_read(salted: Salted) -> Script:
    return script(salted.parts, [len(part.raw) for part in salted.parts if part.raw], hold=False)


class InProcess:
    """A context manager. Inside of it OPENAI_BASE_URL, OPENAI_API_KEY and MODEL name an endpoint that answers requests,
    httpx2 and the SDK (sync or async) of this process. Contexts may be nested: the innermost one is named.

    `stream` is a fixture, which `seed` salts as it salts a run (None: as it was recorded), or what is salted already.
    `play` makes a script of it. `pauses` sleeps where the script lets time pass.
    """

    def __init__(
        self,
        stream: Fixture | Salted,
        settings: Settings | None = None,
        *,
        seed: int | None = None,
        play: Callable[[Salted], Script] = one_event_a_read,
        pauses: bool = False,
    ) -> None:
        self.settings = settings or _settings(seed)
        self.salted = stream if isinstance(stream, Salted) else _salted(stream, seed, self.settings)
        self.timeline = Timeline()
        self.variables: dict[str, str] = {}
        given = self.settings
        self._provider = Provider(self.salted, given.key, given.model, given.prefix, play)
        self._pauses = pauses
        self._replies: list[Pulled] = []
        self._cannot_judge: dict[str, None] = {}  # sentences, in the order in which they came up
        self._open = contextlib.ExitStack()

    @property
    def played(self) -> list[Salted]:
        """What was sent, one for each streamed request."""
        return self._provider.played

    @property
    def cannot_judge(self) -> tuple[str, ...]:
        asked = self.timeline.first("request") is not None
        return (SHOWING, *(s for s in self._cannot_judge if s != SHOWING), *(() if asked else (OTHER_CLIENTS,)))

    def __enter__(self) -> InProcess:
        # RFC 6761: names under .invalid are never found, so a client that is not answered here reaches nobody.
        host = f"replay-{next(_numbers)}.invalid"
        self.variables = {
            "OPENAI_BASE_URL": f"http://{host}{self.settings.prefix}",
            "OPENAI_API_KEY": self.settings.key,
            "MODEL": self.settings.model,
        }
        with contextlib.ExitStack() as stack:
            patched.answer_for(host, self._answer)
            stack.callback(patched.forget, host)
            stack.callback(self._settle)
            stack.enter_context(_environment(self.variables))
            self._open = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    # -- calling what a learner wrote -----------------------------------------------------------------------------

    def run(self, function: Callable[..., Any], *args: Any, given: type | None = None, echo: bool = False) -> Replayed:
        """Calls `function` (def or async def) on a fresh timeline, and keeps what it prints; `echo` shows it, too.

        Where an event loop runs already, as in a notebook, the call is made in a thread of its own, so that code which
        starts a loop works as it does in a script.
        """
        code = getattr(inspect.unwrap(function), "__code__", None)
        return self._call(lambda: function, args, code.co_filename if code else "", lambda _: given, echo)

    def run_file(
        self, path: Path, function: str, *args: Any, imports: Sequence[Path] = (), given: str = "", echo: bool = False
    ) -> Replayed:
        """Loads the file afresh, with `imports` to import from, and calls its `function`. `given` names the class of
        the file that the challenge handed out."""
        module = types.ModuleType(path.stem)

        def load() -> Callable[..., Any]:
            module.__file__ = str(path)
            exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), module.__dict__)
            found = getattr(module, function, None)
            if not callable(found):
                raise _Missing(function)
            return found  # type: ignore[no-any-return]

        with _fresh(module, imports):
            return self._call(load, args, str(path), lambda _: getattr(module, given, None) if given else None, echo)

    def _call(
        self,
        load: Callable[[], Callable[..., Any]],
        args: tuple[Any, ...],
        file: str,
        given: Callable[[Any], type | None],
        echo: bool,
    ) -> Replayed:
        self.timeline, before = Timeline(), len(self.played)
        self._cannot_judge.clear()
        with _captured(self.timeline, sys.stdout if echo else None):
            word = _apart(lambda: _word(load, args, file, given))
            self._settle()
        outcome = from_word(word)
        self.timeline.log("outcome", what=outcome.kind)
        return Replayed(
            self.timeline, outcome, self.timeline.output(), self.salted, self.played[before:],
            (*self.cannot_judge, PAST_STDOUT),
        )  # fmt: skip

    # -- replies --------------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Pulled:
        answer = self._provider.answer(request)
        self.timeline.log(
            "request",
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=request.body,
            status=answer.status,
        )
        reply = Pulled(answer, self.timeline, self._cannot_judge, pauses=self._pauses)
        self._replies.append(reply)
        return reply

    def _settle(self) -> None:
        """Replies that nobody closed: a server has sent their ends all the same."""
        for reply in self._replies:
            reply.close()
        self._replies.clear()


def _settings(seed: int | None) -> Settings:
    """Those of a run with this seed; without one, the model stays that of the environment, which a notebook's cells may
    have copied long before."""
    if seed is not None:
        return Settings.from_seed(derive(seed, "settings"))
    return Settings("sk-replay", os.environ.get("MODEL") or "replayed-model", "/v1")


def _salted(fixture: Fixture, seed: int | None, settings: Settings) -> Salted:
    if seed is None:
        return unsalted(fixture, model=settings.model)
    return salt(fixture, derive(seed, "salt"), model=settings.model)


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Sets the variables, and `common.MODEL` where that module was loaded before; puts back what was there."""
    before = {name: os.environ.get(name) for name in variables}
    common = sys.modules.get(_COMMON)
    model = getattr(common, "MODEL", None)
    os.environ.update(variables)
    if model is not None:
        common.MODEL = variables["MODEL"]  # type: ignore[union-attr]
    try:
        yield
    finally:
        if model is not None:
            common.MODEL = model  # type: ignore[union-attr]
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


# -- a call, from outside -------------------------------------------------------------------------------------------


class _Missing(Exception):
    pass


def _word(
    load: Callable[[], Callable[..., Any]], args: tuple[Any, ...], file: str, given: Callable[[Any], type | None]
) -> dict[str, Any]:
    """What came of the call, as a run's process would say it."""
    try:
        value = load()(*args)
        if inspect.isawaitable(value):
            value = asyncio.run(_awaited(value))
        return {"kind": "returned", "value": Plainer(given(value)).convert(value)}
    except _Missing:
        return {"kind": "missing", "found": []}
    except (Exception, SystemExit, GeneratorExit, asyncio.CancelledError) as error:
        return describe(error, file)


async def _awaited(value: Any) -> Any:
    return await value


def _apart(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Here, or in a thread of its own where an event loop runs here."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1, "learner") as pool:
        return pool.submit(work).result()


@contextlib.contextmanager
def _captured(timeline: Timeline, echo: TextIO | None) -> Iterator[None]:
    """stdout as a pipe is one: what is not flushed comes out late."""
    stream = io.TextIOWrapper(io.BufferedWriter(_Sink(timeline, echo)), encoding="utf-8", errors="backslashreplace")
    with contextlib.redirect_stdout(stream):
        try:
            yield
        finally:
            with contextlib.suppress(ValueError):  # closed by the learner's code
                stream.flush()


class _Sink(io.RawIOBase):
    def __init__(self, timeline: Timeline, echo: TextIO | None) -> None:
        self._timeline, self._echo = timeline, echo

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = bytes(data)
        self._timeline.log("stdout", data=written)
        if self._echo is not None:
            self._echo.write(written.decode("utf-8", "replace"))
            self._echo.flush()
        return len(written)


@contextlib.contextmanager
def _fresh(module: types.ModuleType, imports: Sequence[Path]) -> Iterator[None]:
    """The module under its own name, and `common` read anew; afterwards modules and paths are as they were."""
    names = (module.__name__, _COMMON)
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    path = list(sys.path)
    sys.path[:0] = [str(folder) for folder in imports]
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        sys.path[:] = path
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)
