"""Numbers over days: as areas with a line each, and as a line so small that it stands in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from grader.dashboard.figures.frame import (
    figure,
    key,
    number,
    pixels,
    rect,
    share,
    svg,
    table,
    text,
    top_of,
)  # fmt: skip

HIGH, FOOT, HEAD = 150.0, 20.0, 14.0
SPARK_WIDE, SPARK_HIGH = 112.0, 22.0


@dataclass(frozen=True)
class Series:
    name: str
    values: Sequence[float]  # one a day, not negative


def days_between(first: date, last: date) -> list[date]:
    """Both of them, and all in between."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def over_days(caption: str, days: Sequence[date], first: Series, second: Series | None = None) -> Markup:
    """One line or two above the same days; the second is a part of the first."""
    several = [first] if second is None else [first, second]
    full = top_of(value for series in several for value in series.values)
    inside = [_scale(full), *(_area(series, full, n) for n, series in enumerate(several))]
    inside += [_day(i, len(days), day, several) for i, day in enumerate(days)]
    inside += _dates(days)
    picture = svg(caption, _told(days, several), inside, height=HEAD + HIGH + FOOT)
    rows = [(day.isoformat(), *(number(series.values[i]) for series in several)) for i, day in enumerate(days)]
    names = key([("bar-a", first.name), ("bar-pass", second.name)]) if second else ""
    return figure(caption, picture, table(("day", *(s.name for s in several)), rows), keys=names)


def _scale(full: float) -> Markup:
    made = []
    for part in (1.0, 0.5, 0.0):
        y = HEAD + HIGH * (1 - part)
        made.append(Markup(f'<line class="rule" x1="0" x2="100%" y1="{pixels(y)}" y2="{pixels(y)}"/>'))
        if part:
            made.append(text("0", y - 3, number(full * part), "axis"))
    return Markup("").join(made)


def _area(series: Series, full: float, n: int) -> Markup:
    """A picture in the picture, stretched to the width; its lines stay as thick as they are."""
    second = " second" if n else ""
    values = list(series.values) if len(series.values) != 1 else [series.values[0]] * 2
    line = _points(values, full, 1, HIGH)
    wide = max(len(values) - 1, 1)
    return Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="area{}" d="M0 {}L{}L{} {}Z"/><path class="line{}" d="M{}"/></svg>'
    ).format(
        pixels(HEAD), pixels(HIGH), wide, pixels(HIGH), second, pixels(HIGH), line, wide, pixels(HIGH), second, line
    )


def _points(values: Sequence[float], full: float, step: float, high: float) -> str:
    return "L".join(f"{pixels(i * step)} {pixels(high - high * value / full)}" for i, value in enumerate(values))


def _day(i: int, count: int, day: date, several: Sequence[Series]) -> Markup:
    """What the pointer meets there. Days lie at the points of the line, so the outer ones are half as wide."""
    gaps = max(count - 1, 1)
    left, right = max(i - 0.5, 0), min(i + 0.5, gaps) if count > 1 else 1
    said = ", ".join(f"{number(series.values[i])} {series.name}" for series in several)
    return rect("hit", share(left, gaps), HEAD, share(right - left, gaps), HIGH, f"{day.isoformat()}: {said}")


def _dates(days: Sequence[date]) -> list[Markup]:
    y = HEAD + HIGH + 15
    made = [text("0", y, days[0].isoformat(), "tick")] if days else []
    if len(days) > 1:
        made.append(text("100%", y, days[-1].isoformat(), "tick end"))
    if len(days) > 14 and len(days) % 2:
        made.append(text("50%", y, days[len(days) // 2].strftime("%m-%d"), "tick middle"))
    return made


def _told(days: Sequence[date], several: Sequence[Series]) -> str:
    said = []
    for series in several:
        most = max(series.values, default=0)
        peak = f", most on {days[list(series.values).index(most)].isoformat()}: {number(most)}" if most else ""
        said.append(f"{series.name}: {number(sum(series.values))} in {len(days)} days{peak}")
    return "; ".join(said)


def spark(name: str, days: Sequence[date], values: Sequence[float], what: str = "attempts") -> Markup:
    """The line opens the table behind it. Values are not negative."""
    foot, room = SPARK_HIGH - 4, SPARK_WIDE - 4
    line = _points(values, max([1.0, *values]), room / max(len(values) - 1, 1), foot)
    low, end = pixels(foot), pixels(room if len(values) > 1 else 0)
    drawn = Markup(
        f'<g transform="translate(2 2)"><path class="area" d="M0 {low}L{line}L{end} {low}Z"/>'
        f'<path class="line" d="M{line}"/></g>'
    )
    rows = [(day.isoformat(), number(value)) for day, value in zip(days, values, strict=True)]
    told = ", ".join(f"{day}: {value}" for day, value in rows)
    picture = svg(name, told, [drawn] if values else [], height=SPARK_HIGH, width=pixels(SPARK_WIDE))
    behind = table(("day", what), rows)
    return Markup(f'<figure class="fig spark"><details><summary>{picture}</summary>{behind}</details></figure>')
