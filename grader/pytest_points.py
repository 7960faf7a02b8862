"""What stands below the tests: the points of each challenge, and what to do next, as `grader grade` says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from grader.report import ChallengeReport, CheckReport
from grader.show import terminal


def show(reports: Iterable[Any], reporter: pytest.TerminalReporter) -> None:
    """`reports` are pytest's, of this process or of others: what is shown stands in their user properties."""
    said = {report.nodeid: dict(report.user_properties) for report in reports}
    challenges = sorted({about["grader.challenge"] for about in said.values()})
    lines = []
    left = 0
    found = []
    for id in challenges:
        checks = [about for about in said.values() if about["grader.challenge"] == id]
        challenge, missing = _challenge(checks)
        note = f"  {missing} more not run" if missing else ""
        lines.append(terminal.plain(terminal.line(challenge)).rstrip() + note)
        found.append(challenge)
        left += missing
    reporter.section("challenges")
    for line in lines:
        reporter.write_line(line)
    seed = next(iter(said.values()))["grader.seed"]
    reporter.write_line("")
    reporter.write_line(terminal.plain(terminal.total(found, seed, whole=not left)).rstrip())


def _challenge(said: list[dict[str, Any]]) -> tuple[ChallengeReport, int]:
    """The challenge as far as its checks were run, and how many were not."""
    checks = [
        CheckReport(
            id=about["grader.check"],
            title="",
            status=about["grader.status"],
            points=about["grader.points"],
            max_points=about["grader.max_points"],
            diagnosis=about["grader.diagnosis"] or None,
        )
        for about in sorted(said, key=lambda about: int(about["grader.number"]))
    ]
    about = said[0]
    report = ChallengeReport.of(about["grader.challenge"], about["grader.title"], "", checks, [])
    return report, about["grader.of"] - len(checks)
