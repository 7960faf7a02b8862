"""How a run ended, by what it says itself: it says it as runs do, or it has said nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.jail.plain import Plainer, is_plain
from grader.outcome import from_word, standing_at

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just(object()),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.just("$") | st.integers(), inner)
        | st.sets(st.integers())
    ),
    max_leaves=12,
)


@given(VALUES)
def test_whatever_a_run_makes_of_a_value_is_plain(value: Any) -> None:
    word = json.loads(json.dumps(Plainer().convert(value)))
    assert is_plain(word)
    assert from_word({"kind": "returned", "value": word}).kind == "returned"


@pytest.mark.parametrize("levels", [30, 41, 200])
def test_a_value_that_is_cut_is_plain(levels: int) -> None:
    value: Any = 1
    for _ in range(levels):
        value = (value, [{"a": value}])[:1]
    assert is_plain(Plainer().convert(value))


@pytest.mark.parametrize(
    "value",
    [
        {"$": "tuple"},
        {"$": "tuple", "items": 5},
        {"$": "tuple", "items": {"0": 1}},
        {"$": "model", "name": "Recipe", "given": True},
        {"$": "model", "name": "Recipe", "given": 1, "fields": {}},
        {"$": "model", "name": "Recipe", "given": True, "fields": {"$": "tuple"}},
        {"$": "number", "text": "1"},
        {"$": "object"},
        {"$": "object", "type": None},
        {"$": "object", "type": "dict", "keys": 5},
        {"$": "passed"},
        {"$": ["tuple"]},
        {"$": None},
        {"$": "cut", "items": []},
        [{"a": [{"$": "tuple", "item": []}]}],
        2**512,
        -(10**1000),
        [float("inf")],
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_value_that_no_conversion_makes_counts_as_none(value: Any) -> None:
    outcome = from_word({"kind": "returned", "value": value})
    assert (outcome.kind, outcome.why) == ("killed", "sent back what no run sends back")
    held = from_word({"kind": "raised", "type": "CutShort", "held": {"text": value}})
    assert held.kind == "killed"


@pytest.mark.parametrize("place", [{"line": 10**12}, {"column": 10**12}, {"line": -1}, {"line": 1.0}, {"column": True}])
def test_a_place_that_no_file_has_counts_as_none(place: dict[str, Any]) -> None:
    """A caret is put under the column: by a billion spaces, if it says so."""
    assert from_word({"kind": "syntax", "message": "m", **place}).kind == "killed"


def test_a_line_that_a_forged_dump_says_has_no_more_digits_than_a_line_has() -> None:
    assert standing_at('File "/x.py", line 12 in answer', "/x.py") == {"frames": [{"line": 12, "function": "answer"}]}
    assert standing_at(f'File "/x.py", line {"9" * 5000} in answer', "/x.py") == {}
    (frame,) = standing_at(f'File "/x.py", line 1 in {"a" * 60_000}', "/x.py")["frames"]
    assert len(frame["function"]) == 500
