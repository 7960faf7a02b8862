"""The report as result.json of Classroom 50 (`classroom50/result/v1`), for an `autograder.py` to write.

What that system knows of a submission comes in variables of the environment, as its runner gives them to autograders.
Scores are whole numbers there. What went wrong stands in fields of our own beside each test's, which are kept.
"""

from __future__ import annotations

import os

from grader.report import Report
from grader.show.plainly import as_json, named, number, told, whole_points

FROM = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


def text(report: Report, hints: int) -> str:
    known = {field: os.environ.get(variable, "") for field, variable in FROM.items()}
    known["assignment_type"] = known["assignment_type"] or "individual"
    known["owner"] = known["owner"] or os.environ.get("USERNAME", "")
    known["review"] = known["review"] or known["commit"]  # older runners do not give it
    points = whole_points(report)
    checks = [(challenge, *pair) for challenge in report.challenges for pair in named(challenge)]
    tests = [
        {
            "test-name": f"{number(challenge)} {challenge.title}: {name}",
            "passed": check.status == "pass",
            "score": score,
            "max-score": most,
            "status": check.status,
            "diagnosis": check.diagnosis,
            "message": told(check, hints),
            "check": f"{challenge.id}/{check.id}",
            "seed": report.seed,
            "seed_given": report.seed_given,
        }
        for (challenge, name, check), (score, most) in zip(checks, points, strict=True)
    ]
    return as_json(
        {
            "schema": "classroom50/result/v1",
            **known,
            "datetime": report.started,  # the runner puts the submission's own time here
            "graded_at": report.started,
            "score": sum(score for score, _ in points),
            "max-score": sum(most for _, most in points),
            "tests": tests,
        }
    )
