"""What `grader class` shows while it grades: rate, remaining time, failures so far.

Lines where there is no terminal.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.classroom.conduct import Tally
from grader.classroom.store.graded import Graded

EVERY_S = 10.0  # a line, where there is no terminal

Tell = Callable[[Tally, Graded], None]


@contextmanager
def watching(total: int, *, plain: bool) -> Iterator[Tell]:
    """Gives what is to be told of each report."""
    console = Console(stderr=True)
    with _bar(total, console) if console.is_terminal and not plain else _lines(total) as tell:
        yield tell


@contextmanager
def _bar(total: int, console: Console) -> Iterator[Tell]:
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[standing]}"),
        TextColumn("{task.description}", style="dim"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("getting ready …", total=total, rate="", standing="")
        rate = Rate()

        def tell(tally: Tally, graded: Graded) -> None:
            what = escape(f"{graded.student} · {graded.challenge[:2]}")
            progress.update(
                bar, completed=tally.done, description=what, rate=f"{rate(tally.done):.1f}/s", standing=standing(tally)
            )

        yield tell


@contextmanager
def _lines(total: int) -> Iterator[Tell]:
    rate, last = Rate(), time.monotonic()

    def tell(tally: Tally, _: Graded) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < EVERY_S and tally.done < total:
            return
        last, speed = now, rate(tally.done)
        left = timedelta(seconds=round((total - tally.done) / speed)) if speed else "?"
        print(f"{tally.done} of {total} · {speed:.1f}/s · {left} left · {standing(tally)}", file=sys.stderr, flush=True)

    yield tell


class Rate:
    """How many got done in a second: over the last minute, so that getting ready is soon forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, window_s: float = 60.0) -> None:
        self._clock, self._window = clock, window_s
        self._seen = [(clock(), 0)]

    def __call__(self, done: int) -> float:
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and self._seen[1][0] < now - self._window:
            del self._seen[0]
        began, before = self._seen[0]
        return (done - before) / (now - began) if now > began else 0.0


def standing(tally: Tally) -> str:
    """Failures so far; the grader's own only where there are some."""
    errors = tally.by_status["error"]
    return f"{tally.failures} not passed" + (f", {errors} the grader failed" if errors else "")
