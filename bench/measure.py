"""Measuring two things in turn, and the processes that are measured.

Machines are busy, clocks drift: nothing here compares figures that were not taken alternately, in one go.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = "{:<28} {:>11} {:>11} {:>9} {:>9}  {}"
HEADINGS = WIDTHS.format("name", "measured", "reference", "ratio", "bound", "")


@dataclass(frozen=True)
class Row:
    """One line of the table. `measured` and `reference` are medians in seconds."""

    name: str
    measured: float
    reference: float
    bound: float

    @property
    def ratio(self) -> float:
        return self.measured / self.reference

    @property
    def over(self) -> bool:
        return self.ratio > self.bound

    def __str__(self) -> str:
        measured, reference = (f"{seconds * 1000:.2f} ms" for seconds in (self.measured, self.reference))
        verdict = "over" if self.over else "ok"
        return WIDTHS.format(self.name, measured, reference, f"{self.ratio:.2f}", f"{self.bound:.2f}", verdict)


@dataclass(frozen=True)
class Extra(Row):
    """A line whose bound is what `measured` may cost more than `reference`, in seconds."""

    @property
    def over(self) -> bool:
        return self.measured - self.reference > self.bound

    def __str__(self) -> str:
        measured, reference, extra, bound = (
            f"{seconds * 1000:.2f} ms"
            for seconds in (self.measured, self.reference, self.measured - self.reference, self.bound)
        )
        return WIDTHS.format(self.name, measured, reference, "+" + extra, bound, "over" if self.over else "ok")


def alternately(
    name: str,
    measured: Callable[[], float],
    reference: Callable[[], float],
    *,
    times: int,
    bound: float,
    before: int = 1,
) -> Row:
    """A B A B …, `times` of each, after `before` of each that do not count. Both return seconds."""
    for _ in range(before):
        measured(), reference()
    ours, theirs = [], []
    for _ in range(times):
        ours.append(measured())
        theirs.append(reference())
    return Row(name, statistics.median(ours), statistics.median(theirs), bound)


def environment() -> dict[str, str]:
    """That of a learner's shell: without what a developer's may hold that slows Python down or wakes its debugging."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GRADER_"))}
    return env | {"PYTHONPATH": str(ROOT)}


class Role:
    """A process of its own that runs `python -m {module}`: a line of JSON in, a line of JSON back. A context manager.

    `first` is what it is told at once; what it says to that is `said`.
    """

    def __init__(self, module: str, first: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
            text=True,
        )
        self.said = self.ask(first)

    def ask(self, question: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._process.args!r} left with {self._process.wait()} and no answer")
        return json.loads(answer)

    def cpu(self) -> float:
        """User and system time that the process has used, in seconds (Linux: the clock of a process by its id)."""
        return time.clock_gettime((~self._process.pid << 3) | 2)

    def __enter__(self) -> Role:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._process.communicate()
