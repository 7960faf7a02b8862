"""The warm parent: imports what learners use, makes one real call with each library, then forks a child per run.

A module that is run (`python -m grader.jail.parent`) with a Unix socket as descriptor 3. It holds nothing worth
stealing: no expected value, no fixture, no verdict. Messages on the socket are a four-byte length and JSON.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import struct
import threading
from typing import Any, NoReturn

from grader.jail import child, libc, locks, privileges, warm
from grader.jail.cgroup import Group, Groups
from grader.jail.confine import Confining
from grader.jail.probe import confinement
from grader.jail.spec import Spec
from grader.jail.tiers import SEPARATE

CONTROL = 3


def main() -> None:
    control = socket.socket(fileno=CONTROL)
    first = json.loads(_receive(control)[0])
    libraries = first["libraries"]
    warm.load(libraries)
    message, _ = _receive(control)
    if not message:
        os._exit(0)  # it was launched for nothing
    orders = json.loads(message)
    warm.up(libraries, orders["port"], orders["key"])
    locks.install()  # here already: what it imports is there in each run
    privileges.hide()
    confining = Confining(first["at_most"])
    reached = confinement(confining)
    gc.freeze()
    gc.enable()
    _adopt_orphans()
    _send(control, {"ready": {"tier": reached.tier, "missing": reached.missing, "drops": confining.drops}})
    Parent(control, confining).serve()
    os._exit(0)  # there is nothing to tidy up


class Parent:
    def __init__(self, control: socket.socket, confining: Confining) -> None:
        self.control, self.confining = control, confining
        self.groups = Groups.find() if confining.at_most != SEPARATE else None
        self.running: dict[int, float] = {}  # of each run, the seconds of a processor that it may use
        self.grouped: dict[int, Group] = {}
        self.wake_r, self.wake_w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _pipe()
        signal.set_wakeup_fd(self.wake_w, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle: it closes the socket

    def serve(self) -> None:
        while True:
            ready, _, _ = select.select([self.control.fileno(), self.wake_r], [], [])
            if self.wake_r in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake_r, 4096)
                self.reap()
            if self.control.fileno() in ready:
                message, descriptors = _receive(self.control)
                if not message:
                    break
                self.obey(json.loads(message), descriptors)
        for pid in self.running:
            _kill_group(pid)
        self.sweep()
        for group in self.grouped.values():
            group.remove()

    def obey(self, order: dict[str, Any], descriptors: list[int]) -> None:
        if "end" in order:
            _kill_group(order["end"])
            return
        spec = Spec.load(order["spec"].encode())
        rules = self.confining.rules(spec)
        group = self.groups.make(spec.limits) if self.groups is not None else None
        pid = os.fork()
        if pid == 0:
            self.become_run(spec, rules, group, descriptors)
        if rules is not None:
            os.close(rules)
        for descriptor in descriptors:
            os.close(descriptor)
        if group is not None:
            self.grouped[pid] = group
        self.running[pid] = spec.limits.cpu_s
        _send(self.control, {"run": order["run"], "pid": pid})

    def become_run(self, spec: Spec, rules: int | None, group: Group | None, descriptors: list[int]) -> NoReturn:
        """In the child. Until the learner's code may run, a fault is ours, and is told on our own socket."""
        try:
            if group is not None:
                group.enter()
            child.become(spec, self.confining, rules, descriptors)
        except BaseException as error:
            _send(self.control, {"fault": os.getpid(), "message": repr(error)[:500]})
            os._exit(70)
        child.run(spec)

    def reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.running:
                most = self.running.pop(pid)
                _kill_group(pid)  # what it left behind in its session
                if self.groups is not None:
                    self.groups.done(self.grouped.pop(pid))
                code = os.waitstatus_to_exitcode(status)
                if code == -signal.SIGKILL and usage.ru_utime + usage.ru_stime >= most:
                    code = -signal.SIGXCPU  # it had ignored that signal, and got two seconds more
                _send(self.control, {"ended": {"pid": pid, "status": code}})
            self.sweep()  # a daemon's death may have made us the parent of another

    def sweep(self) -> None:
        """Kills what daemonised itself out of a run's session: as a subreaper we have become its parent."""
        try:
            with open(f"/proc/self/task/{threading.get_native_id()}/children") as file:
                pids = [int(pid) for pid in file.read().split()]
        except OSError:
            return
        for pid in pids:
            if pid not in self.running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)  # it may not have made its session yet


def _adopt_orphans() -> None:
    with contextlib.suppress(OSError):  # Linux alone has it
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)


def _pipe() -> tuple[int, int]:
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    return read, write


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    """One message and the descriptors that came with it; b"" at the end."""
    head, descriptors, _, _ = socket.recv_fds(control, 4, 8)
    while head and len(head) < 4:
        head += control.recv(4 - len(head))
    if not head:
        return b"", []
    (length,) = struct.unpack("=I", head)
    data = b""
    while len(data) < length:
        more = control.recv(length - len(data))
        if not more:
            return b"", []
        data += more
    return data, list(descriptors)


def _send(control: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    with contextlib.suppress(BrokenPipeError):
        control.sendall(struct.pack("=I", len(data)) + data)


if __name__ == "__main__":
    main()
