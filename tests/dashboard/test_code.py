"""Programs as lines: nothing is lost, nothing takes for ever, and a page stays short."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.dashboard.code import LETTERS, LINES, changes, lines, listing

PROGRAMS = st.lists(st.sampled_from(["import os", "", "    x = 1", "\tprint('a')", "é", "return x"]), max_size=30).map(
    lambda several: "\n".join(several).encode()
)


@given(PROGRAMS, PROGRAMS)
def test_the_changes_lead_from_one_program_to_the_other(before: bytes, now: bytes) -> None:
    found = changes(before, now)
    assert found is not None
    numbered = {kind: [line.number for line in found if line.kind == kind] for kind in ("add", "del", "same")}
    old, new = lines(before), lines(now)
    kept_old = [text for n, text in enumerate(old, 1) if n not in numbered["del"]]
    kept_new = [text for n, text in enumerate(new, 1) if n not in numbered["add"]]
    assert kept_old == kept_new
    shown = {line.number: line.text for line in found if line.kind in ("add", "same")}
    assert all(text == new[number - 1].expandtabs(4) for number, text in shown.items() if number)


def test_the_same_program_has_no_changes() -> None:
    assert changes(b"x = 1\n", b"x = 1\n") == []


def test_what_would_take_long_to_compare_is_not_compared() -> None:
    assert changes(b"old\n" + b"x\n" * 5000 + b"end\n", b"new\n" + b"x\n" * 4999) is None


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([str(n) for n in range(40_000)], [str(n) for n in reversed(range(40_000))]),
        ([str(n) for n in range(20_000)], [text for n in range(20_000) for text in (str(n), f"new {n}")]),
        (["a"] * 440, [text for n in range(440) for text in ("a", str(n))]),
    ],
)
def test_programs_that_are_made_to_be_hard_to_compare_are_not_compared(before: list[str], now: list[str]) -> None:
    """Their author may look at their own page as often as they like."""
    began = time.process_time()
    assert changes("\n".join(before).encode(), "\n".join(now).encode()) is None
    assert time.process_time() - began < 2


def test_a_change_in_the_middle_of_a_long_program_is_found() -> None:
    before = [f"x = {n}" for n in range(5_000)]
    now = [*before[:2500], "y = 1", *before[2501:]]
    found = changes("\n".join(before).encode(), "\n".join(now).encode())
    assert found is not None
    assert [(line.kind, line.text) for line in found] == [
        ("gap", "from line 2498"),
        *(("same", f"x = {n}") for n in range(2497, 2500)),
        ("del", "x = 2500"),
        ("add", "y = 1"),
        *(("same", f"x = {n}") for n in range(2501, 2504)),
    ]


def test_the_findings_line_is_marked_and_shown_wherever_it_is() -> None:
    several = listing(b"x = 1\n" * 3000, 2500)
    (here,) = [line for line in several if line.kind == "here"]
    assert here.number == 2500
    assert len(several) <= LINES + 2
    assert (several[0].kind, several[-1].kind) == ("gap", "gap")


def test_a_line_without_an_end_is_cut() -> None:
    (line,) = listing(b"x" * 1_000_000, None)
    assert len(line.text) < 1000
    assert sum(len(line.text) for line in listing(b"\xff" * 500 + (b"y" * 500 + b"\n") * 900, None)) < LETTERS + 100
