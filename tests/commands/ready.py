"""`grader` in a process of its own that has loaded its libraries already: forked from one that waits for that.

Most of what a short command takes is importing. The process is as new as any, with its own arguments, environment,
folder, streams and exit status; only what happens while modules are loaded is not seen again. Where breadth is whole, in
CI, the tests start Python instead (`kits.grader`).
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
STREAMS = 3  # stdin, stdout, stderr
LOADED = (
    "grading", "session", "progress", "signing", "diagnosis.diagnose", "show.html", "authoring.lint",
    "classroom.store.store", "dashboard.app", "dashboard.serving",
)  # fmt: skip


class Begun:
    """A command under way: what `subprocess.Popen` with pipes for text is, as far as tests use it."""

    def __init__(
        self, args: list[str], told: socket.socket, stdout: int | None = None, stderr: int | None = None
    ) -> None:
        self.args, self._told, self.returncode = args, told, None
        self.pid = int(told.recv(100))
        self.stdout = os.fdopen(stdout, encoding="utf-8") if stdout is not None else None
        self.stderr = os.fdopen(stderr, encoding="utf-8") if stderr is not None else None

    def __enter__(self) -> Begun:
        return self

    def __exit__(self, *exc: object) -> None:
        self.wait()
        for stream in (self.stdout, self.stderr, self._told):
            if stream is not None:
                stream.close()

    def poll(self) -> int | None:
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError, TimeoutError):
                self._told.settimeout(0)
                self.returncode = int(self._told.recv(100))
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = int(self._told.recv(100))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        said = [stream.read() if stream is not None else "" for stream in (self.stdout, self.stderr)]
        self.wait(timeout)
        return said[0], said[1]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Waiting:
    """The process that waits. `run` is for any thread."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            keep = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from tests.commands.ready import wait; wait()"],
                env={**keep, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "READY_FD": str(theirs.fileno())},
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.close)

    def run(
        self, args: list[str], cwd: Path, env: dict[str, str], stdin: str, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Raises subprocess.TimeoutExpired, with the process killed."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin.encode())
            given.seek(0)
            told = self._order(args, cwd, env, [stream.fileno() for stream in (given, out, err)])
            with Begun(args, told) as process:
                try:
                    status = process.wait(timeout)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise
            for stream in (out, err):
                stream.seek(0)
            said, complained = (io.TextIOWrapper(stream, "utf-8").read() for stream in (out, err))
            return subprocess.CompletedProcess(["grader", *args], status, said, complained)

    def begin(self, args: list[str], cwd: Path, env: dict[str, str]) -> Begun:
        """It leads a session of its own, has nothing on stdin, and says what it says into pipes."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        with open(os.devnull, "rb") as nothing:
            told = self._order(args, cwd, env, [nothing.fileno(), out_end, err_end], leads=True)
        os.close(out_end)
        os.close(err_end)
        return Begun(args, told, out, err)

    def begin_at(self, terminal: int, args: list[str], cwd: Path, env: dict[str, str]) -> Begun:
        """It leads the session of this terminal (a descriptor), as a shell does."""
        return Begun(args, self._order(args, cwd, env, [terminal] * STREAMS, leads=True, terminal=True))

    def _order(self, args: list[str], cwd: Path, env: dict[str, str], streams: list[int], **how: bool) -> socket.socket:
        """Where it is told: the pid, then the exit status."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            order = json.dumps({"args": args, "cwd": str(cwd), "env": env, **how}).encode()
            socket.send_fds(self._control, [order], [*streams, theirs.fileno()])
        return ours

    def close(self) -> None:
        self._control.close()
        self._process.wait()


@cache
def waiting() -> Waiting:
    return Waiting()


# -- in the process that waits ----------------------------------------------------------------------------------------


def wait() -> None:
    """A command a message, until there is nobody left to send one."""
    control = socket.socket(fileno=int(os.environ.pop("READY_FD")))
    _load()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is pytest's
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 1 << 20, STREAMS + 1)
        if not order:
            return
        if os.fork() == 0:
            control.close()
            _follow(json.loads(order), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # those that followed earlier commands


def _load() -> None:
    import grader.commands
    import grader.watch
    from grader import cli  # noqa: F401

    for package in (grader.commands, grader.watch):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    for name in LOADED:
        importlib.import_module(f"grader.{name}")
    gc.collect()
    gc.freeze()  # no page of it is copied because it was counted


def _follow(order: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Tells its pid, and how it ended: forks once more, since only a parent gets to know that."""
    told = socket.socket(fileno=descriptors[STREAMS])
    pid = os.fork()
    if pid == 0:
        told.close()
        _become(order, descriptors[:STREAMS])
    told.send(str(pid).encode())
    _, status = os.waitpid(pid, 0)
    told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(order: dict[str, Any], streams: list[int]) -> NoReturn:
    """What `python -m grader` does, in the order in which it does it, from main on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["grader", *order["args"]]
    if order.get("leads"):
        os.setsid()
    if order.get("terminal"):
        fcntl.ioctl(streams[0], termios.TIOCSCTTY, 0)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    status: Any = 1
    try:
        importlib.import_module("grader.cli").main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
