"""All operators, by name. The order decides only which of two names a mutant gets that both would make."""

from __future__ import annotations

from grader.authoring.mutants import expressions, statements, timing
from grader.authoring.mutants.engine import Operator

OPERATORS: dict[str, Operator] = {**statements.OPERATORS, **timing.OPERATORS, **expressions.OPERATORS}
