"""Slips in time: right in the end, and too late on the way. All is read first; pieces are shown, or yielded, later."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

from grader.authoring.mutants.engine import Operator, Words
from grader.authoring.mutants.statements import LOOPS, NESTED

SHOWING = frozenset({"write", "print", "info", "writelines"})


def reads_all_first(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """`for x in stream` becomes `for x in list(stream)`: nothing is handled before all of it has come."""
    if isinstance(node, ast.For) and not isinstance(node.iter, ast.List | ast.Tuple | ast.Constant):
        other = copy.deepcopy(node)
        other.iter = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        yield [other]
    elif isinstance(node, ast.AsyncFor):
        item = ast.comprehension(ast.Name("_item", ast.Store()), node.iter, [], 1)
        gathered = ast.ListComp(ast.Name("_item", ast.Load()), [item])
        yield [ast.For(node.target, gathered, node.body, node.orelse)]


def shows_later(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """What a loop prints is printed after it; or two prints late."""
    if isinstance(node, LOOPS):
        for lag in (None, 2):
            loop = copy.deepcopy(node)
            later = _Later(lag)
            loop.body = [statement for s in loop.body for statement in later.statements(s)]
            if later.found:
                yield [*ast.parse("_later = []").body, loop, *ast.parse(_FLUSH).body]


_FLUSH = "for _show, _args, _named in _later:\n    _show(*_args, **_named)"
_TAKE = "if len(_later) > {lag}:\n    _show, _args, _named = _later.pop(0)\n    _show(*_args, **_named)"


class _Later(ast.NodeTransformer):
    """Keeps what would have been shown, as it was at that moment."""

    def __init__(self, lag: int | None) -> None:
        self.found, self._lag = False, lag

    def statements(self, node: ast.stmt) -> list[ast.stmt]:
        result = self.visit(node)
        return result if isinstance(result, list) else [result]

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, NESTED):
            return node
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _shows(node.value):
            self.found = True
            return self._kept(node.value)
        return self.generic_visit(node)

    def _kept(self, shows: ast.Call) -> list[ast.stmt]:
        names: list[ast.expr | None] = [
            ast.Constant(keyword.arg) if keyword.arg else None for keyword in shows.keywords
        ]
        named = ast.Dict(names, [keyword.value for keyword in shows.keywords])
        entry = ast.Tuple([shows.func, ast.List(shows.args, ast.Load()), named], ast.Load())
        take = ast.parse(_TAKE.format(lag=self._lag)).body if self._lag else []
        return [ast.Expr(_keep(entry)), *take]


def _keep(entry: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name("_later", ast.Load()), "append", ast.Load()), [entry], [])


def _shows(node: ast.Call) -> bool:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return name in SHOWING


def after_the_loop(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """The last statement of a loop's body stands behind the loop: only the last turn counts."""
    if isinstance(node, LOOPS) and len(node.body) > 1 and isinstance(node.body[-1], ast.Expr | ast.Assign):
        loop = copy.deepcopy(node)
        yield [loop, loop.body.pop()]


def yields_at_the_end(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """A generator that gathers everything and only then hands it out."""
    if isinstance(node, ast.FunctionDef) and any(isinstance(n, ast.Yield) for n in _own(node)):
        other, gathering = copy.deepcopy(node), _Gathering()
        body: list[ast.stmt] = [gathering.visit(statement) for statement in other.body]
        other.body = [*ast.parse("_later = []").body, *body, *ast.parse("yield from _later").body]
        yield [other]


class _Gathering(ast.NodeTransformer):
    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, NESTED):
            return node
        if isinstance(node, ast.Yield):
            return _keep(node.value or ast.Constant(None))
        if isinstance(node, ast.Return):
            return ast.parse("return (yield from _later)").body[0]
        return self.generic_visit(node)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, and in none inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, NESTED):
            yield child
            yield from _own(child)


OPERATORS: dict[str, Operator] = {
    "reads-all-first": reads_all_first,
    "shows-later": shows_later,
    "after-the-loop": after_the_loop,
    "yields-at-the-end": yields_at_the_end,
}
