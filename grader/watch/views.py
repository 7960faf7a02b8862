"""What watch mode shows: a verdict, the list, the reference solution; and below it how far one is, and the keys."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.challenge import Challenge
from grader.report import Report
from grader.show import terminal
from grader.untrusted import visible

BAR = 24  # the progress bar's columns, at most


def verdict(report: Report, width: int, *, hints: int, brief: bool) -> RenderableType:
    """As `grader grade` shows it, for the one challenge of the report."""
    challenge = report.challenges[0]
    line = terminal.line(challenge)
    if challenge.status == "pass":
        return Group(line, "", terminal.checks(challenge))
    more = "press h" if hints < len(terminal.LEVELS) else ""
    return Group(line, "", terminal.details(challenge, report, width, hints=hints, brief=brief, more=more))


def grading(challenge: Challenge, doing: str) -> RenderableType:
    """Stands in place of the verdict's line."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=30, no_wrap=True)
    grid.add_column(no_wrap=True, overflow="ellipsis")
    name = Text.assemble(("… ", "yellow"), (challenge.number + " ", "dim"), challenge.card.title)
    grid.add_row(name, Text.assemble(("grading", "yellow"), (f"  {doing}" if doing else "", "dim")))
    return grid


def trouble(challenge: Challenge, sentence: str) -> RenderableType:
    """There is nothing to grade."""
    name = Text.assemble(("! ", "yellow"), (challenge.number + " ", "dim"), challenge.card.title)
    return Group(name, "", Text(visible(sentence), style="bold"))


@dataclass(frozen=True)
class Foot:
    """The lines at the bottom. `keys` are (key, word, is it of use now?)."""

    passed: list[bool]  # of each challenge
    current: int
    title: str
    message: str
    keys: list[tuple[str, str, bool]]
    rule: str = ""  # stands in the line that divides
    style: str = ""  # of the message

    def lines(self, width: int) -> RenderableType:
        """Four lines, cut to the width."""
        texts = [self._rule(width), self._progress(), Text(f" {self.message}", style=self.style), self._keys()]
        for text in texts:
            text.no_wrap = True
            text.truncate(width, overflow="ellipsis")
        return Group(*texts)

    def _rule(self, width: int) -> Text:
        label = f" {self.rule} " if self.rule else ""
        return Text("─" * max(width - len(label) - 2, 2) + label + "──", style="dim")

    def _progress(self) -> Text:
        return Text.assemble(
            " ",
            self._bar(),
            f" {sum(self.passed)} of {len(self.passed)} passed",
            ("  ·  ", "dim"),
            (self.title, "bold"),
        )

    def _bar(self) -> Text:
        """A cell or more a challenge; the one that is current stands out."""
        cell = max(1, min(3, BAR // max(len(self.passed), 1)))
        bar = Text("[")
        for number, passed in enumerate(self.passed):
            here = number == self.current
            bar.append(
                ("#" if passed else ">" if here else "-") * cell, "green" if passed else "bold" if here else "dim"
            )
        return bar.append("]")

    def _keys(self) -> Text:
        line = Text(" ")
        for key, word, useful in self.keys:
            line.append(key, "bold yellow" if useful else "dim")
            line.append(f" {word}  ", "" if useful else "dim")
        return line
