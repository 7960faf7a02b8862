"""The mutants of a program: each compiles, no two are alike, none is the program, and each has a name that stays."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from begun import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.mutants import equivalent
from grader.authoring.mutants.engine import Mutant, mutants
from grader.authoring.mutants.operators import OPERATORS
from grader.errors import UsageError
from tests import breadth

PROGRAMS = sorted([*(ROOT / "solutions").glob("*.py"), *(ROOT / "tests" / "submissions").glob("0[137]*/right/*.py")])

NAMES = st.sampled_from(["x", "chunk", "pieces", "text"])
CONSTANTS = st.sampled_from(["1", "None", "True", "''", "'content'", "b'data: '"])
EXPRESSIONS = st.recursive(
    NAMES | CONSTANTS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "or", "and", "==", "<", "is", "in", "%"]), inner)
        .map(" ".join)
        .map("({})".format),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.tuples(NAMES, inner).map(lambda t: f"{t[0]}[{t[1]}]"),
        st.tuples(NAMES, inner).map(lambda t: f"print({t[0]}, end={t[1]}, flush=True)"),
        st.tuples(NAMES, inner).map(lambda t: f"{t[0]}.get({t[1]}).strip()"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(inner, inner).map(lambda t: f"{{'content': {t[0]}, 'delta': {t[1]}}}"),
        inner.map(lambda e: f"[x for x in {e} if x]"),
    ),
    max_leaves=6,
)
STATEMENTS = st.recursive(
    st.one_of(
        EXPRESSIONS, st.tuples(NAMES, EXPRESSIONS).map(" = ".join), st.tuples(NAMES, EXPRESSIONS).map(" += ".join),
        EXPRESSIONS.map("return {}".format), EXPRESSIONS.map("yield {}".format), st.just("raise E(x)"),
    ),
    lambda inner: st.one_of(
        st.tuples(EXPRESSIONS, inner, inner).map(lambda t: f"if {t[0]}:\n{indent(t[1])}\nelse:\n{indent(t[2])}"),
        st.tuples(EXPRESSIONS, inner).map(lambda t: f"for chunk in {t[0]}:\n{indent(t[1])}\n    continue"),
        st.tuples(EXPRESSIONS, inner).map(lambda t: f"while {t[0]}:\n{indent(t[1])}\n    break"),
        st.tuples(inner, inner).map(lambda t: f"try:\n{indent(t[0])}\nexcept E:\n{indent(t[1])}"),
        st.tuples(inner, inner).map("\n".join),
    ),
    max_leaves=5,
)  # fmt: skip


def indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def all_is_well_with(source: str) -> None:
    made = mutants(source, OPERATORS)
    texts = [mutant.source for mutant in made]
    assert len(set(texts)) == len(texts)
    assert ast.unparse(ast.parse(source)) not in texts
    for mutant in made:
        compile(mutant.source, "mutant", "exec", dont_inherit=True)
        assert 1 <= mutant.number <= len(source.splitlines())
    assert len({mutant.key for mutant in made}) == len(made)
    assert mutants(source, OPERATORS) == made


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=breadth.examples(20), deadline=None)
@given(STATEMENTS)
def test_mutants_of_any_program(body: str) -> None:
    all_is_well_with(f"def f(x):\n{indent(body)}")


@pytest.mark.parametrize("path", breadth.each(4, PROGRAMS[::12]), ids=lambda path: path.stem)
def test_mutants_of_what_learners_write(path) -> None:
    all_is_well_with(path.read_text("utf-8"))


SOURCE = '''\
"""A docstring."""

import json
from os import environ


class Given:
    limit: int = 7


def ask(prompt: str = "hi") -> "str | None":
    """Another."""
    return prompt  # what was asked


if __name__ == "__main__":
    print(ask("x"))
'''


def said(made: list[Mutant]) -> list[str]:
    return [f"{mutant.number} {mutant}" for mutant in made]


def test_imports_annotations_docstrings_and_scripts_are_left_alone() -> None:
    assert said(mutants(SOURCE, OPERATORS)) == [
        "8 `limit: int = 7` becomes nothing", "8 `7` becomes `8`", "8 `7` becomes `6`",
        "11 `'hi'` becomes `''`", "13 `prompt` becomes nothing",
    ]  # fmt: skip


def test_what_is_handed_out_is_left_alone() -> None:
    stub = SOURCE.replace("return prompt", "raise NotImplementedError").replace(
        "class Given:", 'class Given:\n    "Yours."'
    )
    assert {mutant.number for mutant in mutants(SOURCE, OPERATORS, given=stub)} == {11, 13}


def test_a_mutant_names_its_line_without_the_comment_and_the_words_that_differ() -> None:
    mutant = mutants(SOURCE, OPERATORS)[-1]
    assert mutant.key == ("dropped", "return prompt", "prompt", "")


@pytest.mark.parametrize(
    ("body", "was", "now"),
    [
        ("post(url, json=body, timeout=60)", ", timeout=60", ""),
        ("x = f(list(y))", "list(y)", "y"),
        ("x = f(y[6:])", "6", ""),
        ("x = a == b", "==", "!="),
    ],
)
def test_no_bracket_is_torn_from_its_other_half(body: str, was: str, now: str) -> None:
    assert (was, now) in [(m.was, m.now) for m in mutants(body, OPERATORS)]


def test_changes_that_read_alike_are_told_apart() -> None:
    keys = [m.key for m in mutants("f(1, 2, 1)", {"constant": OPERATORS["constant"]})]
    assert ("constant", "f(1, 2, 1)", "1", "2") in keys
    assert ("constant", "f(1, 2, 1)  #2", "1", "2") in keys


def test_a_statement_that_moves_stands_elsewhere() -> None:
    (mutant,) = mutants("for x in xs:\n    a()\n    b()", {"after-the-loop": OPERATORS["after-the-loop"]})
    assert str(mutant) == "`b()` stands elsewhere"


# -- equivalent.toml -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["x = f('a', \"it's\")", "print('''a\nb''')", "f(b'\\x00', '\\t')", SOURCE])
def test_an_entry_can_be_put_into_the_file_as_it_is_printed(tmp_path, source: str) -> None:
    made = mutants(source, OPERATORS)
    path = tmp_path / "equivalent.toml"
    path.write_text("\n\n".join(equivalent.entry_for(m).replace("reason = ''", "reason = 'so'") for m in made))
    assert [entry.key for entry in equivalent.load(path)] == [mutant.key for mutant in made]


def test_without_a_file_there_are_no_entries(tmp_path) -> None:
    assert equivalent.load(tmp_path / "equivalent.toml") == ()


def _without_reason(entry: str) -> str:
    return entry


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without_reason, r"key `mutant\.0\.reason`"),
        (lambda entry: entry.replace("reason = ''", ""), r"key `mutant\.0\.reason`: is missing"),
        (lambda entry: entry.replace("reason = ''", "reason = 'x'\nwhy = 'x'"), r"key `mutant\.0\.why`"),
        (lambda entry: entry.replace("was", "="), "not valid TOML"),
    ],
)
def test_an_entry_needs_its_reason(tmp_path, change: Callable[[str], str], says: str) -> None:
    path = tmp_path / "equivalent.toml"
    path.write_text(change(equivalent.entry_for(mutants("f(1)", OPERATORS)[0])))
    with pytest.raises(UsageError, match=says) as info:
        equivalent.load(path)
    assert str(info.value).startswith(str(path))
