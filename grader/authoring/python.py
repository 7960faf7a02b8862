"""Python text as rules and mutants compare it."""

from __future__ import annotations

import ast
import copy


def bare(node: ast.AST) -> str:
    """A node as a string that is the same for the same code: docstrings, which are for the learner, do not count."""
    node = copy.deepcopy(node)
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(inner) is not None
        ):
            inner.body = inner.body[1:]
    return ast.dump(node)
