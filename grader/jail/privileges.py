"""Root's rights, given up: another user for each run, and no capabilities."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from grader.jail import libc, seccomp

# Users of runs. systemd's table of user ids calls these unused (systemd.io/UIDS-GIDS), and so does Debian.
_FIRST, _COUNT = 60_706, 400
_turns = itertools.count(os.getpid() * 7)  # judges side by side seldom meet

_DAC_READ_SEARCH = 2  # capabilities(7): reads whatever the file modes say
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPGET = {"x86_64": 125, "aarch64": 90}
_VERSION_3 = 0x20080522


def next_user() -> int | None:
    """The id of a user that nothing runs as, where this process may change to it; None where it is not root."""
    return _FIRST + next(_turns) % _COUNT if os.name == "posix" and os.geteuid() == 0 else None


def drop(user: int | None, *, reads_all: bool) -> None:
    """Becomes `user` (None: stays who it is), with no capability but, if `reads_all`, that of reading any file.

    That one is for interpreters that only root may read, such as one under /root; Landlock says what may be read then.
    Raises OSError where the system refuses.
    """
    if user is not None:
        libc.prctl(libc.PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _keep(1 << _DAC_READ_SEARCH if reads_all else 0)


def _keep(capabilities: int) -> None:
    """No capabilities are left but these, and of these only what there was."""
    machine = os.uname().machine
    if seccomp.HERE is None:
        return
    header = struct.pack("=Ii", _VERSION_3, 0)
    had = bytearray(24)
    libc.syscall(_CAPGET[machine], header, _buffer(had))
    permitted = struct.unpack_from("=I", had, 4)[0] & capabilities
    libc.syscall(_CAPSET[machine], header, struct.pack("=IIIIII", permitted, permitted, 0, 0, 0, 0))


def _buffer(data: bytearray) -> object:
    import ctypes

    return (ctypes.c_char * len(data)).from_buffer(data)


def only_for_root(paths: Iterable[str]) -> bool:
    """Does a folder on the way to one of these let others not through?"""
    ways = {folder for path in paths for folder in (Path(path), *Path(path).parents)}
    return any(_is_closed(folder) for folder in ways)


def _is_closed(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        mode = folder.stat().st_mode
        return stat.S_ISDIR(mode) and not mode & stat.S_IXOTH
    return False


def hide() -> None:
    """This process's memory, environment and descriptors are not for others of its user (PR_SET_DUMPABLE, proc(5))."""
    with contextlib.suppress(OSError):
        libc.prctl(libc.PR_SET_DUMPABLE, 0)


def show() -> None:
    """The judge may look at this process again; what changes its user becomes hidden from others and from itself."""
    with contextlib.suppress(OSError):
        libc.prctl(libc.PR_SET_DUMPABLE, 1)
