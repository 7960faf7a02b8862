"""Landlock: a process gives up, for good, all files and TCP ports but those that it names (landlock(7), Linux 5.13).

What it does not cover is the business of `seccomp` and of closed descriptors: UDP, Unix sockets, `stat`, descriptors
that are open already. A restriction holds for the thread that asks for it and for what that starts: ask before there is
another.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.jail import libc

# System calls have these numbers on every machine, since Linux gives the same to all of them from 424 on.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _NET_PORT = 1, 2

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_EXECUTE, _WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1 << 0, 1 << 1, 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_FIFO, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 10, 1 << 12
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_BIND_TCP, _CONNECT_TCP = 1 << 0, 1 << 1
_SCOPES = 3  # abstract Unix sockets, signals

READ = READ_FILE | READ_DIR
WRITE = (
    READ
    | _WRITE_FILE
    | _TRUNCATE
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _MAKE_DIR
    | _MAKE_REG
    | _MAKE_FIFO
    | _MAKE_SYM
    | _REFER
)
USE = READ_FILE | _WRITE_FILE  # of a device

# The highest right to a file that a version knows: 1 has 13 of them, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
TCP_SINCE, SCOPES_SINCE = 4, 6


def version() -> int:
    """The kernel's version of the interface; 0 where there is none, or it is switched off."""
    try:
        return libc.syscall(_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


class Places:
    """Files and folders with rights to them, held open so that a rule for each is one call."""

    def __init__(self, places: Iterable[tuple[str, int]]) -> None:
        """Those that do not exist are left out."""
        self._held: list[tuple[int, int]] = []
        for path, rights in places:
            with contextlib.suppress(OSError):
                held = os.open(path, os.O_PATH | os.O_CLOEXEC)
                self._held.append((held, rights if Path(path).is_dir() else rights & (USE | _TRUNCATE)))

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._held)

    def close(self) -> None:
        for held, _ in self._held:
            os.close(held)
        self._held.clear()


def ruleset(known: int, places: Iterable[Places], port: int) -> int:
    """A descriptor of the rules: nothing but `places`, TCP to no other port than `port`. The caller closes it.

    `known` is `version()`, at least 1. Raises OSError where the kernel refuses.
    """
    handled = (1 << _FILE_RIGHTS.get(known, 16)) - 1
    ports = _BIND_TCP | _CONNECT_TCP if known >= TCP_SINCE else 0
    attributes = struct.pack("=QQQ", handled, ports, _SCOPES if known >= SCOPES_SINCE else 0)
    size = 24 if known >= SCOPES_SINCE else 16 if known >= TCP_SINCE else 8
    made = libc.syscall(_CREATE_RULESET, attributes, size, 0)
    try:
        for group in places:
            for held, rights in group:
                libc.syscall(_ADD_RULE, made, _PATH_BENEATH, struct.pack("=Qi", rights & handled, held), 0)
        if ports:
            libc.syscall(_ADD_RULE, made, _NET_PORT, struct.pack("=QQ", _CONNECT_TCP, port), 0)
            # A client may bind to "any port of mine" before it connects.
            libc.syscall(_ADD_RULE, made, _NET_PORT, struct.pack("=QQ", _BIND_TCP, 0), 0)
    except OSError:
        os.close(made)
        raise
    return made


def restrict(ruleset: int) -> None:
    """From now on and for good. NO_NEW_PRIVS must be set. Raises OSError where the kernel refuses."""
    libc.syscall(_RESTRICT_SELF, ruleset, 0)
