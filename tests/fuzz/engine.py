"""The loop: case after case, a limit of time for each, and where one fails the smallest that fails in the same way."""

from __future__ import annotations

import hashlib
import json
import random
import re
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

HANG_S = 10.0  # of a processor, for one case: it is meant to take some milliseconds
TRIES = 4000  # to make a failing case smaller


@dataclass(frozen=True)
class Target:
    """`case` makes an input, `run` gives it to the grader, and raises whatever nobody should meet."""

    name: str
    case: Callable[[random.Random], bytes]
    run: Callable[[bytes], None]
    share: int  # of a thousand cases, so many are of this target

    def made(self, number: int) -> bytes:
        return self.case(random.Random(f"{self.name}/{number}"))


class Hang(BaseException):
    """No Exception, so that nothing of the grader's takes it for one."""


@dataclass(frozen=True)
class Failure:
    target: str
    number: int
    data: bytes
    kind: str  # what two failures of one cause have in common
    told: str

    @property
    def name(self) -> str:
        return f"{self.target}-{hashlib.sha256(self.data).hexdigest()[:12]}"


def attempt(target: Target, data: bytes, number: int = 0, limit_s: float = HANG_S) -> Failure | None:
    """Runs one input."""
    try:
        with limited(limit_s):
            target.run(data)
    except (Exception, Hang) as error:
        return Failure(target.name, number, data, _kind(error), traceback.format_exc(limit=-12))
    return None


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises Hang once so much of a processor was used; not on a thread beside the main one, which gets no signals."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def hang(*_: Any) -> None:
        raise Hang(f"used more than {seconds:g} s of a processor")

    before = signal.signal(signal.SIGPROF, hang)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _kind(error: BaseException) -> str:
    """The exception, and the last place in the grader that it came through; of an assertion, what it says."""
    places = [f for f in traceback.extract_tb(error.__traceback__) if "/grader/" in f.filename.replace("\\", "/")]
    place = f"{places[-1].filename.rpartition('/')[2]}:{places[-1].name}" if places else ""
    if isinstance(error, AssertionError):
        return f"AssertionError {re.sub('[^a-z ]', '', str(error))[:60]}"
    return type(error).__name__ if isinstance(error, Hang) else f"{type(error).__name__} {place}"


def play(target: Target, numbers: range, most: int = 5) -> tuple[list[Failure], float]:
    """The cases of these numbers; the first failure of each kind, made small, and the seconds that it took."""
    found: dict[str, Failure] = {}
    began = time.monotonic()
    for number in numbers:
        failure = attempt(target, target.made(number), number)
        if failure is not None and failure.kind not in found:
            found[failure.kind] = smaller(target, failure)
            if len(found) >= most:
                break
    return list(found.values()), time.monotonic() - began


def smaller(target: Target, failure: Failure) -> Failure:
    """The smallest input that was found to fail in the same way."""
    left = 20 if failure.kind == Hang.__name__ else TRIES
    going = True
    while going and left > 0:
        going = False
        for data in _less(failure.data):
            left -= 1
            if left <= 0:
                break
            again = attempt(target, data, failure.number, 2.0 if failure.kind == Hang.__name__ else HANG_S)
            if again is not None and again.kind == failure.kind:
                failure, going = again, True
                break
    return failure


def _less(data: bytes) -> Iterator[bytes]:
    """Smaller inputs, the much smaller ones first: parts of JSON left out, else runs of bytes."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict | list):
        for one in _less_json(value):
            text = json.dumps(one, separators=(",", ":")).encode()
            if len(text) < len(data):
                yield text
    size = len(data) // 2
    while size:
        for at in range(0, len(data), size):
            yield data[:at] + data[at + size :]
        size //= 2


def _less_json(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
        for key in value:
            yield from ({**value, key: one} for one in _less_json(value[key]))
    elif isinstance(value, list):
        half = len(value) // 2
        if half > 1:
            yield value[:half]
            yield value[half:]
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]
        for at in range(len(value)):
            yield from ([*value[:at], one, *value[at + 1 :]] for one in _less_json(value[at]))
    elif isinstance(value, str) and len(value) > 1:
        yield value[: len(value) // 2]
        yield value[len(value) // 2 :]
