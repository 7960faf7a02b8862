"""The report for a person at a terminal: a line a challenge, then one thing to do next."""

from __future__ import annotations

import os
import sys
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.diagnosis.misconceptions import misconceptions, where
from grader.excerpt import cut
from grader.report import ChallengeReport, CheckReport, Report
from grader.show import picture
from grader.show.plainly import changed

GLYPH = {"pass": "✓", "fail": "✗", "skip": "·", "error": "!", "not-started": "○"}
STYLE = {"pass": "green", "fail": "red", "skip": "dim", "error": "yellow", "not-started": "cyan"}
WORD = {"pass": "passed", "fail": "not yet", "error": "the grader failed", "not-started": "not started"}
LEVELS = ("hint", "hint 2", "hint 3")


def console(*, plain: bool = False, width: int | None = None) -> Console:
    """A console on stdout. `plain`, NO_COLOR or no terminal means no escape sequence at all; the text is the same."""
    bare = plain or bool(os.environ.get("NO_COLOR"))
    known = width or (None if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else 100)
    return Console(
        highlight=False, width=known, color_system=None if bare else "auto", force_terminal=False if bare else None
    )


def text(report: Report, hints: int = 1) -> str:
    """What `show` shows, for a file: no colours, 100 columns."""
    out = console(plain=True, width=100)
    with out.capture() as captured:
        show(report, out, hints=hints)
    return captured.get()


def plain(part: RenderableType, width: int = 100) -> str:
    """A part of the report as text, for those who print by other means."""
    out = console(plain=True, width=width)
    with out.capture() as captured:
        out.print(part)
    return "\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")) + "\n"


def show(report: Report, out: Console, *, hints: int = 1, advice: bool = True) -> None:
    for challenge in report.challenges:
        out.print(line(challenge))
    failed = next((c for c in report.challenges if c.status in ("fail", "error", "not-started")), None)
    if failed is not None:
        out.print()
        out.print(details(failed, report, out.width, hints=hints))
    out.print()
    out.print(total(report.challenges, report.seed, given=report.seed_given, advice=advice))
    if note := changed(report):
        out.print(Text(note, style="yellow"), soft_wrap=True)


def line(challenge: ChallengeReport) -> RenderableType:
    """`✓ 01 Inspect a chunk …… passed  18/18`."""
    style = STYLE[challenge.status]
    grid = Table.grid(expand=False, padding=(0, 2))
    grid.add_column(width=30, no_wrap=True)
    grid.add_column(width=15, no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    name = Text.assemble((GLYPH[challenge.status] + " ", style), (challenge.id[:2] + " ", "dim"), challenge.title)
    points = f"{_points(challenge.points)}/{_points(challenge.max_points)}"
    grid.add_row(name, Text(WORD[challenge.status], style=style), Text(points, style="dim"))
    return grid


def details(
    challenge: ChallengeReport, report: Report, width: int, *, hints: int, brief: bool = False, more: str = ""
) -> RenderableType:
    """The checks, and what there is to say about the first that does not hold.

    `brief` has the checks that hold share one line; `more` says how to get the next hint.
    """
    first = next((c for c in challenge.checks if c.status == "error"), None) or next(
        c for c in challenge.checks if c.status == "fail"
    )
    if challenge.status == "not-started":
        return finding(challenge, first, width, hints=hints, more=more)
    parts: list[RenderableType] = [*_check_lines(challenge, first, brief), ""]
    parts.append(finding(challenge, first, width, hints=hints, more=more))
    if first.status == "fail":
        parts += [*_also(challenge, first)]
    again = f'make grade C={number(challenge)} ARGS="--seed {report.seed}"'
    parts += ["", Text(f"The same streams again: {again}", style="dim")]
    return Group(*parts)


def finding(
    challenge: ChallengeReport, check: CheckReport, width: int, *, hints: int, more: str = ""
) -> RenderableType:
    """One check that does not hold: what, why, `hints` hints, how to get `more`, and the picture of the wire."""
    if check.diagnosis == "not-started":
        return Group(*_not_started(challenge, check, hints, more))
    parts: list[RenderableType] = [Text(check.message, style="bold")]
    if check.status == "fail":
        parts += [_evidence(check), "", *_hints(challenge, check, hints, more)]
        parts += _wire(challenge, check, width)
        parts += _own_output(challenge, check)
    return Group(*parts)


def checks(challenge: ChallengeReport) -> RenderableType:
    """A line a check, for a challenge of which all hold."""
    return Group(*_check_lines(challenge, None))


def _not_started(challenge: ChallengeReport, check: CheckReport, hints: int, more: str) -> list[RenderableType]:
    folder = f"challenges/{challenge.id}"
    return [
        Text(check.message, style="bold"),
        Text(f"Read {folder}/README.md, then fill in the function in that folder's Python file."),
        *_hints(challenge, check, hints, more),
    ]


def _check_lines(challenge: ChallengeReport, first: CheckReport | None, brief: bool = False) -> list[Text]:
    """A line a check; those that were not tried share one."""
    left_out = ("skip", "pass") if brief else ("skip",)
    lines = [_check_line(check, check is first) for check in challenge.checks if check.status not in left_out]
    held = sum(1 for check in challenge.checks if check.status == "pass")
    if brief and held:
        holds = Text.assemble("  ", ("✓ ", STYLE["pass"]), f"{held} of {len(challenge.checks)} checks hold")
        lines.insert(0, holds)
    skipped = sum(1 for check in challenge.checks if check.status == "skip")
    if skipped:
        lines.append(Text(f"  · {skipped} more that build on these", style="dim"))
    return lines


def _check_line(check: CheckReport, here: bool) -> Text:
    glyph = (GLYPH[check.status] + " ", STYLE[check.status])
    return Text.assemble("  ", glyph, (check.title, "bold" if here else ""))


def _evidence(check: CheckReport) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", width=9)
    grid.add_column(overflow="fold")
    if check.given:
        grid.add_row("given", Text(check.given))
    grid.add_row("expected", Text(check.expected))
    grid.add_row("seen", Text(check.actual))
    if check.line and check.diagnosis != "syntax-error":
        grid.add_row("at", Text(f"line {check.line}: {check.source}"))
    grid.add_row(
        "diagnosis",
        Text.assemble((check.diagnosis or "", "bold magenta"), f" — {check.because}" if check.because else ""),
    )
    return Padding(grid, (1, 0, 0, 2))


def _hints(challenge: ChallengeReport, check: CheckReport, count: int, more: str) -> list[RenderableType]:
    about = misconceptions().get(check.diagnosis or "")
    if about is None:
        return []
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold cyan", width=9)
    grid.add_column(overflow="fold")
    for label, hint in list(zip(LEVELS, about.hints, strict=False))[:count]:
        grid.add_row(label, Text(where(hint, check.line, check.source)))
    if count < len(about.hints):
        more = more or f"make hint C={number(challenge)}"
        grid.add_row("", Text(f"more: {more}   ·   in the lesson: “{about.lesson}”", style="dim"))
    return [Padding(grid, (0, 0, 0, 2))]


def _run_of(challenge: ChallengeReport, check: CheckReport) -> Any:
    """The run that the finding is about: the last one that the check asked for."""
    return next((run for run in challenge.runs if check.runs and run.id == check.runs[-1]), None)


def _wire(challenge: ChallengeReport, check: CheckReport, width: int) -> list[RenderableType]:
    run = _run_of(challenge, check)
    if run is None or not any(entry["kind"] == "read" or entry.get("labels") for entry in run.timeline["events"]):
        return []
    lines = picture.draw(run.timeline, check.parting, width=width - 4)
    about = "read by read" if picture.is_fed(run.timeline) else "the wire"
    title = Text.assemble((about, "bold"), (f"  {run.timeline['title']}", "dim"))
    return ["", Padding(Group(title, *lines), (0, 0, 0, 2))]


def _own_output(challenge: ChallengeReport, check: CheckReport) -> list[RenderableType]:
    """What the learner's program wrote, cut, and in a column of its own: no line of it begins where ours do."""
    run = _run_of(challenge, check)
    if run is None:
        return []
    grid = Table.grid(padding=(0, 1))
    for style in ("dim", "dim", "dim"):
        grid.add_column(style=style, overflow="fold")
    for kind in ("stdout", "stderr"):
        text = "".join(str(entry.get("text", "")) for entry in run.timeline["events"] if entry["kind"] == kind)
        if text:
            grid.add_row(f"your {kind}", "│", Text(cut(text, 160), style="italic"))
    return ["", Padding(grid, (0, 0, 0, 2))] if grid.row_count else []


def _also(challenge: ChallengeReport, first: CheckReport) -> list[RenderableType]:
    others = {c.diagnosis: c.message for c in challenge.checks if c.status == "fail" and c.diagnosis != first.diagnosis}
    if not others:
        return []
    lines = [Text(f"  {message}", style="dim") for message in others.values()]
    return ["", Text("then also (this may go away with the first):", style="dim"), *lines]


def total(
    challenges: list[ChallengeReport], seed: int, *, given: bool = False, advice: bool = True, whole: bool = True
) -> RenderableType:
    """The points, and what comes next. `whole`: every check of these challenges has been tried."""
    got, most = (sum(getattr(challenge, name) for challenge in challenges) for name in ("points", "max_points"))
    points = f"{_points(got)} of {_points(most)} points"
    streams = f" · seed {seed}" + (", given" if given else "")
    failed = next((challenge for challenge in challenges if challenge.status != "pass"), None)
    if failed is None and whole:
        return Text.assemble(("✓ all of it passed", "bold green"), f" · {points}", (streams, "dim"))
    next_step = f" · next: make grade C={number(failed)}" if failed is not None and advice else ""
    return Text.assemble(points, (next_step, "bold"), (streams, "dim"))


def number(challenge: ChallengeReport) -> str:
    """What `make grade C=` takes."""
    first = challenge.id.partition("-")[0]
    return str(int(first)) if first.isdecimal() and first.isascii() else challenge.id


def _points(points: float) -> str:
    return f"{points:g}"
