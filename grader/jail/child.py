"""One run inside the learner's process: load the file, call the function, say what came of it."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import faulthandler
import gc
import importlib.util
import inspect
import io
import os
import signal
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from grader.jail import locks, modes, observe
from grader.jail.asking import Asking, Reads
from grader.jail.confine import Confining, close_all_but
from grader.jail.observe import Notebook
from grader.jail.own_streams import OwnStreams
from grader.jail.plain import Plainer
from grader.jail.raised import Word, describe
from grader.jail.spec import Spec

WORD, ANSWERS, WHERE = 3, 4, 5  # the descriptors that a run has besides the usual three, whatever its parent had open
MOST_FED = 2 * 1024**2  # characters of one item that a fed function yields


def become(spec: Spec, confining: Confining, rules: int | None, pipes: Sequence[int]) -> None:
    """Makes this process a run's own: session, descriptors, environment, folder, confinement. It never goes back.

    `rules` are the confining's for this run; `pipes` are stdout, stderr, the word and the answers. Raises OSError where
    something cannot be had.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    stdout, stderr, word, answers = pipes
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(spec.env)
    tempfile.tempdir = None  # TMPDIR is another now
    os.chdir(spec.cwd)
    if spec.user is not None:  # so that /dev/stdout can be opened by name
        os.fchown(1, spec.user, spec.user)
        os.fchown(2, spec.user, spec.user)
    where = os.open(spec.where, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    confining.apply(spec, rules)
    for copy, place in [(_above(one), place) for place, one in ((WORD, word), (ANSWERS, answers), (WHERE, where))]:
        os.dup2(copy, place)
    close_all_but((WORD, ANSWERS, WHERE))
    _say_where_it_hangs()


def _above(descriptor: int) -> int:
    """A copy of it that is none of the numbers that a run has."""
    while (copy := os.dup(descriptor)) <= WHERE:
        pass  # closed with all others
    return copy


def run(spec: Spec) -> NoReturn:
    """Runs the learner's function and ends the process. What came of it goes to the word pipe."""
    notebook = Notebook(WORD)
    asking = Asking(notebook, ANSWERS)
    owner = os.getpid()
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it lives as long as the process
    sys.stdout = sys.__stdout__ = observe.watched_stdout(notebook)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.argv = [spec.file]
    sys.path[:0] = spec.path
    sys.dont_write_bytecode = True
    locks.install()
    modes.install()
    sys.addaudithook(observe.only_the_replay_port(notebook, spec.port))
    sys.addaudithook(observe.nothing_forbidden(notebook))
    observe.no_shell(notebook)
    observe.watch_requests(notebook, spec.file)
    observe.watch_clocks(notebook)
    if spec.trace:
        observe.watch_readings(notebook, spec.file)
    if spec.validates:
        observe.watch_validation(notebook, Path(spec.file).stem)
    try:
        try:
            word = _outcome(spec, notebook, asking)
        except BaseException as error:  # a handler of the learner's was called while that was made
            word = describe(error, spec.file)
        if os.getpid() == owner:  # a child that the learner's code forked ends here too, and has no say
            notebook.note("ended")
            _flush()
            notebook.word(word)
        _finish()
    finally:  # whatever a handler of the learner's raises meanwhile: nothing goes back to who made this process
        os._exit(0)


def _finish() -> None:
    """What the interpreter does at exit: threads that are no daemons end, exit functions run, streams are flushed."""
    for step in (threading._shutdown, atexit._run_exitfuncs, _flush):  # type: ignore[attr-defined]
        with contextlib.suppress(BaseException):
            step()


def _say_where_it_hangs() -> None:
    """On SIGUSR1 (from the judge, before it ends a run) and SIGXCPU: the lines that all threads stand at."""
    for number in (signal.SIGUSR1, signal.SIGXCPU):
        faulthandler.register(number, file=WHERE, all_threads=True, chain=number == signal.SIGXCPU)


def _flush() -> None:
    """Flushes whatever was opened; a stdout that the learner closed or broke is theirs to break."""
    opened = [thing for thing in gc.get_objects() if isinstance(thing, io.TextIOWrapper | io.BufferedWriter)]
    for stream in (sys.stdout, sys.stderr, *opened):
        with contextlib.suppress(BaseException):
            stream.flush()


def _outcome(spec: Spec, notebook: Notebook, asking: Asking) -> Word:
    module: types.ModuleType | None = None
    try:
        module = _load(spec)
        return _call(spec, module, notebook, asking)
    except BaseException as error:  # whatever a learner's code raises is an outcome
        _be_deaf()
        sys.settrace(None)
        return describe(error, spec.file, _given(spec, module))
    finally:
        _be_deaf()
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 1000))  # of the learner's there may be hardly any left


def _be_deaf() -> None:
    """The function is over: what the learner's handlers of signals would raise from now on, they would raise in us."""
    for number in signal.valid_signals():
        with contextlib.suppress(BaseException):
            if callable(signal.getsignal(number)) and number != signal.SIGINT:
                signal.signal(number, signal.SIG_IGN)


def _given(spec: Spec, module: types.ModuleType | None) -> type | None:
    """The class that the challenge handed out, as it stands in the learner's file."""
    given = getattr(module, spec.given, None) if spec.given and module is not None else None
    return given if isinstance(given, type) else None


def _call(spec: Spec, module: types.ModuleType, notebook: Notebook, asking: Asking) -> Word:
    function = getattr(module, spec.function, None)
    if not callable(function):
        return {"kind": "missing", "found": _functions(module, spec.file)}
    args = [_argument(arg, asking) for arg in spec.args]
    if (problem := _does_not_fit(function, args)) is not None:
        return {"kind": "missing", "found": [problem]}
    plainer = Plainer(_given(spec, module))
    if spec.trace:
        trace = observe.tracer(notebook, spec.file, OwnStreams(notebook).flush)
        sys.settrace(trace)
        threading.settrace(trace)
    notebook.note("called")
    if spec.fed:
        return _fed(function, spec, asking)
    value = function(*args)
    if inspect.isawaitable(value):
        value = asyncio.run(_awaited(value))
    sys.settrace(None)
    return {"kind": "returned", "value": plainer.convert(value)}


def _argument(arg: Any, asking: Asking) -> Any:
    """Plain JSON as it is; what asks the judge is made here."""
    if isinstance(arg, dict) and arg.get("$") == "asks":
        return asking.function(arg["what"])
    return arg


def _fed(function: Callable[..., Any], spec: Spec, asking: Asking) -> Word:
    """Calls the function for each stream that the judge has. What comes out of it is told one by one."""
    while streams := asking.ask("streams"):
        for stream in streams:
            asking.tell("begin", {"number": stream["number"]})
            reads = Reads(asking, stream)
            try:
                again = getattr(_load(spec), spec.function) if spec.anew and stream["number"] > 1 else function
                _iterate(
                    again(*(reads if _is_reads(arg) else _argument(arg, asking) for arg in spec.args)), reads, asking
                )
            except Exception as error:
                asking.tell("raised", {"reads": reads.taken, "value": describe(error, spec.file)})
    sys.settrace(None)
    return {"kind": "returned", "value": None}


def _iterate(made: Any, reads: Reads, asking: Asking) -> None:
    if not _gives_items(made):
        asking.tell("unfit", {"value": Plainer().convert(made)})
        return
    for item in made:
        asking.tell("data", {"reads": reads.taken, "value": Plainer(most_text=MOST_FED).convert(item)})
    asking.tell("end", {"reads": reads.taken})


def _is_reads(arg: Any) -> bool:
    return isinstance(arg, dict) and arg.get("$") == "reads"


def _gives_items(made: Any) -> bool:
    """Can it be iterated, and not only because a text, or bytes, consist of something?"""
    iterable = hasattr(type(made), "__iter__") or hasattr(type(made), "__getitem__")
    return iterable and not isinstance(made, str | bytes | bytearray)


async def _awaited(value: Any) -> Any:
    return await value


def _load(spec: Spec) -> types.ModuleType:
    """Imports the file under its own name, so that `if __name__ == "__main__"` stays out of it."""
    name = Path(spec.file).stem
    code = _compiled(spec.file)
    module = types.ModuleType(name)
    module.__file__ = spec.file
    module.__spec__ = importlib.util.spec_from_file_location(name, spec.file)
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


@lru_cache(maxsize=1)
def _compiled(file: str) -> types.CodeType:
    try:
        source = importlib.util.decode_source(Path(file).read_bytes())  # as Python reads a file
        code: types.CodeType = compile(source, file, "exec", dont_inherit=True)
    except UnicodeDecodeError as error:
        raise SyntaxError(f"the file is not UTF-8 text: {error.reason}", (file, None, None, None)) from None
    except SyntaxError as error:
        error.filename = file
        raise
    except (ValueError, LookupError) as error:  # a null byte; an encoding that is none of text
        raise SyntaxError(str(error), (file, None, None, None)) from None
    except (RecursionError, MemoryError):
        raise SyntaxError("it is nested too deeply", (file, None, None, None)) from None
    return code


def _functions(module: types.ModuleType, file: str) -> list[str]:
    """Names of the functions that the learner's file does define."""
    return [
        f"{name}{inspect.signature(value)}"[:300]
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__code__.co_filename == file and not name.startswith("_")
    ][:10]


def _does_not_fit(function: Callable[..., Any], args: list[Any]) -> str | None:
    try:
        signature = inspect.signature(function, follow_wrapped=False)  # a decorator may add arguments of its own
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*args)
    except TypeError:
        return f"{getattr(function, '__name__', 'it')}{signature}"[:300]
    return None
