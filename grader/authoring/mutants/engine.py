"""From a solution to its mutants: each is the solution with one place changed by one operator."""

from __future__ import annotations

import ast
import difflib
import itertools
import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from grader.authoring.python import bare

Change = ast.expr | list[ast.stmt]  # in place of an expression; in place of a statement
Operator = Callable[[ast.AST, "Words"], Iterator[Change]]

_TOKEN = re.compile(r"""[rbfRBF]*"(?:[^"\\\n]|\\.)*"|[rbfRBF]*'(?:[^'\\\n]|\\.)*'|\w+|\s+|[=!<>]=|.""", re.DOTALL)

_COMMENT = re.compile(r"\s+#\s.*")


@dataclass(frozen=True)
class Words:
    """What operators may know of the whole file: the strings that it uses as keys, in the order of their first use."""

    keys: tuple[str, ...] = ()

    @staticmethod
    def of(tree: ast.AST) -> Words:
        found: dict[str, None] = {}
        for node in ast.walk(tree):
            places: list[ast.expr | None] = []
            if isinstance(node, ast.Dict):
                places = list(node.keys)
            elif isinstance(node, ast.Subscript):
                places = [node.slice]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
                places = list(node.args[:1])
            for place in places:
                if isinstance(place, ast.Constant) and isinstance(place.value, str):
                    found[place.value] = None
        return Words(tuple(found))


@dataclass(frozen=True)
class Mutant:
    """`line` is the line of the solution that it changes; `was` and `now` are what differs, as `ast.unparse` writes it.

    These and the operator name it in `equivalent.toml`: they stay the same when the solution grows elsewhere.
    """

    operator: str
    number: int  # of the line
    line: str
    was: str
    now: str
    source: str = field(repr=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.operator, self.line, self.was, self.now

    def __str__(self) -> str:
        if self.was == self.now:
            return f"{_quoted(self.was)} stands elsewhere"
        return f"{_quoted(self.was)} becomes {_quoted(self.now)}"


def _quoted(text: str) -> str:
    return f"`{text}`" if text.strip() else "nothing"


def mutants(source: str, operators: dict[str, Operator], *, given: str = "") -> list[Mutant]:
    """All mutants that compile, no two alike and none like the solution, in the order of its lines.

    What stands in `given` (the stub) word for word is the challenge's own, and left alone. So are imports, annotations,
    docstrings, and what runs only as a script. Raises SyntaxError where either text is no Python.
    """
    tree, lines = ast.parse(source), source.splitlines()
    handed_out = {bare(node) for node in ast.parse(given).body}
    words, seen, made = Words.of(tree), {ast.unparse(tree)}, []
    for place in list(_places(tree, handed_out)):
        for name, operator in operators.items():
            for change in operator(place.node, words):
                for fresh in change if isinstance(change, list) else [change]:
                    ast.fix_missing_locations(fresh)  # unparsing asks statements for their line
                text = _text_with(tree, place, change)
                if text is None or text in seen or place.is_left_idle_by(change):
                    continue
                seen.add(text)
                was, now = _difference(place.node, change)
                line = _COMMENT.sub("", lines[place.line - 1]).strip()
                made.append(Mutant(name, place.line, line, was, now, text))
    return _told_apart(made)


@dataclass(frozen=True)
class _Place:
    """Where a node stands: in a field of its holder, at an index where the field is a list."""

    node: ast.AST
    holder: ast.AST
    field: str
    index: int | None
    line: int

    def put(self, change: Change) -> Callable[[], None]:
        """Puts `change` there, and gives what brings the node back."""
        if self.index is None:
            setattr(self.holder, self.field, change)
            return lambda: setattr(self.holder, self.field, self.node)
        siblings: list[ast.AST] = getattr(self.holder, self.field)
        before = list(siblings)
        siblings[self.index : self.index + 1] = change if isinstance(change, list) else [change]
        if not siblings and self.field == "body":
            siblings.append(ast.Pass())

        def back() -> None:
            siblings[:] = before

        return back

    def is_left_idle_by(self, change: Change) -> bool:
        """A statement that is only a value does nothing: it is the same as one that was dropped."""
        only_a_value = isinstance(change, ast.Name | ast.Constant | ast.Attribute | ast.Subscript)
        return only_a_value and isinstance(self.holder, ast.Expr)


def _places(tree: ast.Module, handed_out: set[str]) -> Iterator[_Place]:
    for i, node in enumerate(tree.body):
        if bare(node) not in handed_out and not _only_as_a_script(node):
            yield from _below(_Place(node, tree, "body", i, node.lineno))


def _below(place: _Place) -> Iterator[_Place]:
    node = place.node
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node):
        return
    if isinstance(node, ast.stmt) or (isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), _LOADED)):
        yield place
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for i, child in children:
            if isinstance(child, ast.AST):
                yield from _below(_Place(child, node, name, i, getattr(child, "lineno", place.line)))


_LOADED = (ast.Load, type(None))  # what is assigned to is no value


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _only_as_a_script(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _text_with(tree: ast.Module, place: _Place, change: Change) -> str | None:
    """The program with that change; None where it is none, as when a `break` has lost its loop."""
    back = place.put(change)
    try:
        text = ast.unparse(tree)
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # `x is ""`: nobody would leave that
            compile(text, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, SyntaxWarning, ValueError, TypeError):
        return None
    finally:
        back()
    return text


def _difference(node: ast.AST, change: Change) -> tuple[str, str]:
    """What differs between their texts: of lines that are other lines now, those; of one line, its words."""
    before, after = ast.unparse(node), "\n".join(map(ast.unparse, change if isinstance(change, list) else [change]))
    old, new = before.splitlines(), after.splitlines()
    changes = [c for c in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if c[0] != "equal"]
    gone = [line for _, i, j, _, _ in changes for line in old[i:j]]
    come = [line for _, _, _, i, j in changes for line in new[i:j]]
    if len(gone) == len(come) == 1 and gone[0].strip() != come[0].strip():
        return _words_that_differ(gone[0], come[0])
    return textwrap.dedent("\n".join(gone)), textwrap.dedent("\n".join(come))


def _words_that_differ(old: str, new: str) -> tuple[str, str]:
    """Without the words that both begin and end with, unless that would tear a bracket from its other half."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    start = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    rest = min(len(a), len(b)) - start
    backwards = zip(a[::-1][:rest], b[::-1][:rest], strict=True)
    end = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], backwards))
    while end and not (_balanced(a[start : len(a) - end]) and _balanced(b[start : len(b) - end])):
        end -= 1
    return "".join(a[start : len(a) - end]).strip(), "".join(b[start : len(b) - end]).strip()


def _balanced(words: list[str]) -> bool:
    return all(words.count(opening) == words.count(closing) for opening, closing in ("()", "[]", "{}"))


def _told_apart(made: list[Mutant]) -> list[Mutant]:
    """Where two changes of a line read alike, a number tells them apart."""
    count: Counter[tuple[str, str, str, str]] = Counter()
    apart = []
    for mutant in made:
        count[mutant.key] += 1
        nth = count[mutant.key]
        apart.append(mutant if nth == 1 else replace(mutant, line=f"{mutant.line}  #{nth}"))
    return apart
