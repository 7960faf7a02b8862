"""`grader convert`: a stored report in any form."""

from __future__ import annotations

from pathlib import Path

from grader.commands.grade import Wanted, check_out, hint_count
from grader.commands.showing import show
from grader.errors import UsageError
from grader.show.formats import Format
from grader.stored import read


def run(path: Path, format: Format, out: Path | None, hints: str, plain: bool) -> None:
    """Raises UsageError for a file that is no report, saying what is wrong with it."""
    count = hint_count(hints)
    check_out(format, out)
    report = read(path)
    try:
        show(report, Wanted(None, False, None, format, out, 1, hints, plain), count)
    except (LookupError, TypeError, ValueError, AttributeError) as error:  # a timeline that no grading makes
        what = f"{type(error).__name__}: {error}"
        raise UsageError(f"{path}: its runs cannot be shown ({what}). Was it made by `grader grade --json`?") from None
