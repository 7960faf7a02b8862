"""What a rule finds: which file, what is wrong with it, what to do next, as an author reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from grader.authoring.subject import Subject

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """`message` begins with the file, seen from the kit's folder, and ends with the next action."""

    rule: str
    challenge: str
    message: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Slip:
    """What a rule yields; its name and the challenge are added by whoever asks the rule."""

    path: Path
    says: str
    line: int | None = None
    severity: Severity = "error"


Rule = Callable[["Subject"], Iterator[Slip]]


def name_of(rule: Rule) -> str:
    """`brief_names_the_function` is known as `brief-names-the-function`."""
    return rule.__name__.replace("_", "-")
