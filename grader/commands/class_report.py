"""`grader report`: what a class's attempts say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.classroom.model import Student
from grader.classroom.stats import STUCK, ClassStats, class_stats
from grader.commands.class_reading import reading
from grader.diagnosis.misconceptions import misconceptions
from grader.errors import UsageError
from grader.show.terminal import console
from grader.untrusted import escaped

MOST = 20  # names in a row, before it says how many more there are


def run(db: str, names: list[str], policy: Path | None, section: str, *, as_json: bool, plain: bool) -> int:
    """Shows the statistics; returns 0. Raises UsageError."""
    with reading(db, names, policy) as found:
        students = _students(found.students, section)
        ids = {student.id for student in students}
        attempts = [attempt for several in found.by_pair.values() for attempt in several if attempt.student in ids]
        stats = class_stats(students, attempts, [challenge.id for challenge in found.challenges])
    if as_json:
        print(json.dumps({"schema": "grader/class-stats/v1", **asdict(stats)}, ensure_ascii=False, indent=2))
    else:
        _show(stats, console(plain=plain))
    return 0


def _students(students: Sequence[Student], section: str) -> list[Student]:
    if not section:
        return list(students)
    chosen = [student for student in students if student.section == section]
    if not chosen:
        there = ", ".join(sorted({student.section for student in students if student.section}))
        known = f"There are: {there}." if there else "Sections come from the roster, and none has been given."
        raise UsageError(f"--section {section}: nobody is in it. {known}")
    return chosen


def _show(stats: ClassStats, out: Console) -> None:
    out.print(_challenges(stats))
    out.print("difficulty: mean share of the points, high is easy", style="dim")
    out.print(
        "discrimination: point-biserial correlation of passing with the share on the other challenges", style="dim"
    )
    if stats.misconceptions:
        out.print(_misconceptions(stats))
    out.print(Text(f"Stuck (the last {STUCK} attempts or more were told the same):", style="bold"))
    for each in stats.stuck:
        out.print(
            Text(f"  {escaped(each.student)} · {each.challenge}: {each.diagnosis}, {each.attempts} times in a row")
        )
    if not stats.stuck:
        out.print("  nobody")
    if stats.idle:
        shown = ", ".join(escaped(id) for id in stats.idle[:MOST])
        more = f" and {len(stats.idle) - MOST} more" if len(stats.idle) > MOST else ""
        out.print(Text(f"Tried nothing: {shown}{more} ({len(stats.idle)} of {stats.students})"))


def _challenges(stats: ClassStats) -> Table:
    table = Table(
        box=SIMPLE, pad_edge=False, collapse_padding=True, title=f"{stats.students} students", title_justify="left"
    )
    table.add_column("challenge", overflow="fold", no_wrap=True)
    for name in ("tried", "passed", "pass\nrate", "attempts", "difficulty", "discrimi-\nnation"):
        table.add_column(name, justify="right")
    for each in stats.challenges:
        table.add_row(
            Text(each.challenge), str(each.students), str(each.passed), _percent(each.pass_rate), str(each.attempts),
            _decimal(each.difficulty), _decimal(each.discrimination),
        )  # fmt: skip
    return table


def _misconceptions(stats: ClassStats) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, collapse_padding=True)
    table.add_column("misconception", no_wrap=True)
    for name in ("students", "cleared", "open", "attempts\nto clear"):
        table.add_column(name, justify="right")
    table.add_column("what it is")
    known = misconceptions()
    for each in stats.misconceptions:
        about = known.get(each.diagnosis)
        table.add_row(
            Text(each.diagnosis), str(each.students), str(each.cleared), str(each.open),
            "–" if each.attempts_to_clear is None else f"{each.attempts_to_clear:g}", Text(about.says if about else ""),
        )  # fmt: skip
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
