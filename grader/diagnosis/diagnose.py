"""From a finding to its root cause, by the tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.diagnosis.evidence import Case


@dataclass(frozen=True)
class Diagnosis:
    id: str
    because: str  # the evidence, in words
    line: int | None = None  # of the learner's file, where one can be pointed at
    source: str = ""


def diagnose(case: Case, known: str = "", folder: Path | None = None) -> Diagnosis:
    """The root cause: the check's own word (`known`), or the first row that holds, or the route's general id.

    `folder` is the challenge's, whose own rows are tried too. Raises UsageError where a table is wrong.
    """
    from grader.diagnosis.tables import book  # here: who passes needs no table

    line, source = _where(case)
    if known:
        return Diagnosis(known, "", line, source)
    tables = book(folder)
    route = tables.route(case)
    for row in tables.rows(route):
        if tables.holds(row.when, case):
            return Diagnosis(row.id, row.because, line, source)
    return Diagnosis(route.general, "", line, source)


def _where(case: Case) -> tuple[int | None, str]:
    if case.record.outcome.kind == "syntax":
        return case.error.get("line"), str(case.error.get("text", "")).strip()
    if case.record.outcome.kind in ("raised", "stuck", "slow") and (line := case.innermost.get("line")):
        lines = case.source.decode("utf-8", "replace").splitlines()
        return line, lines[line - 1].strip()[:200] if 0 < line <= len(lines) else ""
    return None, ""
