"""What `grader grade` shows: a line while it works, then the report in the form that was asked for."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from grader import files
from grader.errors import UsageError
from grader.report import Report
from grader.show import terminal
from grader.show.formats import Format, render

if TYPE_CHECKING:
    from grader.commands.grade import Wanted


@contextmanager
def watching(wanted: Wanted) -> Iterator[Callable[[str], None]]:
    """At a terminal, a line that says what is being tried; it is gone when the report comes."""
    console = Console(stderr=True)
    if wanted.format is not Format.text or not (sys.stdout.isatty() and console.is_terminal):
        yield lambda _: None
        return
    with console.status("getting ready …") as status:
        yield lambda what: status.update(escape(what))


def show(report: Report, wanted: Wanted, hints: int) -> None:
    """Raises UsageError where the file that was asked for cannot be written."""
    if wanted.format is Format.text and wanted.out is None:
        terminal.show(report, terminal.console(plain=wanted.plain), hints=hints)
    else:
        put(render(report, wanted.format, hints), wanted.out)
    if wanted.format is Format.github:
        from grader.show import github

        github.summarise(report, hints)


def put(text: str, out: Path | None) -> None:
    """Writes to stdout, or to the file that was asked for. Raises UsageError where that cannot be written."""
    if out is not None:
        try:
            files.write(out, text)
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written ({error.strerror}). Name another file.") from None
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # what programs read is the same in every locale
    sys.stdout.write(text)
