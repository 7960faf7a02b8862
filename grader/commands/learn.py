"""`grader list`, `grader hint`, `grader reset`."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from grader import files, progress
from grader.challenge import Challenge, find_kit, load_all, select
from grader.diagnosis.misconceptions import misconceptions
from grader.errors import UsageError
from grader.grading import where
from grader.show import terminal


def show_list(plain: bool) -> None:
    kit = find_kit()
    known = progress.load(kit)
    grid = Table.grid(padding=(0, 2))
    for challenge in load_all(kit):
        standing = known.get(challenge.id, progress.Standing())
        changed = standing.sha256 and challenge.file.exists() and challenge.submission().sha256 != standing.sha256
        status = standing.status if standing.status in terminal.GLYPH else "not-started"
        points = f"{standing.points:g}/{standing.max_points:g}" if standing.max_points else ""
        grid.add_row(
            Text(terminal.GLYPH[status], style=terminal.STYLE[status]),
            challenge.number,
            challenge.card.title,
            Text(terminal.WORD[status] + (", changed since" if changed else ""), style=terminal.STYLE[status]),
            points,
            Text(str(challenge.file.relative_to(kit.root)), style="dim", overflow="fold"),
        )
    terminal.console(plain=plain).print(grid)


def _one(name: str) -> Challenge:
    return select(load_all(find_kit()), [name])[0]


def next_hint(name: str, plain: bool) -> None:
    """Shows one hint more than was shown before."""
    challenge = _one(name)
    known = progress.load(challenge.kit)
    standing = known.get(challenge.id)
    number = int(challenge.number)
    if standing is None:
        raise UsageError(f"{challenge.id} has not been graded yet: `make grade C={number}` comes first.")
    about = misconceptions(challenge.kit.challenges).get(standing.diagnosis or "")
    out = terminal.console(plain=plain)
    if challenge.submission().sha256 != standing.sha256:
        out.print(f"Your file has changed since it was graded: make grade C={number}")
    if about is None:
        out.print(f"{challenge.id} passed when it was last graded: there is nothing to hint at.")
        return
    count = min(standing.hints + 1, len(about.hints))
    out.print(Text(about.says, style="bold"))
    for label, text in list(zip(terminal.LEVELS, about.hints, strict=False))[:count]:
        out.print(Text.assemble((f"{label}: ", "bold cyan"), where(text, standing.line, standing.source)))
    if standing.hints >= len(about.hints):
        out.print(Text(f"These are all of them. In the lesson: {about.lesson}.", style="dim"))
    standing.hints = count
    progress.save(challenge.kit, known)


def reset(name: str, yes: bool, plain: bool) -> None:
    """Asks, keeps a backup, and brings the stub back."""
    challenge = _one(name)
    stub = challenge.stub
    if not stub.exists():
        raise UsageError(f"{stub}: missing, so there is no stub to bring back. Get it again from the kit.")
    out = terminal.console(plain=plain)
    if challenge.file.exists() and challenge.file.read_bytes() == stub.read_bytes():
        out.print(f"{challenge.card.file} is the stub already.")
        return
    kept = " (your file is kept as a backup)" if challenge.file.exists() else ""
    if not yes and not typer.confirm(f"Replace {challenge.file} by the stub?{kept}"):
        out.print("Nothing was changed.")
        return
    if challenge.file.exists():
        backup = _free(challenge.file)
        shutil.copy2(challenge.file, backup)
        out.print(f"Your file is kept as {backup.name}.")
    files.write(challenge.file, stub.read_text("utf-8"))
    out.print(f"{challenge.card.file} is the stub again.")


def _free(path: Path) -> Path:
    number = 1
    while (backup := path.with_name(f"{path.stem}.backup-{number}.py")).exists():
        number += 1
    return backup
