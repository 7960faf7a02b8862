"""Figures: well-formed whatever they are about, and the table behind a picture says what the picture says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.dashboard.figures import Bar, Part, Series, bars, days_between, histogram, over_days, share_bar, spark
from grader.dashboard.figures.bars import TALL, WIDE
from grader.dashboard.figures.frame import number, top_of
from tests import breadth

FEW = settings(max_examples=breadth.examples(40), deadline=None)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["<script>alert(1)</script>", "a&b", "\u202eabc", "\x1b[31m", "]]>", '"', "שלום", "\ud800"]
)
VALUES = st.integers(0, 5000) | st.floats(0, 1e5)
DAYS = st.integers(1, 60).map(lambda n: days_between(date(2026, 11, 1), date(2026, 11, 1) + timedelta(days=n - 1)))


def parsed(markup: str) -> ET.Element:
    """Raises ParseError where it is not well-formed."""
    return ET.fromstring(str(markup))


def cells(figure: ET.Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in figure.iter("tr")][1:]


def drawn(figure: ET.Element, kind: str) -> list[ET.Element]:
    return [rect for rect in figure.iter("rect") if kind in (rect.get("class") or "")]


def nothing_inline(markup: str) -> bool:
    return not any(
        name == "style" or name.startswith("on") for element in parsed(markup).iter() for name in element.attrib
    )


@FEW
@given(st.lists(st.builds(Bar, TEXTS, VALUES, TEXTS), max_size=12), TEXTS)
def test_bars_are_as_long_as_the_numbers_in_the_table_say(several: list[Bar], caption: str) -> None:
    made = bars(caption, several, what="students", most=1e5)
    figure = parsed(made)
    assert nothing_inline(made)
    assert [row[1] for row in cells(figure)] == [number(bar.value) for bar in several]
    lengths = [float(rect.get("width", "").rstrip("%")) for rect in drawn(figure, "bar-")]
    assert lengths == pytest.approx([WIDE * bar.value / 1000 for bar in several], abs=0.006)


@FEW
@given(st.lists(st.tuples(TEXTS, st.integers(0, 9000)), min_size=1, max_size=30), TEXTS)
def test_a_histogram_and_its_table_agree(bins: list[tuple[str, int]], caption: str) -> None:
    made = histogram(caption, bins, along="points", what="students")
    figure = parsed(made)
    assert nothing_inline(made)
    assert [row[1] for row in cells(figure)] == [number(count) for _, count in bins]
    heights = [float(rect.get("height", "")) for rect in drawn(figure, "bar-")]
    full = max([1, *(count for _, count in bins)])
    assert heights == pytest.approx([TALL * count / full for _, count in bins], abs=0.006)
    told = [title.text or "" for rect in drawn(figure, "bar-") for title in rect]
    assert [title.rpartition(": ")[2] for title in told] == [row[1] for row in cells(figure)]


@FEW
@given(st.data(), DAYS, TEXTS, TEXTS)
def test_lines_over_days_and_their_table_agree(data: st.DataObject, days: list[date], caption: str, name: str) -> None:
    values = st.lists(st.integers(0, 3000), min_size=len(days), max_size=len(days))
    first, second = data.draw(values), data.draw(values)
    made = over_days(caption, days, Series(name, first), Series("passed", second))
    figure = parsed(made)
    assert nothing_inline(made)
    assert cells(figure) == [[d.isoformat(), number(a), number(b)] for d, a, b in zip(days, first, second, strict=True)]
    told = ["".join(rect.itertext()) for rect in drawn(figure, "hit")]
    for (day, a, b), said in zip(cells(figure), told, strict=True):
        assert said.startswith(f"{day}: {a} ")
        assert said.endswith(f", {b} passed")
    lines = [
        re.findall(r"(\S+) (\S+?)(?:L|$)", path.get("d", "")[1:])
        for path in figure.iter("path")
        if "line" in path.get("class", "")
    ]
    full = top_of([*first, *second])
    for points, values_drawn in zip(lines, (first, second), strict=True):
        heights = [150 - float(y) for _, y in points][: len(days)]
        assert heights == pytest.approx([150 * value / full for value in values_drawn], abs=0.006)


@FEW
@given(DAYS, st.data(), TEXTS)
def test_a_sparkline_has_its_numbers_behind_it(days: list[date], data: st.DataObject, name: str) -> None:
    values = data.draw(st.lists(st.integers(0, 300), min_size=len(days), max_size=len(days)))
    figure = parsed(spark(name, days, values))
    assert cells(figure) == [[day.isoformat(), number(value)] for day, value in zip(days, values, strict=True)]
    told = figure.find(".//desc")
    assert told is not None
    assert told.text == ", ".join(f"{day}: {value}" for day, value in cells(figure))


@FEW
@given(st.lists(st.builds(Part, TEXTS, st.integers(0, 2000), st.sampled_from(["pass", "stuck"])), max_size=6), TEXTS)
def test_the_parts_of_a_bar_fill_it(parts: list[Part], title: str) -> None:
    figure = parsed(share_bar(title, parts))
    widths = [float(rect.get("width", "").rstrip("%")) for rect in figure.iter("rect")]
    assert len(widths) == sum(1 for part in parts if part.value)
    assert not widths or sum(widths) == pytest.approx(100, abs=0.05)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (12, "12"),
        (2.5, "2.5"),
        (1 / 3, "0.33"),
        (1234567, "1,234,567"),
        (999999.996, "1,000,000"),
        (10, "10"),
    ],
)
def test_a_number_is_written_with_two_decimals_at_most(value: float, said: str) -> None:
    assert number(value) == said


@FEW
@given(st.lists(VALUES, max_size=9))
def test_an_axis_ends_above_all_values_and_not_far_above(values: list[float]) -> None:
    full = top_of(values)
    assert full >= max([1.0, *values])
    assert full <= 2.5 * max([1.0, *values])
