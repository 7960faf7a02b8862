"""A challenge as py:percent text (jupytext's format): made of its README, its stub and its checks, and of nothing else.

Cells with nbgrader's metadata (schema 3): the brief is read-only, one cell is the learner's, one cell a check holds its
points. What runs in the learner's kernel alone, such as the replayed endpoint, stands in cells that nbgrader does not
know, so that it is never graded.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from textwrap import dedent

from grader.challenge import Challenge, checks_in
from grader.checking import Check
from grader.errors import UsageError

BRIEF, SOLUTION = "brief", "solution"
UNDONE = "raise NotImplementedError"  # what a stub's function ends with
_HEADER = """\
# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: nbgrader,-all
#     notebook_metadata_filter: kernelspec,jupytext,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---
"""
_RUNNING = """\
## How to run it

Run the cells from top to bottom. The first one sets up an endpoint that replays a recorded reply at its real speed, in
this notebook alone. Write your function in the next one, and nowhere else: that cell is what is graded. Then run the
cells of the checks; each shows what was seen, and a hint.
"""


def percent(challenge: Challenge, checks: list[Check]) -> str:
    """The text of the source notebook. Raises UsageError naming the file where the stub is not as stubs are."""
    stub = _Stub(challenge)
    cells = [
        _markdown(brief(challenge), _about(BRIEF, locked=True)),
        _code("from grader.notebook import check, replay\n" + f'replay("{challenge.number}")'),
        _code(stub.to_fill_in(), _about(SOLUTION, solution=True)),
    ]
    if stub.tried:
        cells += [_markdown("Try it:"), _code(stub.tried)]
    cells.append(_markdown('What must hold. All of it at once: `check("' + challenge.number + '")`.'))
    public = {check.id for check in checks_in(challenge.checks_module(), challenge.folder)}
    for each in checks:
        call = f'check("{challenge.number}", "{each.id}")  # {each.title}'
        if each.id not in public:  # nbgrader takes out what is between these when it makes the release
            call = f"### BEGIN HIDDEN TESTS\n{call}\n### END HIDDEN TESTS"
        cells.append(_code(call, _about(each.id, grade=True, locked=True, points=each.points)))
    return _HEADER + "\n" + "\n\n".join(cells) + "\n"


def brief(challenge: Challenge) -> str:
    """The README, with what is said about files and commands put as it is in a notebook."""
    path = challenge.folder / "README.md"
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text ({error}).") from None
    text = re.sub(r"\*\*Your file:\*\* `[^`]+` · \*\*your function:\*\*", "**Your function:**", text)
    before, heading, section = text.partition("## How to run it\n")
    if not heading:
        return f"{text}\n\n{_RUNNING}".strip()
    about_commands = re.compile(r"`make |^    make ", re.MULTILINE)
    kept = [part for part in section.strip().split("\n\n") if not about_commands.search(part)]
    return "\n\n".join([before.strip(), _RUNNING.strip(), *kept])


class _Stub:
    """A stub's parts: what is to be filled in, and how it is tried out."""

    def __init__(self, challenge: Challenge) -> None:
        self._path, self._name = challenge.stub, challenge.card.function
        try:
            self._text = self._path.read_text("utf-8")
            self._tree = ast.parse(self._text)
        except (OSError, UnicodeDecodeError, SyntaxError) as error:
            raise UsageError(f"{self._path}: cannot be read as Python ({error}). Mend the stub.") from None
        self._lines = self._text.splitlines()

    @property
    def plain(self) -> str:
        """The stub without its docstring, which speaks of commands, and without its main part."""
        return "\n".join(self._given()).strip()

    @property
    def tried(self) -> str:
        """The body of `if __name__ == "__main__":`."""
        main = self._main()
        return dedent("\n".join(self._lines[main.body[0].lineno - 1 : main.end_lineno])) if main else ""

    def to_fill_in(self) -> str:
        """`plain`, with the marks between which nbgrader puts its stub."""
        lines = list(self._lines)
        last = self._undone()
        indent = " " * last.col_offset
        lines[last.lineno - 1] = f"{indent}### BEGIN SOLUTION\n{indent}{UNDONE}\n{indent}### END SOLUTION"
        return "\n".join(self._given(lines)).strip()

    def _given(self, lines: list[str] | None = None) -> list[str]:
        kept = list(lines or self._lines)
        docstring = self._tree.body[:1] if ast.get_docstring(self._tree) is not None else []
        main = self._main()
        for node in (*docstring, *([main] if main else [])):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                kept[number] = ""
        return kept

    def _main(self) -> ast.If | None:
        found = [n for n in self._tree.body if isinstance(n, ast.If) and ast.unparse(n.test).startswith("__name__ ==")]
        return found[0] if found else None

    def _undone(self) -> ast.stmt:
        functions = [
            n for n in self._tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == self._name
        ]
        if functions and ast.unparse(last := functions[0].body[-1]) == UNDONE:
            return last
        raise UsageError(f"{self._path}: expected a function {self._name} that ends with `{UNDONE}`. Mend the stub.")


def _about(
    grade_id: str, *, grade: bool = False, locked: bool = False, solution: bool = False, points: float | None = None
) -> dict[str, object]:
    about: dict[str, object] = {
        "grade": grade, "grade_id": grade_id, "locked": locked, "schema_version": 3, "solution": solution,
        "task": False,
    }  # fmt: skip
    return about | ({"points": points} if points is not None else {})


def _markdown(text: str, about: dict[str, object] | None = None) -> str:
    return "\n".join([_head(" [markdown]", about), *_commented(text)])


def _code(text: str, about: dict[str, object] | None = None) -> str:
    return f"{_head('', about)}\n{text}"


def _head(kind: str, about: dict[str, object] | None) -> str:
    return f"# %%{kind}" + (f" nbgrader={json.dumps(about, sort_keys=True)}" if about else "")


def _commented(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield f"# {line}" if line else "#"
