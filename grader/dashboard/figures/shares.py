"""One bar that is cut into parts: how a class stands with one challenge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.dashboard.figures.frame import number, rect, share, svg


@dataclass(frozen=True)
class Part:
    name: str
    value: int  # not negative
    tone: str  # pass, fail, stuck, error, not-started


def share_bar(title: str, parts: Sequence[Part]) -> Markup:
    """The `<svg>` alone, for a table that has the numbers beside it."""
    whole = sum(part.value for part in parts)
    inside, x = [], 0
    for part in parts:
        if part.value:
            said = f"{part.name}: {number(part.value)}"
            inside.append(rect(f"bar-{part.tone}", share(x, whole), 0, share(part.value, whole), 8, said))
        x += part.value
    told = ", ".join(f"{part.name}: {number(part.value)}" for part in parts)
    return svg(title, told, inside, height=8, more=' class="shares"')
