"""`grader doctor`: what this machine can do for a grading, what it cannot, and what to do about that."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from grader import __version__
from grader.challenge import find_kit, load_all
from grader.errors import GraderFault, UsageError
from grader.jail import jail as jails
from grader.jail import landlock, pulse
from grader.jail.cgroup import Groups
from grader.jail.tiers import CONFINED, LIMITED, SEPARATE
from grader.show import terminal

MEANS = {
    CONFINED: "files, ports, processes and signals are out of a submission's reach",
    LIMITED: "limits and what else there is; good for your own code and your own class, not for strangers'",
    SEPARATE: "a process of its own with limits; good for your own code, not for others'",
}


@dataclass(frozen=True)
class Finding:
    well: bool
    what: str
    said: str
    advice: str = ""


def run(plain: bool) -> int:
    """Prints what was found; 0 where a grading can run here, else 3."""
    console = terminal.console(plain=plain)
    grid = Table.grid(padding=(0, 2))
    works = True
    for finding in _findings():
        works = works and (finding.well or finding.what not in ("kit", "loopback", "confinement"))
        glyph, style = ("✓", "green") if finding.well else ("✗", "yellow")
        said = Text(finding.said)
        if finding.advice:
            said.append(f"\n→ {finding.advice}", style="dim")
        grid.add_row(Text(glyph, style=style), finding.what, said)
    console.print(grid)
    return 0 if works else 3


def _findings() -> Iterator[Finding]:
    yield Finding(True, "grader", f"{__version__}, Python {platform.python_version()} at {sys.executable}")
    yield Finding(True, "system", f"{platform.system()} {platform.release()}, {platform.machine()}")
    yield _kit()
    yield _loopback()
    forks = "GRADER_JAIL=fresh asks for it, or this system has no fork"
    yield _either(
        jails.forks(), "runs", "forked from a warm parent", "a fresh interpreter each, which is slower", forks
    )
    clock = "on a very busy machine a slow program may be taken for one that waits"
    yield _either(pulse.AVAILABLE, "waiting", "seen in /proc", "guessed by a clock: there is no /proc here", clock)
    yield from _confinement()


def _either(well: bool, what: str, if_so: str, if_not: str, advice: str) -> Finding:
    return Finding(well, what, if_so if well else if_not, "" if well else advice)


def _kit() -> Finding:
    try:
        kit = find_kit()
        return Finding(True, "kit", f"{len(load_all(kit))} challenges in {kit.root}")
    except UsageError as error:
        return Finding(False, "kit", str(error))


def _loopback() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5):
            return Finding(True, "loopback", "127.0.0.1 can be reached")
    except OSError as error:
        return Finding(False, "loopback", f"127.0.0.1 cannot be reached ({error.strerror})", "ip link set lo up")


def _confinement() -> Iterator[Finding]:
    try:
        told = jails.probed()
    except GraderFault as error:
        yield Finding(False, "confinement", str(error), "report it: the probe itself should not fail")
        return
    yield Finding(told["tier"] == CONFINED, "confinement", f"{told['tier']}: {MEANS[told['tier']]}")
    version = landlock.version()
    newer = f"version {landlock.TCP_SINCE} is in Linux 6.7; `landlock` must stand in the kernel's list of lsm="
    has = f"version {version}" if version else "none"
    yield _either(version >= landlock.TCP_SINCE, "Landlock", has, f"{has}: files and ports cannot be confined", newer)
    yield Finding(bool(told["seccomp"]), "seccomp", "refuses system calls" if told["seccomp"] else "not used")
    yield _user(told)
    groups = Groups.find() is not None
    yield Finding(True, "cgroup", "a group for each run" if groups else "none of ours, and none is needed")
    for missing in told["missing"]:
        yield Finding(False, "missing", missing)


def _user(told: dict[str, Any]) -> Finding:
    if told["drops"]:
        return Finding(True, "user", "a user of its own for each run, since you are root")
    if told["root"]:
        return Finding(False, "user", "runs stay root, without its capabilities", "grade as an ordinary user")
    return Finding(True, "user", "runs are yours, as you are not root")
