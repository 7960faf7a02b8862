"""System calls that Python has no function for, by way of the C library."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_MM = 35
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_SET_PTRACER = 0x59616D61


def prctl(option: int, value: int = 0) -> None:
    """prctl(2). Raises OSError where the kernel refuses, or has no such call (not Linux)."""
    if not hasattr(_libc, "prctl"):
        raise OSError("this system has no prctl")
    # Variadic: without a type ctypes would pass 32 bits of each.
    _checked(_libc.prctl(option, *(ctypes.c_ulong(argument) for argument in (value, 0, 0, 0))))  # type: ignore[union-attr]


def syscall(number: int, *arguments: Any) -> int:
    """syscall(2), with whole numbers, bytes and ctypes objects. Raises OSError with the kernel's errno."""
    if not hasattr(_libc, "syscall"):
        raise OSError("this system has no syscall function")
    wide = (ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments)
    return _checked(_libc.syscall(ctypes.c_long(number), *wide))  # type: ignore[union-attr]


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return int(result)
