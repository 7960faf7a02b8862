"""Bars that lie, one a thing; and a histogram, whose bars stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.dashboard.figures.frame import figure, number, rect, share, svg, table, text

ROW, THICK = 36.0, 10.0
WIDE = 0.62  # of the width is the longest bar's; the rest is for the words behind it, also in a third of a page
LONGEST = 42  # letters of a label in the picture; the table has it whole
TALL, FOOT, HEAD = 110.0, 34.0, 16.0


@dataclass(frozen=True)
class Bar:
    label: str
    value: float  # not negative
    said: str = ""  # what stands at its end, where the number alone would not do: `34 of 57, 60 %`
    tone: str = "a"  # a, pass, fail, stuck, error, not-started


def bars(caption: str, several: Sequence[Bar], *, what: str, most: float | None = None, unit: str = "") -> Markup:
    """Each bar below its label. `what` the values are, for the table's head; `most` is what a full bar stands for."""
    full = most or max((bar.value for bar in several), default=0)
    inside = [part for i, bar in enumerate(several) for part in _lying(bar, i * ROW, full)]
    told = "; ".join(f"{bar.label}: {_said(bar)}" for bar in several) or "nothing yet"
    picture = svg(caption, told, inside, height=ROW * len(several))
    extra = any(bar.said for bar in several)
    rows = [(bar.label, number(bar.value) + unit, *((bar.said,) if extra else ())) for bar in several]
    return figure(caption, picture, table(("which", what, *(("in words",) if extra else ())), rows))


def _lying(bar: Bar, y: float, full: float) -> list[Markup]:
    label = bar.label if len(bar.label) <= LONGEST else f"{bar.label[: LONGEST - 1]}…"
    return [
        text("0", y + 13, label, "label"),
        text("100%", y + 27, _said(bar), "value end"),
        rect("ground", "0", y + 18, share(WIDE, 1), THICK),
        rect(f"bar-{bar.tone}", "0", y + 18, share(WIDE * bar.value, full), THICK, f"{bar.label}: {_said(bar)}"),
    ]


def _said(bar: Bar) -> str:
    return bar.said or number(bar.value)


def histogram(caption: str, bins: Sequence[tuple[str, int]], *, along: str, what: str, tone: str = "a") -> Markup:
    """How many there are of each kind. Labels are short, or every other one is left out in the picture."""
    full = max([1, *(count for _, count in bins)])
    told = "; ".join(f"{label}: {count}" for label, count in bins)
    inside = [rect("ground", "0", HEAD + TALL, "100%", 1)]
    inside += [
        part for i, (label, count) in enumerate(bins) for part in _standing(i, len(bins), label, count, full, tone)
    ]
    inside.append(text("50%", HEAD + TALL + 31, along, "axis middle"))
    picture = svg(caption, f"{what.capitalize()} by {along}. {told}", inside, height=HEAD + TALL + FOOT)
    return figure(caption, picture, table((along, what), [(label, number(count)) for label, count in bins]))


def _standing(i: int, bins: int, label: str, count: int, full: float, tone: str) -> list[Markup]:
    height = TALL * count / full
    middle = share(i + 0.5, bins)
    made = [
        rect(
            f"bar-{tone}",
            share(i + 0.1, bins),
            HEAD + TALL - height,
            share(0.8, bins),
            height,
            f"{label}: {number(count)}",
        )
    ]
    if count and bins <= 14:
        made.append(text(middle, HEAD + TALL - height - 4, number(count), "value middle"))
    if bins <= 14 or i % 3 == 0:
        made.append(text(middle, HEAD + TALL + 15, label, "tick middle"))
    return made
