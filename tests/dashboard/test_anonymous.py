"""Examples that name nobody: what is taken out, and what is not shown at all."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom.model import Student
from grader.dashboard.anonymous import Everybody, Names, bare, example
from grader.report import CheckReport, RunReport
from tests import breadth

ADA = Student("al4711", "Ada Lovelace", "countess@school.example")
OTHERS = [ADA, Student("b2", "Grace Hopper", "gh@school.example"), Student("c3", "Max", "max@school.example")]

SOURCE = '''"""Homework of Ada Lovelace."""
# ada, 2026
import json  # al4711


def f(x):
    """By Ada."""
    "Ada again"; y = "kept"
    return [  # ada
        x, "# no comment",
    ]


class C: "Ada"
'''


def test_comments_and_strings_that_stand_by_themselves_are_taken_out() -> None:
    lines = bare(SOURCE)
    assert lines is not None
    text = "\n".join(lines)
    assert "ada" not in text.casefold()
    assert 'y = "kept"' in text
    assert 'x, "# no comment",' in text
    assert len(lines) == len(SOURCE.splitlines())


@pytest.mark.parametrize("between", ["\x0c", "\x85", "\u2028", "\x1d", "\r", "\r\n"])
def test_what_others_take_for_the_end_of_a_line_keeps_no_comment(between: str) -> None:
    source = f"x = 'a'  # one{between}# two\ns = 'a b'  # Ada's own\n\"Ada{between.strip()}again\"\n"
    lines = bare(source)
    assert lines is not None
    text = "\n".join(lines).casefold()
    assert "ada" not in text and "again" not in text and "s = 'a b'" in text


@pytest.mark.parametrize("source", ["def f(:\n  '''", "'unclosed", "x = (", "  indented\n odd"])
def test_what_cannot_be_taken_apart_is_not_shown(source: str) -> None:
    found = bare(source)
    assert found is None or "'" not in "".join(found)


@settings(max_examples=breadth.examples(60), deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "# ada",
                '"""ada"""',
                "'ada'",
                "x = 1",
                "def f():",
                "    pass",
                "    'ada'",
                "    # ada",
                "y = 'z'  # ada",
                "if x: 'ada'",
            ]
        ),
        max_size=12,
    )
)
def test_whatever_parses_loses_its_comments_and_idle_strings(lines: list[str]) -> None:
    source = "\n".join(lines)
    try:
        ast.parse(source)
    except SyntaxError:
        return
    found = bare(source)
    assert found is not None
    assert "ada" not in "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "print('Hi Ada')",
        "ada_client = 1",
        "x = 'LOVELACE'",
        "'al4711'",
        "countess = 2",
        "Grace Hopper",
        "gh@school.example",
        "/home/x/y.py",
        "C:\\\\Users\\\\x",
        "someone@else.example",
    ],
)
def test_a_name_an_address_or_a_folder_gives_somebody_away(text: str) -> None:
    assert Names(ADA, Everybody(OTHERS)).are_in(text)


@pytest.mark.parametrize("text", ["max(1, 2)", "adaptive", "for chunk in stream:", "grace = 1", "@decorator"])
def test_ordinary_code_gives_nobody_away(text: str) -> None:
    assert not Names(ADA, Everybody(OTHERS)).are_in(text)


def a_run(printed: str) -> tuple[RunReport, CheckReport]:
    check = CheckReport(
        id="c", title="c", status="fail", points=0, max_points=1, diagnosis="d", line=6, source="def f(x):", runs=["r"]
    )
    timeline = {"title": "t", "events": [{"kind": "shown", "at": 1, "text": printed}]}
    return RunReport(id="r", scenario="s", seed=1, outcome="ok", timeline=timeline), check


def test_an_example_has_the_line_its_surroundings_and_the_run() -> None:
    run, check = a_run("hello")
    found = example(run, check, SOURCE.encode(), Names(ADA, Everybody(OTHERS)))
    assert found is not None
    assert [line.number for line in found.lines if line.here] == [6]
    assert found.run is not None
    assert found.run.id == "r"
    assert "ada" not in str(found).casefold()


def test_who_prints_their_name_is_no_example() -> None:
    run, check = a_run("made by Lovelace")
    assert example(run, check, SOURCE.encode(), Names(ADA, Everybody(OTHERS))) is None


def test_without_the_program_the_reports_line_is_shown() -> None:
    run, check = a_run("hello")
    found = example(run, check, None, Names(ADA, Everybody(OTHERS)))
    assert found is not None
    assert [line.text for line in found.lines] in ([], ["def f(x):"])
