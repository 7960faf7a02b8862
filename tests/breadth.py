"""What is only breadth: more of a kind, of which a part is enough to show what has broken.

`BREADTH=whole` runs all of it, which is the default in CI (`CI=true`) and with `CORPUS=all`. Elsewhere a sample runs,
the same one each time. A test that the sample leaves out has the mark `breadth`; `tests/conftest.py` deselects it, and
says how many there were. Who names a test (`pytest tests/test_a.py::test_b`) gets it, mark or not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

T = TypeVar("T")

CORPUS = os.environ.get("CORPUS") == "all"  # still more than all: each wrong program, and a second seed
WHOLE = os.environ.get("BREADTH") == "whole" or (
    "BREADTH" not in os.environ and (CORPUS or os.environ.get("CI") == "true")
)

mark = pytest.mark.breadth


def databases(first: str, *others: str) -> list[str | ParameterSet]:
    """For a fixture that is made for each kind of database, where what is tried is not the store itself."""
    return [first, *map(_left_out, others)]


def one_of_each(kind: Callable[[T], Hashable], values: Iterable[T]) -> list[T | ParameterSet]:
    """For `parametrize`: the first of each kind always runs, the others are breadth."""
    seen: set[Hashable] = set()
    made: list[T | ParameterSet] = []
    for value in values:
        made.append(_left_out(value) if kind(value) in seen else value)
        seen.add(kind(value))
    return made


def all_words(words: Callable[[T], Iterable[Hashable]], values: Iterable[T]) -> list[T | ParameterSet]:
    """For `parametrize`: what has a word that none before it had always runs, the others are breadth."""
    seen: set[Hashable] = set()
    made: list[T | ParameterSet] = []
    for value in values:
        made.append(_left_out(value) if seen.issuperset(words(value)) else value)
        seen.update(words(value))
    return made


def each(nth: int, values: Iterable[T]) -> list[T | ParameterSet]:
    """For `parametrize`: the first and each nth after it always run, the others are breadth."""
    return [value if number % nth == 0 else _left_out(value) for number, value in enumerate(values)]


def some(nth: int, values: Iterable[T]) -> list[T]:
    """For a loop in a test: all values, or the first and each nth after it."""
    return list(values)[:: 1 if WHOLE else nth]


def examples(number: int) -> int:
    """Of hypothesis: so many, or an eighth of them."""
    return number if WHOLE else min(number, max(5, number // 8))


def _left_out(value: T | ParameterSet) -> ParameterSet:
    if isinstance(value, ParameterSet):
        return value._replace(marks=[*value.marks, mark])
    return pytest.param(*value, marks=mark) if isinstance(value, tuple) else pytest.param(value, marks=mark)
