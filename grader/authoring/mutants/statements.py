"""Slips in a statement: one that is not there, a guard that never or always holds, a loop that is left too early."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import TypeVar

from grader.authoring.mutants.engine import Operator, Words

S = TypeVar("S", bound=ast.stmt)
SIMPLE = ast.Expr | ast.Assign | ast.AugAssign | ast.Raise | ast.Assert | ast.Delete | ast.Break | ast.Continue
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# Calls that only look at, or make, a value: it is all the same which of two comes first.
QUIET = frozenset({
    "append", "decode", "dict", "dumps", "encode", "extend", "get", "join", "len", "list", "loads", "lower", "lstrip",
    "next", "partition", "removeprefix", "replace", "rstrip", "split", "splitlines", "startswith", "str", "strip",
})  # fmt: skip
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def dropped(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """A statement is not there; of `return x`, the value."""
    if isinstance(node, SIMPLE) or (isinstance(node, ast.AnnAssign) and node.value is not None):
        yield []
    elif isinstance(node, ast.Return) and node.value is not None:
        yield [ast.Return(None)]


def none(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """`usage = None` becomes `usage = ""`; so does what is returned."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.Return) else None
    if isinstance(node, ast.stmt) and isinstance(value, ast.Constant) and value.value is None:
        yield [_changed(node, value=ast.Constant(""))]


def guard(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """A condition always holds, never holds, or holds where it should not; the `else` is not there."""
    if isinstance(node, ast.If | ast.While):
        yield [_changed(node, test=ast.Constant(True))]
        yield [_changed(node, test=ast.Constant(False))]
        if not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.Constant):
            yield [_changed(node, test=ast.UnaryOp(ast.Not(), node.test))]
        if node.orelse:
            yield [_changed(node, orelse=[])]


def leaves_at_once(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """A loop ends before its first turn."""
    if isinstance(node, LOOPS):
        yield [_changed(node, body=[ast.Break(), *node.body])]


def leaves_after_one(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """A loop ends after its first turn."""
    if isinstance(node, LOOPS):
        yield [_changed(node, body=[*node.body, ast.Break()])]


def jump(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """`break` and `continue` are taken for each other."""
    if isinstance(node, ast.Break):
        yield [ast.Continue()]
    elif isinstance(node, ast.Continue):
        yield [ast.Break()]


def trying(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """No `try` around it; an exception that is swallowed, or one kind fewer that is caught."""
    if isinstance(node, ast.Try):
        yield [*node.body, *node.orelse, *node.finalbody]
        for i, handler in enumerate(node.handlers):
            silent = copy.deepcopy(node)
            silent.handlers[i].body = [ast.Pass()]
            yield [silent]
            if len(node.handlers) > 1:
                yield [_changed(node, handlers=[h for h in node.handlers if h is not handler])]
        if node.finalbody and node.handlers:
            yield [_changed(node, finalbody=[])]
    elif isinstance(node, ast.With) and "suppress" in ast.unparse(node.items[0]):
        yield node.body


def raising(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """Another exception than the one that was asked for."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield [ast.Raise(ast.Call(ast.Name("Exception", ast.Load()), [], []), node.cause)]


def adding_up(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """`x += y` becomes `x = y`, or takes away."""
    if isinstance(node, ast.AugAssign):
        yield [ast.Assign([node.target], node.value)]
        if isinstance(node.op, ast.Add | ast.Sub):
            yield [_changed(node, op=ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())]


def order(node: ast.AST, words: Words) -> Iterator[list[ast.stmt]]:
    """Two calls in the other order, where one of them keeps its result and none needs the other's: a clock is read
    before the request, or behind it."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if not isinstance(node, ast.stmt) or not isinstance(block, list):
            continue
        for i in range(len(block) - 1):
            first, second = block[i], block[i + 1]
            if _may_change_places(first, second):
                yield [_changed(node, **{name: [*block[:i], second, first, *block[i + 2 :]]})]


def _may_change_places(first: ast.stmt, second: ast.stmt) -> bool:
    both = (first, second)
    simple = all(isinstance(s, ast.Expr | ast.Assign) for s in both) and any(isinstance(s, ast.Assign) for s in both)
    apart = not (_names(first) & _assigned(second)) and not (_names(second) & _assigned(first))
    return simple and apart and all(map(_does_something, both))


def _does_something(node: ast.AST) -> bool:
    """Some call in it is no quiet one."""
    called = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return any((f.id if isinstance(f, ast.Name) else getattr(f, "attr", "")) not in QUIET for f in called)


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _assigned(node: ast.AST) -> set[str]:
    return {i.id for i in ast.walk(node) if isinstance(i, ast.Name) and isinstance(i.ctx, ast.Store)}


def _changed(node: S, **fields: object) -> S:
    other = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


OPERATORS: dict[str, Operator] = {
    "dropped": dropped,
    "sets-none": none,
    "guard": guard,
    "leaves-at-once": leaves_at_once,
    "leaves-after-one": leaves_after_one,
    "jump": jump,
    "trying": trying,
    "raising": raising,
    "adding-up": adding_up,
    "order": order,
}
