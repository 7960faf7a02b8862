"""Light observers inside the learner's process. Their notes explain a mistake; they never earn a pass.

Each note carries a reading of the monotonic clock, which the judge shares, so that it can be put between the server's
moments.
"""

from __future__ import annotations

import datetime
import errno
import functools
import io
import json
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

monotonic = time.monotonic  # as it is, whatever is watched later
MAX_NOTES = 4000  # of one kind
MAX_LINES = 20_000  # line events of a closer look


class Notebook:
    """Writes notes and the word, a line of JSON each, to the word pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._noted: dict[str, int] = {}
        self._long = threading.Lock()

    def note(self, what: str, **facts: Any) -> None:
        count = self._noted[what] = self._noted.get(what, 0) + 1
        if count <= MAX_NOTES:
            self.send({"note": {"what": what, "t": monotonic(), **facts}})

    def word(self, word: dict[str, Any]) -> None:
        self.send({"word": word})

    def send(self, value: dict[str, Any]) -> None:
        data = json.dumps(value).encode() + b"\n"  # ASCII only: lone surrogates travel as escapes
        if len(data) <= select.PIPE_BUF:  # whole or not at all, as POSIX has it, whatever other threads write
            self._write(data)
        else:
            with self._long:
                self._write(data)

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except OSError:
                return  # closed under us: then there is no word, and that is the judge's business


def watched_stdout(notebook: Notebook) -> io.TextIOWrapper:
    """A stdout as Python makes it for a pipe (block buffered), which notes when something was written to it."""

    class Text(io.TextIOWrapper):
        def write(self, text: str, /) -> int:
            written = super().write(text)
            notebook.note("wrote", text=text[:400])
            return written

    class Buffer(io.BufferedWriter):
        def write(self, data: Any, /) -> int:
            if sys._getframe(1).f_globals.get("__name__") != __name__:
                notebook.note("wrote", text=bytes(data[:400]).decode("utf-8", "replace"))
            return super().write(data)

    buffer = Buffer(io.FileIO(1, "w", closefd=False))
    return Text(buffer, encoding="utf-8", errors="surrogateescape", line_buffering=False)


def only_the_replay_port(notebook: Notebook, port: int) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook: any address but the replay server's is noted and refused, as if there were no network."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            address = args[1]
            if isinstance(address, tuple) and (address[0] not in ("127.0.0.1", "localhost") or address[1] != port):
                notebook.note("elsewhere", host=str(address[0])[:200], port=_port(address[1]))
                raise ConnectionRefusedError(errno.ECONNREFUSED, "only the replay server can be reached")
        elif event == "socket.getaddrinfo":
            host = args[0].decode("latin-1") if isinstance(args[0], bytes) else str(args[0])
            if host not in ("127.0.0.1", "localhost"):
                notebook.note("elsewhere", host=host[:200], port=_port(args[1]))
                raise ConnectionRefusedError(errno.ECONNREFUSED, "only the replay server can be reached")

    return hook


def _port(number: Any) -> int:
    """0 for what is none."""
    return number if type(number) is int and 0 <= number < 65536 else 0


_PROCESSES = (
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.exec",
    "os.system",
    "subprocess.Popen",
    "pty.spawn",
)


def nothing_forbidden(notebook: Notebook) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook: other processes and programs, and what is no TCP, are noted and refused.

    The kernel refuses them where it can; this says so in words, and does it where the kernel cannot.
    """

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _PROCESSES:
            notebook.note("forbidden", does="start another process")
            raise PermissionError(errno.EPERM, "another process or program may not be started here")
        if event == "socket.__new__" and args[1] in _INTERNET and args[2] & 0xF not in (0, socket.SOCK_STREAM):
            notebook.note("forbidden", does="open a socket that is no TCP")
            raise PermissionError(errno.EPERM, "only TCP can be used here")

    return hook


def no_shell(notebook: Notebook) -> None:
    """`os.system` raises nothing, whatever becomes of the command: here no command is ever found.

    So a program that clears the screen with it goes on.
    """

    @functools.wraps(os.system)
    def system(command: Any) -> int:
        os.fsencode(command)  # TypeError where it is no command
        notebook.note("forbidden", does="start another process")
        return NOT_FOUND

    os.system = system


NOT_FOUND = 127 << 8  # as wait(2) gives the status of a shell that does not find a command
_INTERNET = (socket.AF_INET, socket.AF_INET6)


def watch_requests(notebook: Notebook, file: str) -> None:
    """Notes how `requests` was asked to read: at once (stream=False), or later as a whole (.content, .text, .json)."""
    requests = sys.modules.get("requests")
    if requests is None:
        return
    send = requests.Session.send
    content = requests.Response.content.fget

    def watched_send(self: Any, request: Any, **kwargs: Any) -> Any:
        notebook.note("requests", stream=bool(kwargs.get("stream", self.stream)))
        return send(self, request, **kwargs)

    def watched_content(self: Any) -> Any:
        if self._content is False and sys._getframe(1).f_code.co_name != "send":
            notebook.note("whole-body", how=_property_used(file))
        return content(self)

    requests.Session.send = watched_send
    requests.Response.content = property(watched_content)


def _property_used(file: str) -> str:
    """Which of .content, .text, .json() the learner's file touched: the last library frame before it."""
    frame: FrameType | None = sys._getframe(2)
    name = "content"
    while frame is not None and frame.f_code.co_filename != file:
        name = frame.f_code.co_name
        frame = frame.f_back
    return name


def watch_clocks(notebook: Notebook) -> None:
    """Notes the first use of a clock that counts processor time, and stands still while the program waits."""
    for name in ("process_time", "process_time_ns", "thread_time", "thread_time_ns"):
        read = getattr(time, name, None)  # thread_time is not on every system
        if read is not None:
            setattr(time, name, _noting_once(notebook, name, read))


def _noting_once(notebook: Notebook, name: str, read: Callable[[], Any]) -> Callable[[], Any]:
    noted = False

    @functools.wraps(read)
    def clock() -> Any:
        nonlocal noted
        if not noted:
            noted = True
            notebook.note("cpu-clock", name=name)
        return read()

    return clock


def watch_readings(notebook: Notebook, file: str) -> None:
    """The closer look: when the learner's file read one of the clocks of `time`, or that of `datetime`."""
    for name in ("time", "monotonic", "perf_counter"):
        for clock in (name, f"{name}_ns"):
            setattr(time, clock, _noting_each(notebook, file, clock, getattr(time, clock)))

    class Watched(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Self:
            if sys._getframe(1).f_code.co_filename == file:
                notebook.note("clock", name="now")
            return super().now(tz)

    datetime.datetime = Watched  # type: ignore[misc]


def _noting_each(notebook: Notebook, file: str, name: str, read: Callable[[], Any]) -> Callable[[], Any]:
    @functools.wraps(read)
    def clock() -> Any:
        if sys._getframe(1).f_code.co_filename == file:
            notebook.note("clock", name=name)
        return read()

    return clock


def watch_validation(notebook: Notebook, module: str) -> None:
    """Notes every try to make an object of one of the learner's pydantic classes, and on what data.

    All of them (`model_validate_json`, the constructor …) go through the class's one validator, which is wrapped as
    soon as the learner's module has made the class; a TypeAdapter that it makes has one of its own.
    """
    import pydantic

    class Watched:
        def __init__(self, validator: Any) -> None:
            self._validator = validator

        def __getattr__(self, name: str) -> Any:
            method = getattr(self._validator, name)
            return _noting(notebook, name, method) if name.startswith("validate_") else method

    def made(cls: Any, /, **_: Any) -> None:
        if cls.__module__ == module:
            cls.__pydantic_validator__ = Watched(cls.__pydantic_validator__)

    def adapted(self: Any, *args: Any, **kwargs: Any) -> None:
        build(self, *args, **kwargs)
        made_here = sys._getframe(1).f_globals.get("__name__") == module  # libraries make some for themselves
        if made_here and not isinstance(self.validator, Watched):
            self.validator = Watched(self.validator)

    build = pydantic.TypeAdapter.__init__
    pydantic.TypeAdapter.__init__ = adapted  # type: ignore[method-assign]
    pydantic.BaseModel.__pydantic_init_subclass__ = classmethod(made)  # type: ignore[assignment]


def _noting(notebook: Notebook, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def noted(data: Any, *args: Any, **kwargs: Any) -> Any:
        text = data if isinstance(data, str) else bytes(data).decode("utf-8", "replace") if _is_bytes(data) else None
        notebook.note("validates", how=name, text=None if text is None else text[:4000], values=_texts(data))
        return method(data, *args, **kwargs)

    return noted


def _texts(data: Any) -> list[str]:
    """The texts in a mapping that is validated, to tell what it was made from."""
    if type(data) is not dict:
        return []
    values = [item for value in data.values() for item in (value if type(value) is list else [value])]
    return [value[:200] for value in values if type(value) is str][:20]


def _is_bytes(data: Any) -> bool:
    return isinstance(data, bytes | bytearray)


def tracer(notebook: Notebook, file: str, at_each: Callable[[], None]) -> Callable[[FrameType, str, Any], Any]:
    """The closer look: which lines of the learner's file ran when, and which exceptions passed through them.

    `at_each` is called before each line.
    """
    left = MAX_LINES

    def local(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            sys.settrace(None)
            return None
        if event == "line":
            at_each()
            notebook.note("line", line=frame.f_lineno)
        elif event == "exception" and arg[0] is not StopIteration:
            about = str(getattr(arg[1], "doc", ""))[:400] if "Decode" in arg[0].__name__ else None
            name = str(arg[0].__name__)[:200]
            notebook.note("raised", type=name, message=_message(arg[1]), line=frame.f_lineno, about=about)
        return local

    def start(frame: FrameType, event: str, arg: Any) -> Any:
        return local if frame.f_code.co_filename == file else None

    return start


def _message(error: Any) -> str:
    try:
        return str(error)[:200]
    except Exception:
        return ""
