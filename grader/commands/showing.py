"""What `grader grade` shows: a line while it works, then the report in the form that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from grader import files
from grader.errors import UsageError
from grader.report import Report
from grader.show import terminal

if TYPE_CHECKING:
    from grader.commands.grade import Wanted


@contextmanager
def watching(wanted: Wanted) -> Iterator[Callable[[str], None]]:
    """At a terminal, a line that says what is being tried; it is gone when the report comes."""
    console = Console(stderr=True)
    if wanted.as_json or not (sys.stdout.isatty() and console.is_terminal):
        yield lambda _: None
        return
    with console.status("getting ready …") as status:
        yield lambda what: status.update(escape(what))


def show(report: Report, wanted: Wanted, hints: int) -> None:
    """Raises UsageError where the file that was asked for cannot be written."""
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
