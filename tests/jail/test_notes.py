"""Notes are heard as runs take them, and no others."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from grader.jail import child, observe
from grader.jail.notes import MOST_TEXT, heard

VALIDATES: dict[str, Any] = {"what": "validates", "t": 1.0, "how": "validate_json", "text": None, "values": ["a"]}


def test_all_notes_that_a_run_takes_are_known() -> None:
    source = inspect.getsource(observe) + inspect.getsource(child)
    taken = set(re.findall(r'notebook\.note\("([a-z-]+)"', source))
    assert len(taken) > 8
    for what in taken:
        known = {"what": what, "t": 1.0, "no such fact": 0}
        assert heard(known) is None, "what it says is checked"
    assert {what for what in taken if heard({"what": what, "t": 1.0}) is not None} == {"called", "ended"}


def test_a_note_is_heard_with_its_facts_and_no_more() -> None:
    assert heard(VALIDATES) == (1.0, {k: v for k, v in VALIDATES.items() if k != "t"})


@pytest.mark.parametrize(
    "change",
    [
        {"t": 1},
        {"t": "1.0"},
        {"t": None},
        {"what": "valid"},
        {"what": ["validates"]},
        {"text": 5},
        {"text": "x" * (MOST_TEXT + 1)},
        {"values": "a"},
        {"values": [1]},
        {"values": ["a"] * 1000},
        {"values": None},
        {"at": "soon"},
        {"kind": "outcome"},
    ],
    ids=str,
)
def test_what_a_run_does_not_say_is_not_heard(change: dict[str, Any]) -> None:
    assert heard({**VALIDATES, **change}) is None


@pytest.mark.parametrize("line", [-1, True, 1.0, "1", 10**9, 10**400])
def test_a_line_is_a_number_that_a_file_can_have(line: Any) -> None:
    assert heard({"what": "line", "t": 1.0, "line": line}) is None
