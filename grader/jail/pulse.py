"""Has the learner's process come to rest? Proof from the kernel, so that no clock decides.

A process rests when every one of its threads (and of its descendants') sleeps, and none has run since it was looked at
before. A program at rest, to which everything has been delivered, shows nothing more until it is sent more: that is
known however slow or busy the machine is. A thread that waits for a time to pass (time.sleep, a short poll) will run
by itself again, so it is not at rest.
"""

from __future__ import annotations

import os
import platform
import re
import stat
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Linux system call numbers of calls that end by themselves. For those that wait with a time-out: which argument it is,
# and how it is given: in milliseconds, or as the address of a timeval, of a timespec, or of a futex' timespec.
_SLEEPS = {"x86_64": {35, 230}, "aarch64": {101, 115}}.get(platform.machine(), set())
_WAITS: dict[int, tuple[int, str]] = {
    "x86_64": {
        7: (2, "ms"),  # poll
        23: (4, "timeval"),  # select
        202: (3, "futex"),
        232: (3, "ms"),  # epoll_wait
        270: (4, "timespec"),  # pselect6
        271: (2, "timespec"),  # ppoll
        281: (3, "ms"),  # epoll_pwait
        441: (3, "timespec"),  # epoll_pwait2
    },
    "aarch64": {22: (3, "ms"), 72: (4, "timespec"), 73: (2, "timespec"), 98: (3, "futex"), 441: (3, "timespec")},
}.get(platform.machine(), {})
SHORT_WAIT_S = 2.5  # a longer time-out is a client's guard, not a plan

AVAILABLE = Path("/proc/self/task").is_dir() and Path("/proc/self/stat").exists()


@dataclass(frozen=True)
class Look:
    """What one look at a process found. `switches` identifies how often its threads were switched in and out."""

    asleep: bool  # no thread runs, is ready to run, or waits for a disk
    timer: bool  # one of them sleeps for a set time
    switches: tuple[tuple[int, int], ...]
    ends_in_s: float | None = None  # the shortest time after which one of its waits ends by itself; None: none does


def look(pid: int, horizon_s: float = SHORT_WAIT_S) -> Look | None:
    """Looks at a process and its descendants. None when it is gone or this system does not tell.

    A wait that ends by itself within `horizon_s` counts as a timer.
    """
    asleep = True
    limits: list[float] = []
    switches: list[tuple[int, int]] = []
    try:
        for tid, task in _tasks(pid):
            state, count = _status(task)
            asleep = asleep and state in "SIZXTt"  # stopped ones do not run by themselves
            limit = _limit_of(task) if state == "S" else None
            limits += [limit] if limit is not None else []
            switches.append((tid, count))
    except OSError:
        return None
    ends_in = min(limits, default=None)
    timer = ends_in is not None and ends_in <= horizon_s
    return Look(asleep, timer, tuple(sorted(switches)), ends_in) if switches else None


def processor_s(pid: int) -> float:
    """Seconds of a processor that a process has used; 0 where it is gone or this system does not tell."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = int(after_name[11]) + int(after_name[12])  # utime and stime, fields 14 and 15 of proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def size(pid: int) -> tuple[int, int]:
    """A process's threads, and bytes of memory; zeros where it is gone or this system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_bytes()
    except OSError:
        return 0, 0
    found = {name: int(value.split()[0]) for name, value in re.findall(rb"^(Threads|VmRSS):\s*(.*)$", status, re.M)}
    return found.get(b"Threads", 0), found.get(b"VmRSS", 0) * 1024


def hidden(pid: int) -> int:
    """Bytes of the files that a process holds open and that lie in no folder any more."""
    size = 0
    with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as held:
        for entry in held:
            with suppress(OSError):
                file = entry.stat()
                size += file.st_blocks * 512 if stat.S_ISREG(file.st_mode) and file.st_nlink == 0 else 0
    return size


def _tasks(pid: int) -> list[tuple[int, str]]:
    found = []
    for entry in os.scandir(f"/proc/{pid}/task"):
        task = entry.path
        found.append((int(entry.name), task))
        try:
            children = Path(f"{task}/children").read_text().split()
        except OSError:
            children = []
        for child in children:
            try:
                found += _tasks(int(child))
            except OSError:
                continue  # it ended meanwhile
    return found


def _status(task: str) -> tuple[str, int]:
    state, count = "R", 0
    with open(f"{task}/status", "rb") as file:
        for line in file:
            if line.startswith(b"State:"):
                state = line.split()[1].decode()
            elif b"ctxt_switches:" in line:
                count += int(line.split()[1])
    return state, count


def _limit_of(task: str) -> float | None:
    """Seconds after which this thread's wait ends by itself; None where it does not, 0 for a plain sleep.

    Where that cannot be seen it may end soon: that costs patience and fails nobody.
    """
    try:
        fields = Path(f"{task}/syscall").read_text().split()
    except OSError:
        return 0.0
    if not _WAITS:  # a machine whose calls this table does not know
        return 0.0
    if not fields or not fields[0].isdigit():
        return None
    call, arguments = int(fields[0]), [int(field, 16) for field in fields[1:7]]
    if call in _SLEEPS:
        return 0.0
    if call not in _WAITS:
        return None
    which, how = _WAITS[call]
    return _time_left(task, arguments[which], how, arguments[1])


def _time_left(task: str, value: int, how: str, operation: int) -> float | None:
    """Seconds until a waiting call gives up; None where it never does. What cannot be read counts as soon."""
    if how == "ms":
        timeout = value & 0xFFFFFFFF
        return None if timeout >= 0x80000000 else timeout / 1000
    if value == 0:
        return None
    try:
        with open(f"{task}/mem", "rb", buffering=0) as memory:
            memory.seek(value)
            seconds, fraction = struct.unpack("=qq", memory.read(16))
    except (OSError, ValueError, OverflowError, struct.error):
        return 0.0
    given = seconds + fraction / (1e6 if how == "timeval" else 1e9)
    if how == "futex" and operation & 0x7F == 9:  # FUTEX_WAIT_BITSET: a point in time, on one of two clocks
        clock = time.CLOCK_REALTIME if operation & 0x100 else time.CLOCK_MONOTONIC
        return float(given - time.clock_gettime(clock))
    return float(given)


class Rest:
    """Counts looks until a process is at rest for good.

    `idle` is how many looks in a row found nothing run and no timer; `dozing` is how many, in all, found it asleep,
    whether or not it woke up in between; looks that found it running, or ready to, count for neither.
    `since` is a reading of the monotonic clock: where `idle` is not 0, all that it did it had done by then.
    """

    def __init__(self) -> None:
        self.idle = self.dozing = self.looks = 0
        self.since = time.monotonic()
        self.last: Look | None = None

    def add(self, now: Look | None) -> None:
        self.looks += 1
        if now is None:
            self.idle += 1
            self.dozing += 1
            self.since = time.monotonic()  # nothing is known of what it did before
            return
        same = self.last is not None and now.switches == self.last.switches
        self.idle = self.idle + 1 if now.asleep and same and not now.timer else 0
        if self.idle == 0:
            self.since = time.monotonic()  # the first of the looks that will find it unchanged may be this one
        self.dozing += now.asleep
        self.last = now
