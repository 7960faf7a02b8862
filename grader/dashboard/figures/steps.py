"""The points of one student's attempts at a challenge, a bar each. The list beside it is the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup

from grader.dashboard.figures.frame import number, pixels, rect, svg

HIGH, STEP, THICK, ROOM = 40.0, 12.0, 9.0, 40  # pixels; of more than ROOM attempts the last are drawn
_TONES = {"pass": "pass", "error": "error", "not-started": "not-started"}


class Attempt(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def points(self) -> float: ...
    @property
    def max_points(self) -> float: ...


def steps(title: str, attempts: Sequence[Attempt]) -> Markup:
    """Full height is all points; what has none is still seen."""
    drawn = attempts[-ROOM:]
    told = "; ".join(f"attempt {one.number}: {number(one.points)} of {number(one.max_points)}" for one in drawn)
    inside = [_ground(len(drawn)), *(_bar(i, one) for i, one in enumerate(drawn))]
    wide = pixels(STEP * len(drawn))
    picture = svg(f"Points over attempts: {title}", told, inside, height=HIGH, width=wide)
    return Markup('<div class="fig steps">{}</div>').format(picture)


def _ground(count: int) -> Markup:
    return Markup('<line class="rule" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(
        pixels(STEP * count), pixels(HIGH - 0.5)
    )


def _bar(i: int, one: Attempt) -> Markup:
    share = one.points / one.max_points if one.max_points else 0.0
    high = max(2.0, (HIGH - 1) * share)
    said = f"attempt {one.number}: {number(one.points)} of {number(one.max_points)}"
    return rect(f"bar-{_TONES.get(one.status, 'fail')}", pixels(STEP * i), HIGH - 1 - high, pixels(THICK), high, said)
