"""`grader grade`."""

from __future__ import annotations

import sys
from pathlib import Path

from grader import progress
from grader.challenge import Challenge, find_kit, load_all, select
from grader.errors import UsageError
from grader.grading import Session, Work, grade, libraries_for
from grader.report import Report
from grader.running import new_seed
from grader.show import terminal


def run(
    names: list[str],
    *,
    file: Path | None,
    seed: int | None,
    as_json: bool,
    out: Path | None,
    jobs: int,
    hints: str,
    plain: bool,
) -> int:
    """Grades and shows; returns the exit status. Raises UsageError for what was typed wrong."""
    kit = find_kit()
    chosen = select(load_all(kit), names)
    shown = _hint_count(hints)
    if file is not None and len(chosen) != 1:
        raise UsageError(f"--file {file} goes with one challenge: name it, as in `grader grade 1 --file {file}`.")
    work = [Work(challenge, challenge.submission(file)) for challenge in chosen]
    report = graded(chosen, work, seed=new_seed() if seed is None else seed, jobs=jobs)
    if file is None:
        progress.remember(kit, report, shown)
    _show(report, as_json=as_json, out=out, hints=shown, plain=plain)
    return {"pass": 0, "fail": 1, "error": 3}[report.status]


def graded(chosen: list[Challenge], work: list[Work], *, seed: int, jobs: int) -> Report:
    with Session(libraries_for(chosen), jobs=jobs) as session:
        return grade(session, chosen[0].kit, work, seed=seed)


def _hint_count(hints: str) -> int:
    if hints == "all":
        return 3
    if not hints.isdigit():
        raise UsageError(f"--hints {hints!r}: expected a number or `all`.")
    return int(hints)


def _show(report: Report, *, as_json: bool, out: Path | None, hints: int, plain: bool) -> None:
    if out is not None:
        try:
            progress.write(out, _text(report, as_json, hints))
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written ({error.strerror}). Name a file in a folder that exists.") from None
    elif as_json:
        sys.stdout.write(report.to_json() + "\n")
    else:
        terminal.show(report, terminal.console(plain=plain), hints=hints)


def _text(report: Report, as_json: bool, hints: int) -> str:
    if as_json:
        return report.to_json() + "\n"
    console = terminal.console(plain=True, width=100)
    with console.capture() as captured:
        terminal.show(report, console, hints=hints)
    return captured.get()
