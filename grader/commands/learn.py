"""`grader list`, `grader hint`, `grader reset`."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from grader import files, progress
from grader.challenge import Challenge, Kit, find_kit, load_all, select
from grader.diagnosis.misconceptions import misconceptions, where
from grader.errors import UsageError
from grader.show import terminal
from grader.untrusted import escaped


def show_list(plain: bool) -> None:
    kit = find_kit()
    out, challenges = terminal.console(plain=plain), load_all(kit)
    grid = standings(kit, challenges)
    needed = Measurement.get(out, out.options.update(max_width=1000), grid).maximum
    out.print(grid if needed <= out.width else standings(kit, challenges, paths=False))


def standings(kit: Kit, challenges: list[Challenge], *, selected: int | None = None, paths: bool = True) -> Table:
    """A row a challenge: how it stands, and its file. Where one is selected, that is marked.

    Without `paths`, and where one is selected, the file's name stands for its path, which takes half a line.
    """
    known = progress.load(kit)
    grid = Table.grid(padding=(0, 2))
    for number, challenge in enumerate(challenges):
        standing = known.get(challenge.id, progress.Standing())
        changed = standing.sha256 and _changed(challenge, standing)
        status = standing.status if standing.status in terminal.GLYPH else "not-started"
        points = f"{standing.points:g}/{standing.max_points:g}" if standing.max_points else ""
        path = str(challenge.file.relative_to(kit.root)) if paths and selected is None else challenge.card.file
        grid.add_row(
            *([] if selected is None else ["▸" if number == selected else " "]),
            Text(terminal.GLYPH[status], style=terminal.STYLE[status]),
            challenge.number,
            Text(challenge.card.title),
            Text(terminal.WORD[status] + (", changed since" if changed else ""), style=terminal.STYLE[status]),
            points,
            Text(path, style="dim", overflow="fold"),
            style="bold" if number == selected else "",
        )
    return grid


def _changed(challenge: Challenge, standing: progress.Standing) -> bool:
    try:
        return challenge.file.exists() and challenge.submission().sha256 != standing.sha256
    except UsageError:
        return True


def _one(name: str) -> Challenge:
    return select(load_all(find_kit()), [name])[0]


def next_hint(name: str, plain: bool) -> None:
    """Shows one hint more than was shown before."""
    challenge = _one(name)
    standing = progress.load(challenge.kit).get(challenge.id)
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
    before = standing.hints
    count = progress.one_more_hint(challenge.kit, challenge.id, len(about.hints))
    out.print(Text(about.says, style="bold"))
    for label, text in list(zip(terminal.LEVELS, about.hints, strict=False))[:count]:
        out.print(Text.assemble((f"{label}: ", "bold cyan"), escaped(where(text, standing.line, standing.source))))
    if before >= len(about.hints):
        out.print(Text(f"These are all of them. In the lesson: {about.lesson}.", style="dim"))


def reset(name: str, yes: bool, plain: bool) -> None:
    """Asks, keeps a backup, and brings the stub back."""
    challenge = _one(name)
    out = terminal.console(plain=plain)
    if is_stub(challenge):
        out.print(f"{challenge.card.file} is the stub already.")
        return
    if not yes and not _may_replace(challenge):
        out.print("Nothing was changed.")
        return
    try:
        backup = bring_stub_back(challenge)
    except OSError as error:
        trouble = f"cannot be replaced ({error.strerror}). Nothing was lost; check the folder's permissions."
        raise UsageError(f"{challenge.file}: {trouble}") from None
    if backup is not None:
        out.print(f"Your file is kept as {backup.name}.")
    out.print(f"{challenge.card.file} is the stub again.")


def _may_replace(challenge: Challenge) -> bool:
    """Asks. A closed stdin and Ctrl-C mean no."""
    kept = " (your file is kept as a backup)" if challenge.file.exists() else ""
    try:
        return typer.confirm(f"Replace {challenge.file.relative_to(challenge.kit.root)} by the stub?{kept}")
    except typer.Abort:
        typer.echo(f"\nNobody answered. `grader reset {int(challenge.number)} --yes` does not ask.")
        return False


def is_stub(challenge: Challenge) -> bool:
    """Is the learner's file as it was handed out? Raises UsageError where the kit has lost the stub."""
    if not challenge.stub.exists():
        raise UsageError(f"{challenge.stub}: missing, so there is no stub to bring back. Get it again from the kit.")
    return challenge.file.exists() and challenge.file.read_bytes() == challenge.stub.read_bytes()


def bring_stub_back(challenge: Challenge) -> Path | None:
    """Gives the backup that was made of the learner's file, if there was one."""
    backup = _free(challenge.file) if challenge.file.exists() else None
    if backup is not None:
        shutil.copy2(challenge.file, backup)
    files.write(challenge.file, challenge.stub.read_text("utf-8"))
    return backup


def _free(path: Path) -> Path:
    number = 1
    while (backup := path.with_name(f"{path.stem}.backup-{number}.py")).exists():
        number += 1
    return backup
