"""`grader new`, `grader lint`: for those who write challenges."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from grader.authoring.lint import Options, Result, Summary
from grader.authoring.lint import lint as look
from grader.authoring.new import begin
from grader.authoring.subject import subjects
from grader.challenge import Kit, find_kit
from grader.errors import UsageError
from grader.kitlock import is_locked
from grader.show import terminal


def new(id: str, title: str, function: str, file: str) -> None:
    """Says what was written, and what comes next."""
    kit = _kit()
    number = int(id[:2]) if id[:2].isdigit() else 0
    for path in begin(kit, id, title=title, function=function, file=file):
        print(path.relative_to(kit.root))
    print(f"\nIt works as it is: `grader lint {number}`. Make it yours step by step: docs/writing-a-challenge.md.")


def lint(names: list[str], *, quick: bool, seeds: int, jobs: int | None, as_json: bool, plain: bool) -> int:
    """Looks, and tells; returns the exit status."""
    kit = _kit()
    _not_handed_out(kit, names)
    with _watching(as_json) as doing:
        result = look(kit, names, Options(quick, seeds, jobs or 2 * (os.cpu_count() or 2)), doing)
    if as_json:
        print(_json(result))
    else:
        _show(result, terminal.console(plain=plain))
    return 1 if any(problem.severity == "error" for problem in result.problems) else 0


def _not_handed_out(kit: Kit, names: list[str]) -> None:
    """A learner's kit lacks what there is to lint. Raises UsageError."""
    if not is_locked(kit):
        return
    without = [
        subject.id for subject in subjects(kit, names) if not (kit.root / "solutions" / f"{subject.id}.py").exists()
    ]
    if without:
        raise UsageError(
            f"{without[0]}: there is nothing to lint it with, since this is a learner's kit, without solutions and "
            "submissions. Lint the kit that it was made from."
        )


def _kit() -> Kit:
    """With an absolute path, which messages leave out."""
    return Kit(find_kit().root.resolve())


@contextmanager
def _watching(as_json: bool) -> Iterator[Callable[[str], None]]:
    """At a terminal, a line that says how far it is."""
    console = Console(stderr=True)
    if as_json or not (sys.stdout.isatty() and console.is_terminal):
        yield lambda _: None
        return
    with console.status("reading …") as status:
        yield lambda what: status.update(escape(what[: console.width - 4]))


def _json(result: Result) -> str:
    found = {"schema": "grader/lint/v1", **asdict(result)}
    return json.dumps(found, ensure_ascii=False, indent=2)


def _show(result: Result, out: Console) -> None:
    for problem in result.problems:
        style = "yellow" if problem.severity == "warning" else "red"
        label = "warning: " if problem.severity == "warning" else ""
        out.print(Text.assemble((label, style), problem.message), soft_wrap=True)
    if result.problems:
        out.print()
    for summary in result.summaries:
        bad = result.errors(summary.id)
        style = "red" if bad else "green"
        out.print(
            Text.assemble(("✗ " if bad else "✓ ", style), summary.id, "  ", (_counts(summary, bad), "dim")),
            soft_wrap=True,
        )
    done = f"{result.gradings} gradings" if result.gradings else "without gradings"
    out.print(Text(f"{done} in {result.duration_s:.1f} s", style="dim"))


def _counts(summary: Summary, bad: int) -> str:
    parts = [f"{bad} problem{'s' * (bad > 1)}"] if bad else []
    if summary.checks:
        parts.append(
            f"{summary.checks} checks, {summary.points:g} points, {summary.right} right, {summary.wrong} wrong"
        )
    if summary.mutants:
        found_out = summary.mutants - summary.equivalent - summary.survivors
        parts.append(f"of {summary.mutants} mutants {found_out} fail, {summary.equivalent} equivalent")
    elif summary.checks and not bad:
        parts.append("not graded")
    return " · ".join(parts)
