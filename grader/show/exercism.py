"""The report as Exercism's results.json, version 3. A challenge is a task; the checks are its tests, in order.

A check that was not tried is a failure there, which says what it builds on: that format knows nothing between.
"""

from __future__ import annotations

from typing import Any

from grader.excerpt import cut
from grader.report import ChallengeReport, CheckReport, Report
from grader.show.plainly import MOST_OUTPUT, as_json, each, findings, named, number, output, told

MOST_MESSAGE = 65_535


def text(report: Report, hints: int) -> str:
    status, message = _standing(report, hints)
    result: dict[str, Any] = {"version": 3, "status": status, "message": message or None}
    if status != "error":
        result["tests"] = [
            _test(challenge, name, check, hints) for challenge in report.challenges for name, check in named(challenge)
        ]
    return as_json(result)


def _standing(report: Report, hints: int) -> tuple[str, str]:
    """`error` is for submissions of which no test could be run: Python cannot read the file, or the grader failed."""
    checks = [check for _, check in each(report)]
    if checks and all(check.status == "pass" for check in checks):
        return "pass", ""
    if checks and not all(_unread(c) or c.status in ("error", "skip") for c in checks):
        return "fail", ""
    said = [told(found, hints) for challenge in report.challenges for found in findings(challenge)[:1]]
    return "error", cut("\n\n".join(said) or "Nothing was graded.", MOST_MESSAGE)


def _unread(check: CheckReport) -> bool:
    return check.status == "fail" and check.diagnosis == "syntax-error"


def _test(challenge: ChallengeReport, name: str, check: CheckReport, hints: int) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": name,
        "status": {"pass": "pass", "fail": "fail", "skip": "fail", "error": "error"}[check.status],
        "message": cut(told(check, hints), MOST_MESSAGE) or None,
        "test_code": f"check {check.id!r} of {challenge.id}",
    }
    wrote = output(challenge, check)
    if wrote:
        test["output"] = cut(wrote, MOST_OUTPUT)
    if number(challenge).isdecimal():
        test["task_id"] = int(number(challenge))
    return test
