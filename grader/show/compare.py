"""A learner's file and the reference solution: side by side where there is room, else one below the other."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from grader.untrusted import visible

SIDE_BY_SIDE = 110  # columns


def compare(yours: str, reference: str, width: int) -> RenderableType:
    titles = (Text("the reference solution", style="bold"), Text("yours", style="bold"))
    if width < SIDE_BY_SIDE:
        return Group(titles[0], _code(reference), "", titles[1], _code(yours))
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.add_row(titles[1], titles[0])
    grid.add_row(_code(yours), _code(reference))
    return grid


def _code(source: str) -> Syntax:
    """In the terminal's own colours, so that it can be read on any background."""
    return Syntax(
        visible(source.rstrip("\n").expandtabs(4).replace("\r\n", "\n")),
        "python",
        theme="ansi_dark",
        line_numbers=True,
        word_wrap=True,
        background_color="default",
    )
