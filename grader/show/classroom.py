"""The report for the grading reporter of GitHub Classroom, which many courses still run: base64 of JSON in one line, as
it reads it from the variable `<STEP-ID>_RESULTS`.

Its table counts tests that passed, its notice adds up scores. So each test weighs the same here, and both are right. A
test without a score would make its sum NaN, and it prints messages into the log as they are.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from grader.report import ChallengeReport, CheckReport, Report
from grader.show.github import inert
from grader.show.plainly import named, number, told


def text(report: Report, hints: int) -> str:
    checks = [(challenge, *pair) for challenge in report.challenges for pair in named(challenge)]
    judged = [one for one in checks if one[2].status != "error"]  # the grader's own faults cost nothing, in both sums
    tests = [_test(*one, hints) for one in judged or checks] or [_nothing()]
    result = {"version": 1, "status": report.status, "max_score": len(tests), "tests": tests}
    return base64.b64encode(json.dumps(result, allow_nan=False).encode()).decode() + "\n"


def _test(challenge: ChallengeReport, name: str, check: CheckReport, hints: int) -> dict[str, Any]:
    return {
        "name": inert(f"{number(challenge)} {challenge.title}: {name}"),
        "status": {"pass": "pass", "error": "error"}.get(check.status, "fail"),
        "score": int(check.status == "pass"),
        "message": inert(told(check, hints)),
        "test_code": "",
        "filename": challenge.file,
        "line_no": check.line or 0,
        "duration": 0,
    }


def _nothing() -> dict[str, Any]:
    """The reporter divides by the number of tests."""
    return {"name": "grading", "status": "error", "score": 0, "message": "Nothing was graded.", "test_code": "",
            "filename": "", "line_no": 0, "duration": 0}  # fmt: skip
