"""`grader export`: grades for others to read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader import files
from grader.classroom.export.forms import ExportForm
from grader.classroom.records import Reading
from grader.commands.class_reading import reading, tell
from grader.errors import UsageError


@dataclass(frozen=True)
class Wanted:
    """The options of the command line."""

    db: str
    form: ExportForm
    challenges: list[str]
    policy: Path | None
    fill: Path | None
    out: Path | None


def run(wanted: Wanted) -> int:
    """Writes the export. Returns 0, or 1 where something could not be filled in. Raises UsageError."""
    if wanted.fill and wanted.form not in (ExportForm.canvas, ExportForm.moodle):
        raise UsageError(f"--fill goes with --format canvas or moodle, not with {wanted.form}.")
    if wanted.form is ExportForm.canvas and wanted.fill is None:
        raise UsageError(
            "--format canvas fills in the file that Canvas' gradebook exports: say --fill FILE. (Columns that "
            "Canvas does not know would become new assignments.)"
        )
    with reading(wanted.db, wanted.challenges, wanted.policy) as found:
        if wanted.fill is not None:
            return _filled(found, wanted, wanted.fill)
        _write(_MADE_BY[wanted.form](found), wanted.out)
    return 0


def _long(found: Reading) -> str:
    from grader.classroom.export.tables import long

    return long(found.sheets, found.by_pair, found.policy)


def _wide(found: Reading) -> str:
    from grader.classroom.export.tables import wide

    return wide(found.sheets)


def _lines(found: Reading) -> str:
    from grader.classroom.export.tables import lines

    return lines(found.sheets, found.by_pair)


def _moodle(found: Reading) -> str:
    from grader.classroom.export.moodle import new

    return new(found.sheets, found.challenges)


_MADE_BY: dict[ExportForm, Callable[[Reading], str]] = {
    ExportForm.long: _long, ExportForm.wide: _wide, ExportForm.jsonl: _lines, ExportForm.moodle: _moodle,
}  # fmt: skip


def _filled(found: Reading, wanted: Wanted, path: Path) -> int:
    from grader.classroom.export import canvas, moodle, sheetfile

    file = sheetfile.load(path)
    if wanted.form is ExportForm.canvas:
        done = canvas.fill(file, found.sheets, found.challenges, found.policy)
    else:
        done = moodle.fill(file, found.sheets, found.challenges, found.policy, found.max_points)
    _write(done.file.text(), wanted.out)
    tell(done.problems)
    filled = "1 grade" if done.cells == 1 else f"{done.cells} grades"
    print(f"{filled} filled in; everything else is as it was in {path}.", file=sys.stderr)
    return 1 if done.problems else 0


def _write(text: str, out: Path | None) -> None:
    """As it is: the line ends of a CSV are its own."""
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        return
    try:
        files.write(out, text)
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written ({error.strerror}). Choose another place.") from None
