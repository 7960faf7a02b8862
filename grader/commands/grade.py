"""`grader grade`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from grader import files, progress
from grader.challenge import Challenge, find_kit, load_all, select
from grader.errors import UsageError
from grader.grading import Session, Work, grade, libraries_for
from grader.report import Report
from grader.scenario import new_seed
from grader.show import terminal


@dataclass(frozen=True)
class Wanted:
    """The options of the command line."""

    file: Path | None
    solutions: bool
    seed: int | None
    as_json: bool
    out: Path | None
    jobs: int
    hints: str
    plain: bool


def run(names: list[str], wanted: Wanted) -> int:
    """Grades and shows; returns the exit status. Raises UsageError for what was typed wrong."""
    kit = find_kit()
    chosen = select(load_all(kit), names)
    hints = _hint_count(wanted.hints)
    _check_out(wanted.out)
    work = _work(chosen, wanted)
    seed = new_seed() if wanted.seed is None else wanted.seed
    with Session(libraries_for(chosen), jobs=wanted.jobs) as session, _watching(wanted) as doing:
        report = grade(session, kit, work, seed=seed, doing=doing)
    if wanted.file is None and not wanted.solutions:
        progress.remember(kit, report, hints)
    _show(report, wanted, hints)
    return {"pass": 0, "fail": 1, "error": 3}[report.status]


@contextmanager
def _watching(wanted: Wanted) -> Iterator[Callable[[str], None]]:
    """At a terminal, a line that says what is being tried; it is gone when the report comes."""
    console = Console(stderr=True)
    if wanted.as_json or not (sys.stdout.isatty() and console.is_terminal):
        yield lambda _: None
        return
    with console.status("getting ready …") as status:
        yield lambda what: status.update(escape(what))


def _work(chosen: list[Challenge], wanted: Wanted) -> list[Work]:
    if wanted.solutions:
        return [Work(challenge, challenge.submission(challenge.solution)) for challenge in chosen]
    if wanted.file is not None and len(chosen) != 1:
        raise UsageError(f"--file {wanted.file} goes with one challenge: `grader grade 1 --file {wanted.file}`.")
    return [Work(challenge, challenge.submission(wanted.file)) for challenge in chosen]


def _hint_count(hints: str) -> int:
    if hints == "all":
        return 3
    if not hints.isdigit():
        raise UsageError(f"--hints {hints!r}: expected a number or `all`.")
    return int(hints)


def _check_out(out: Path | None) -> None:
    """Before any work is done for nothing."""
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        raise UsageError(f"--out {out}: expected a file in a folder that exists.")


def _show(report: Report, wanted: Wanted, hints: int) -> None:
    if wanted.out is not None:
        try:
            files.write(wanted.out, _text(report, wanted.as_json, hints))
        except OSError as error:
            raise UsageError(f"--out {wanted.out}: cannot be written ({error.strerror}). Name another file.") from None
    elif wanted.as_json:
        sys.stdout.write(report.to_json() + "\n")
    else:
        terminal.show(report, terminal.console(plain=wanted.plain), hints=hints)


def _text(report: Report, as_json: bool, hints: int) -> str:
    if as_json:
        return report.to_json() + "\n"
    console = terminal.console(plain=True, width=100)
    with console.capture() as captured:
        terminal.show(report, console, hints=hints)
    return captured.get()
