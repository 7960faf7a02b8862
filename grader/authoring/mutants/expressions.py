"""Slips in an expression: another operand, another field, an argument that was forgotten."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from grader.authoring.mutants.engine import Operator, Words

T = TypeVar("T")

# Names on the wire and in the libraries that are taken for one another.
CONFUSED = (
    ("content", "reasoning_content", "reasoning", "refusal", "role"),
    ("delta", "message"),
    ("prompt_tokens", "completion_tokens", "total_tokens"),
    ("stop", "length", "content_filter"),
    ("lstrip", "strip", "rstrip"),
    ("removeprefix", "lstrip"),
    ("removesuffix", "rstrip"),
    ("iter_lines", "iter_content"),
)
# Methods whose result can stand for the value itself.
TRANSFORM = frozenset({
    "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "lower", "upper", "casefold", "replace",
    "encode", "decode", "split", "splitlines", "copy", "model_dump", "model_copy",
})  # fmt: skip
OTHER_COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
OTHER_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip


def operand(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """`x or ""` becomes `x`; `a and b` becomes `a or b`; `a + b` becomes `a`."""
    if isinstance(node, ast.BoolOp):
        for rest in _without_one(node.values):
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
        if other := OTHER_ARITHMETIC.get(type(node.op)):
            yield ast.BinOp(node.left, other(), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


def branch(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """`x if c else y` becomes `x`, or `y`."""
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)


def comparison(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """`==` becomes `!=`, `<` becomes `<=`; of `a < b < c`, one at a time."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for other in OTHER_COMPARISON[type(op)]:
                yield ast.Compare(node.left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators)


def constant(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """True becomes False, a number its neighbour, a text the empty one."""
    if isinstance(node, ast.Constant):
        yield from map(ast.Constant, _other_values(node.value))


def _other_values(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if 0 < value <= 10:
            yield value - 1
    elif isinstance(value, float):
        yield value + 1
    elif isinstance(value, str | bytes) and value:
        yield type(value)()


def none(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """Where None is one of several values, or chosen in the end, it becomes the empty text."""
    if isinstance(node, ast.Tuple | ast.List):
        for i, element in enumerate(node.elts):
            if isinstance(element, ast.Constant) and element.value is None:
                yield type(node)([*node.elts[:i], ast.Constant(""), *node.elts[i + 1 :]], node.ctx)


def other_name(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """A field is taken for another: `content` for `reasoning`, a key for the file's next key."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for name in _taken_for(node.value):
            yield ast.Constant(name)
        if node.value in words.keys and len(words.keys) > 1:
            yield ast.Constant(words.keys[(words.keys.index(node.value) + 1) % len(words.keys)])
    elif isinstance(node, ast.Attribute):
        for name in _taken_for(node.attr):
            yield ast.Attribute(node.value, name, node.ctx)


def _taken_for(name: str) -> list[str]:
    return [other for group in CONFUSED if name in group for other in group if other != name]


def argument(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """One argument is left out: each named one, the last of the others."""
    if isinstance(node, ast.Call):
        for keywords in _without_one(node.keywords):
            if not (ast.unparse(node.func) == "print" and _only_looks(node.keywords, keywords)):
                yield ast.Call(node.func, node.args, keywords)
        if node.args:
            yield ast.Call(node.func, node.args[:-1], node.keywords)


def _only_looks(all_of: list[ast.keyword], kept: list[ast.keyword]) -> bool:
    """It was `end` or `sep`: printing more than was asked, one piece a line too, is no mistake in any challenge."""
    return {k.arg for k in all_of} - {k.arg for k in kept} <= {"end", "sep"}


def call(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """A call is left out: `list(x)` becomes `x`, `line.strip()` becomes `line`."""
    if isinstance(node, ast.Call):
        if node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
            yield node.args[0]
        if isinstance(node.func, ast.Attribute) and node.func.attr in TRANSFORM:
            yield node.func.value
    elif isinstance(node, ast.Await):
        yield node.value


def item(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """An item is left out of a tuple, a list or a dict, or changes places with the next; a bound of a slice is lost."""
    if isinstance(node, ast.Tuple | ast.List):
        for elements in [*_without_one(node.elts), *_swapped(node.elts)]:
            yield type(node)(elements, node.ctx)
    elif isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
        for rest in _without_one(pairs):
            yield ast.Dict([key for key, _ in rest], [value for _, value in rest])
        for values in _swapped(node.values):
            yield ast.Dict(node.keys, values)
    elif isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound) is not None:
                less = copy.copy(node)
                setattr(less, bound, None)
                yield less


def condition_of_a_comprehension(node: ast.AST, words: Words) -> Iterator[ast.expr]:
    """`[x for x in xs if x]` becomes `[x for x in xs]`."""
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        for i, loop in enumerate(node.generators):
            for rest in _without_one(loop.ifs):
                less = copy.deepcopy(node)
                less.generators[i].ifs = rest
                yield less


def _without_one(items: Sequence[T]) -> Iterator[list[T]]:
    for i in range(len(items)):
        yield [*items[:i], *items[i + 1 :]]


def _swapped(items: Sequence[T]) -> Iterator[list[T]]:
    for i in range(len(items) - 1):
        yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


OPERATORS: dict[str, Operator] = {
    "operand": operand,
    "branch": branch,
    "comparison": comparison,
    "constant": constant,
    "none": none,
    "other-name": other_name,
    "argument": argument,
    "call": call,
    "item": item,
    "comprehension": condition_of_a_comprehension,
}
