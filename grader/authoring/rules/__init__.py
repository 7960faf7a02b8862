"""The rules that need no grading. Each yields slips; UsageError means that a file could not be read at all."""

from __future__ import annotations

from grader.authoring.problem import Rule
from grader.authoring.rules import checks, handed_out, submissions

RULES: tuple[Rule, ...] = (*handed_out.RULES, *checks.RULES, *submissions.RULES)
