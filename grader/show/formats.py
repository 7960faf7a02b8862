"""The forms that a report can take, by the name that `--format` takes.

A form is a function `(report, hints) -> str`, in a module of its own, which is imported when it is asked for. A new one
is a name in `Format` and a line in `_MADE_BY`. `text` alone is more than that at a terminal: there it has colours.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from grader.report import Report

Render = Callable[["Report", int], str]


class Format(StrEnum):
    text = "text"
    json = "json"
    html = "html"
    markdown = "markdown"
    junit = "junit"
    github = "github"
    gradescope = "gradescope"
    classroom = "classroom"
    classroom50 = "classroom50"
    exercism = "exercism"


_MADE_BY = {
    Format.text: "grader.show.terminal:text",
    Format.json: "grader.show.data:text",
    Format.html: "grader.show.html:page",
    Format.markdown: "grader.show.markdown:text",
    Format.junit: "grader.show.junit:text",
    Format.github: "grader.show.github:text",
    Format.gradescope: "grader.show.gradescope:text",
    Format.classroom: "grader.show.classroom:text",
    Format.classroom50: "grader.show.classroom50:text",
    Format.exercism: "grader.show.exercism:text",
}


def render(report: Report, format: Format, hints: int) -> str:
    """The report in that form, ending in a line break. `hints` is how many hints of the first finding are shown."""
    module, _, name = _MADE_BY[format].partition(":")
    return cast(Render, getattr(import_module(module), name))(report, hints)
