"""The long run: `make fuzz`, or `python -m tests.fuzz [TARGET …] [--cases N] [--from N] [--input FILE]`.

Cases are numbered, and a number makes the same case again. What fails is made as small as it still fails in the same
way, and written to .fuzz/, from where `--input` runs it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.fuzz.engine import Failure, attempt, play
from tests.fuzz.targets import TARGETS

BLOCK = 500  # cases that a process takes at a time
FOUND = Path(".fuzz")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("target", nargs="*", help=f"some of {', '.join(TARGETS)}; all where none is named")
    options.add_argument("--cases", type=int, default=1_000_000, help="over all targets (default: a million)")
    options.add_argument(
        "--from", type=int, default=0, dest="first", help="the number of the first case of each target"
    )
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    options.add_argument("--input", type=Path, help="run this file's bytes as the one case of the one target")
    wanted = options.parse_args()
    unknown = [name for name in wanted.target if name not in TARGETS]
    if unknown or (wanted.input and len(wanted.target) != 1):
        options.error(f"there is no target {unknown[0]!r}" if unknown else "--input takes the name of one target")
    if wanted.input:
        failure = attempt(TARGETS[wanted.target[0]], wanted.input.read_bytes())
        print(failure.told if failure else "nothing fails")
        return 1 if failure else 0
    return _all(wanted.target or list(TARGETS), wanted.cases, wanted.first, wanted.jobs)


def _all(names: list[str], cases: int, first: int, jobs: int) -> int:
    shares = sum(TARGETS[name].share for name in names)
    failures: list[Failure] = []
    began = time.monotonic()
    for name in names:
        count = max(1, round(cases * TARGETS[name].share / shares))
        failures += _one(name, range(first, first + count), jobs)
    for failure in failures:
        _say(failure)
    print(f"{cases} cases in {time.monotonic() - began:.0f} s: {len(failures) or 'no'} failures")
    return 1 if failures else 0


def _one(name: str, numbers: range, jobs: int) -> list[Failure]:
    """One target, spread over processes: a case may end its process, as a learner's file can end a Python."""
    blocks = [numbers[at : at + BLOCK] for at in range(0, len(numbers), BLOCK)]
    waiting, failures, busy, began = blocks[::-1], dict[str, Failure](), list[Any](), time.monotonic()
    spent = 0.0
    while waiting or busy:
        while waiting and len(busy) < jobs and len(failures) < 5:
            busy.append(_started(name, waiting.pop()))
        busy, over = [w for w in busy if not w.over], [w for w in busy if w.over]
        for worker in over:
            found, seconds = worker.result()
            spent += seconds
            for failure in found:
                failures.setdefault(failure.kind, failure)
        if len(failures) >= 5:
            waiting = []
        time.sleep(0.01)
    done = time.monotonic() - began
    print(
        f"{name:<12} {len(numbers):>8} cases {len(numbers) / done:>8.0f}/s {done:>6.0f} s  {len(failures) or 'no'} failures"
    )
    sys.stdout.flush()
    return list(failures.values())


class _started:  # noqa: N801 - reads as what it is
    """A process that plays a block of cases."""

    def __init__(self, name: str, numbers: range) -> None:
        context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self._name, self._at = name, context.Value("q", numbers.start, lock=False)
        self._ours, theirs = context.Pipe(duplex=False)
        self._said: Any = None
        self._process = context.Process(target=_work, args=(name, numbers, theirs, self._at), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def over(self) -> bool:
        if self._said is None and self._ours.poll():
            try:
                self._said = self._ours.recv()
            except EOFError:
                self._said = self._died()
        return self._said is not None

    def result(self) -> tuple[list[Failure], float]:
        self._process.join()
        return self._said  # type: ignore[no-any-return]

    def _died(self) -> tuple[list[Failure], float]:
        self._process.join()
        code, number = self._process.exitcode or 0, self._at.value
        why = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        data = TARGETS[self._name].made(number)
        return [Failure(self._name, number, data, why, f"the process ended: {why}")], 0.0


def _work(name: str, numbers: range, answer: Any, at: Any) -> None:
    target, failures, seconds = TARGETS[name], list[Failure](), 0.0
    for number in numbers:
        at.value = number
        found, took = play(target, range(number, number + 1))
        failures, seconds = failures + found, seconds + took
        if len({failure.kind for failure in failures}) >= 5:
            break
    answer.send((failures, seconds))
    answer.close()


def _say(failure: Failure) -> None:
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{failure.name}.bin"
    path.write_bytes(failure.data)
    again = f"python -m tests.fuzz {failure.target}"
    print(f"\n{failure.target}: {failure.kind} (case {failure.number})\n  {failure.data[:500]!r}")
    print(f"  again: {again} --input {path}   or: {again} --from {failure.number} --cases 1\n{failure.told}")


if __name__ == "__main__":
    sys.exit(main())
