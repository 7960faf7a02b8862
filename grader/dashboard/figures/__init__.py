"""Pictures of numbers, drawn here: each is a `<figure>` with an SVG, and the same numbers as a table behind it.

All functions are pure. Texts inside keep their size on any screen: what is fluid is given in per cent of the width.
Colours are the style sheet's (dashboard.css), by class; none carries a meaning alone.
"""

from grader.dashboard.figures.bars import Bar, bars, histogram
from grader.dashboard.figures.days import Series, days_between, over_days, spark
from grader.dashboard.figures.shares import Part, share_bar

__all__ = ["Bar", "Part", "Series", "bars", "days_between", "histogram", "over_days", "share_bar", "spark"]
