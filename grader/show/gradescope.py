"""The report as Gradescope's results.json, a test a check. All of it is visible to students: one hidden test would hide
their total. What a learner's program wrote is given as text, never as HTML or ANSI."""

from __future__ import annotations

from typing import Any

from grader.report import ChallengeReport, CheckReport, Report
from grader.show.plainly import about, as_json, named, number, output, summary, told


def text(report: Report, hints: int) -> str:
    return as_json(
        {
            "score": report.points,  # the sum of those below: so it counts where there is no test, too
            "execution_time": report.duration_s,
            "output": summary(report),
            "output_format": "text",
            "test_output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "extra_data": about(report),
            "tests": [
                _test(challenge, name, check, index, hints)
                for challenge in report.challenges
                for index, (name, check) in enumerate(named(challenge), 1)
            ],
        }
    )


def _test(challenge: ChallengeReport, name: str, check: CheckReport, index: int, hints: int) -> dict[str, Any]:
    status = {"pass": "passed", "fail": "failed", "skip": "failed"}
    wrote = output(challenge, check) if check.status == "fail" else ""
    test: dict[str, Any] = {
        "name": f"{challenge.title}: {name}",
        "number": f"{number(challenge)}.{index}",
        "score": check.points,
        "max_score": check.max_points,
    }
    if check.status in status:  # of a fault of the grader's neither word is true
        test["status"] = status[check.status]
    return test | {
        "output": "\n".join(part for part in (told(check, hints), wrote) if part),
        "output_format": "text",
        "tags": [tag for tag in (challenge.id, check.diagnosis) if tag],
        "visibility": "visible",
        "extra_data": {"challenge": challenge.id, "check": check.id, "diagnosis": check.diagnosis},
    }
