"""The reports behind a course's scores: `reports/<student>/<assignment>/<notebook>.json`, beside nbgrader's own steps.

They lie where no submission is unpacked to: nobody can hand one in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader import stored
from grader.errors import UsageError
from grader.report import ChallengeReport, CheckReport, Report

STEP = "reports"


def path(course: Any, student: str, assignment: str, notebook: str) -> Path:
    """Of nbgrader's CourseDirectory, whatever structure it has been given."""
    return Path(course.format_path(STEP, student, assignment)) / f"{notebook}.json"


def write(path: Path, report: Report, source: bytes) -> None:
    """The report, and beside it what was graded, as a Python file. Each is written whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in ((path.with_suffix(".py"), source), (path, report.to_json().encode())):
        new = target.with_name(target.name + ".new")
        new.write_bytes(content)
        new.replace(target)


def source(path: Path) -> bytes:
    """What was graded, of a report's path. Raises UsageError where it is gone."""
    try:
        return path.with_suffix(".py").read_bytes()
    except OSError as error:
        raise UsageError(f"{path.with_suffix('.py')}: cannot be read ({error.strerror}). Autograde it again.") from None


def read(path: Path) -> Report | None:
    """None where there is none. Raises UsageError where it is no report of a single challenge."""
    return stored.read(path) if path.exists() else None


@dataclass(frozen=True)
class ByHand:
    """Points that a teacher gave a check in the gradebook, of as many as it is worth there."""

    points: float
    of: float


def with_scores(report: Report, given: dict[str, ByHand]) -> Report:
    """The report as a teacher has it, who gave points to some checks by hand."""
    (challenge,) = report.challenges
    checks = [_with_score(check, given[check.id]) if check.id in given else check for check in challenge.checks]
    file = challenge.file
    one = ChallengeReport.of(challenge.id, challenge.title, challenge.submission_sha256, checks, challenge.runs, file)
    status: Literal["pass", "fail", "error"] = "fail" if one.status == "not-started" else one.status
    return report.model_copy(
        update={"challenges": [one], "points": one.points, "max_points": one.max_points, "status": status}
    )


def _with_score(check: CheckReport, given: ByHand) -> CheckReport:
    points = round(check.max_points * given.points / given.of, 6) if given.of else given.points
    if points == round(check.points, 6):
        return check
    says = f"{points:g} of {check.max_points:g} points were given by hand, instead of {check.points:g}. {check.message}"
    status = "pass" if points >= check.max_points else "fail"
    return check.model_copy(update={"points": points, "status": status, "message": says.strip()})
