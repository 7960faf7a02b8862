"""The report as data: JSON, as docs/report.schema.json describes it."""

from __future__ import annotations

from grader.report import Report


def text(report: Report, hints: int) -> str:
    return report.to_json() + "\n"
