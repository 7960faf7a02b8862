"""What each operator makes of a small program: exactly these mutants."""

from __future__ import annotations

import ast
import inspect

import pytest

from grader.authoring.mutants.engine import mutants
from grader.authoring.mutants.operators import OPERATORS

# operator, program, what each of its mutants says
TABLE: list[tuple[str, str, list[str]]] = [
    # -- statements
    ("dropped", "show(x)\nreturn x", ["return x", "show(x)\nreturn"]),
    ("dropped", "x = 1", ["pass"]),
    ("none", "return a, None", ["return (a, '')"]),
    ("sets-none", "x = None", ["x = ''"]),
    ("guard", "if x == 1:\n    y()\nelse:\n    z()", [
        "if True:\n    y()\nelse:\n    z()", "if False:\n    y()\nelse:\n    z()", "if x == 1:\n    y()"]),
    ("guard", "if x:\n    y()", ["if True:\n    y()", "if False:\n    y()", "if not x:\n    y()"]),
    ("leaves-at-once", "for x in xs:\n    y()", ["for x in xs:\n    break\n    y()"]),
    ("leaves-after-one", "while x:\n    y()", ["while x:\n    y()\n    break"]),
    ("jump", "for x in xs:\n    break", ["for x in xs:\n    continue"]),
    ("jump", "for x in xs:\n    continue", ["for x in xs:\n    break"]),
    ("trying", "try:\n    a()\nexcept E:\n    b()", ["a()", "try:\n    a()\nexcept E:\n    pass"]),
    ("trying", "try:\n    a()\nexcept E:\n    b()\nexcept F:\n    c()\nfinally:\n    d()", [
        "a()\nd()",
        "try:\n    a()\nexcept E:\n    pass\nexcept F:\n    c()\nfinally:\n    d()",
        "try:\n    a()\nexcept F:\n    c()\nfinally:\n    d()",
        "try:\n    a()\nexcept E:\n    b()\nexcept F:\n    pass\nfinally:\n    d()",
        "try:\n    a()\nexcept E:\n    b()\nfinally:\n    d()",
        "try:\n    a()\nexcept E:\n    b()\nexcept F:\n    c()"]),
    ("trying", "with contextlib.suppress(E):\n    a()", ["a()"]),
    ("raising", "raise CutShort(text)", ["raise Exception()"]),
    ("adding-up", "x += y", ["x = y", "x -= y"]),
    ("order", "began = clock()\nreply = ask(prompt)", ["reply = ask(prompt)\nbegan = clock()"]),
    ("order", "a.append(b())\nprint(c)", []),  # which of these comes first is all the same
    ("order", "x = ask()\ny = show(x)", []),  # the second needs the first
    # -- time
    ("reads-all-first", "for x in stream:\n    y()", ["for x in list(stream):\n    y()"]),
    ("reads-all-first", "async for x in stream:\n    y()", ["for x in [_item async for _item in stream]:\n    y()"]),
    ("shows-later", "for x in xs:\n    print(x, end='', flush=True)", [
        "_later = []\nfor x in xs:\n    _later.append((print, [x], {'end': '', 'flush': True}))\n"
        "for _show, _args, _named in _later:\n    _show(*_args, **_named)",
        "_later = []\nfor x in xs:\n    _later.append((print, [x], {'end': '', 'flush': True}))\n"
        "    if len(_later) > 2:\n        _show, _args, _named = _later.pop(0)\n        _show(*_args, **_named)\n"
        "for _show, _args, _named in _later:\n    _show(*_args, **_named)"]),
    ("shows-later", "for x in xs:\n    count(x)", []),
    ("after-the-loop", "for x in xs:\n    a()\n    b(x)", ["for x in xs:\n    a()\nb(x)"]),
    ("yields-at-the-end", "for x in xs:\n    yield x\nreturn", [
        "_later = []\nfor x in xs:\n    _later.append(x)\nreturn (yield from _later)\nyield from _later"]),
    # -- expressions
    ("operand", "return x or ''", ["return ''", "return x", "return x and ''"]),
    ("operand", "return a + b", ["return a", "return b"]),
    ("operand", "return a * b", ["return a", "return b", "return a / b"]),
    ("operand", "return not a", ["return a"]),
    ("branch", "return x if c else y", ["return x", "return y"]),
    ("comparison", "return a == b", ["return a != b"]),
    ("comparison", "return a < b", ["return a <= b", "return a > b"]),
    ("comparison", "return a is not None", ["return a is None"]),
    ("comparison", "return a in b", ["return a not in b"]),
    ("constant", "return [True, 0, 7, 'a', b'a', 100, 0.5]", [
        "return [False, 0, 7, 'a', b'a', 100, 0.5]", "return [True, 1, 7, 'a', b'a', 100, 0.5]",
        "return [True, 0, 8, 'a', b'a', 100, 0.5]", "return [True, 0, 6, 'a', b'a', 100, 0.5]",
        "return [True, 0, 7, '', b'a', 100, 0.5]", "return [True, 0, 7, 'a', b'', 100, 0.5]",
        "return [True, 0, 7, 'a', b'a', 101, 0.5]", "return [True, 0, 7, 'a', b'a', 100, 1.5]"]),
    ("other-name", "return delta.content", [
        f"return delta.{name}" for name in ("reasoning_content", "reasoning", "refusal", "role")]),
    ("other-name", "return chunk['delta']['stuff']", [
        "return chunk['delta']['delta']", "return chunk['message']['stuff']", "return chunk['stuff']['stuff']"]),
    ("argument", "f(a, b, c=1, **d)", ["f(a, b, **d)", "f(a, b, c=1)", "f(a, c=1, **d)"]),
    ("argument", "print(x, end='', flush=True)", ["print(x, end='')", "print(end='', flush=True)"]),
    ("call", "return list(x)", ["return x"]),
    ("call", "return line.strip()", ["return line"]),
    ("call", "return await f()", ["return f()"]),
    ("call", "print(x)", []),  # the same as a statement that is dropped
    ("item", "return a, b", ["return (b,)", "return (a,)", "return (b, a)"]),
    ("item", "return {'a': 1, 'b': 2}", ["return {'b': 2}", "return {'a': 1}", "return {'a': 2, 'b': 1}"]),
    ("item", "return x[6:9]", ["return x[:9]", "return x[6:]"]),
    ("comprehension", "return [x for x in xs if x if y]", ["return [x for x in xs if y]", "return [x for x in xs if x]"]),
]  # fmt: skip


def in_a_function(body: str) -> str:
    head = "async def f():" if "await" in body or "async" in body else "def f():"
    return "\n".join([head, *(f"    {line}" for line in body.splitlines())])


def body_of(source: str) -> str:
    function = ast.parse(source).body[0]
    return "\n".join(ast.unparse(statement) for statement in function.body)


@pytest.mark.parametrize(("name", "body", "expected"), TABLE, ids=[f"{row[0]}-{i}" for i, row in enumerate(TABLE)])
def test_an_operator_makes_exactly_these(name: str, body: str, expected: list[str]) -> None:
    made = mutants(in_a_function(body), {name: OPERATORS[name]})
    assert sorted(body_of(mutant.source) for mutant in made) == sorted(expected)
    assert {mutant.operator for mutant in made} <= {name}


def test_every_operator_has_its_test_and_says_what_it_does() -> None:
    assert {name for name, _, _ in TABLE} == set(OPERATORS)
    for operator in OPERATORS.values():
        assert inspect.getdoc(operator)
