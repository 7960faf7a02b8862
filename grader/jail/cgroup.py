"""A control group for each run, where groups may be made (cgroups(7), version 2): it counts all that a run is made of.

Nothing here is needed for confinement: a run starts no processes, and its own memory is limited. Where an administrator
has delegated a group, it also counts what no limit of a process does, and ends the run as a whole. A group can hold
others with limits only if no process is in it itself: the parent of the judge's group must be ours, as with
`systemd-run --user --pty -p Delegate=yes -p DelegateSubgroup=judge grader class …`.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from grader.jail.spec import Limits

CONTROLLERS = ("memory", "pids")


@dataclass(frozen=True)
class Group:
    path: Path

    def enter(self) -> None:
        """The calling process moves into it. Raises OSError where it may not."""
        (self.path / "cgroup.procs").write_text("0")

    def remove(self) -> bool:
        """Ends what is left in it. False where that is not gone yet."""
        with contextlib.suppress(OSError):  # before Linux 5.14 there is no such file
            (self.path / "cgroup.kill").write_text("1")
        try:
            self.path.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True


class Groups:
    """Makes groups below one that is ours; `Groups.find()` says which."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._numbers = itertools.count(1)
        self._left: list[Group] = []

    @staticmethod
    def find(needed: tuple[str, ...] = CONTROLLERS) -> Groups | None:
        """None where no group may be made, or without what is needed."""
        own = _own_group()
        for base in (own, own.parent) if own is not None else ():
            if set(needed) <= set(_words(base / "cgroup.subtree_control")):
                groups = Groups(base)
                with contextlib.suppress(OSError):
                    groups.done(groups.make(Limits()))
                    return groups
        return None

    def make(self, limits: Limits) -> Group:
        """Raises OSError where that is not possible."""
        group = Group(self.base / f"grader-{os.getpid()}-{next(self._numbers)}")
        group.path.mkdir()
        wanted = {"pids.max": limits.threads, "memory.max": limits.memory, "memory.swap.max": 0, "memory.oom.group": 1}
        for name, value in wanted.items():
            if (group.path / name).exists():  # swap may not be counted
                (group.path / name).write_text(str(value))
        return group

    def done(self, group: Group) -> None:
        """The run is over. A group that cannot be removed yet is tried again with the next."""
        self._left = [other for other in (*self._left, group) if not other.remove()]


def _own_group() -> Path | None:
    """The folder of this process's group in the hierarchy of version 2."""
    mounted = next((line.split()[1] for line in _lines("/proc/self/mounts") if line.split()[2:3] == ["cgroup2"]), None)
    path = next((line[3:] for line in _lines("/proc/self/cgroup") if line.startswith("0::")), None)
    return Path(mounted + path) if mounted and path and ".." not in path else None


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
