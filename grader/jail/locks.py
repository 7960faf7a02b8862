"""The locks and values of `multiprocessing` where there is only one process.

Python makes them in /dev/shm, which a run may not touch: locks are named semaphores, a `Value` lies in a file.
`ThreadPool`, `multiprocessing.dummy` and progress bars use them among threads, and those are right programs: here they
get locks among threads, and the file lies in the run's own folder.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
import time
from types import TracebackType

_RECURSIVE = 0  # of the two kinds, multiprocessing.synchronize.RECURSIVE_MUTEX


class SemLock:
    """Stands in for `_multiprocessing.SemLock`: the same constructor, methods and errors."""

    SEM_VALUE_MAX = 2**31 - 1
    handle, name = 0, None

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue = kind, maxvalue
        self._value = value
        self._changed = threading.Condition()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        me = threading.get_ident()
        with self._changed:
            if self.kind == _RECURSIVE and self._owner == me:
                self._depth += 1
                return True
            until = None if timeout is None else time.monotonic() + max(0.0, timeout)
            while self._value <= 0:
                left = None if until is None else until - time.monotonic()
                if not block or (left is not None and left <= 0):
                    return False
                self._changed.wait(left)
            self._value -= 1
            self._owner, self._depth = me, 1
            return True

    def release(self) -> None:
        with self._changed:
            if self.kind == _RECURSIVE:
                if self._owner != threading.get_ident():
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                self._depth -= 1
                if self._depth:
                    return
            elif self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._owner = None
            self._value += 1
            self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, kind: type | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()

    def _is_mine(self) -> bool:
        return self._owner == threading.get_ident()

    def _count(self) -> int:
        return self._depth if self._is_mine() else 0

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        """There is no fork."""


def install() -> None:
    """From now on `multiprocessing` makes its locks so, in this process and in those forked from it."""
    with contextlib.suppress(ImportError):  # an interpreter without semaphores
        vars(importlib.import_module("_multiprocessing"))["SemLock"] = SemLock
        importlib.import_module("multiprocessing.heap").Arena._dir_candidates = []
