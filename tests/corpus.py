"""The corpus of learners' code: which files there are, and what each must be told.

`right/*.py` pass with full points. `wrong/<id>--<disguise>.py` fail, and exactly that id is the diagnosis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.challenge import Challenge, Kit, load_all
from grader.grading import Grading, Work, grade_one
from grader.report import ChallengeReport
from grader.session import Session

ROOT = Path(__file__).parents[1]
SUBMISSIONS = ROOT / "tests" / "submissions"


MEANS = {
    "anyio", "asyncio", "concurrent", "ctypes", "http", "httpx2", "logging", "multiprocessing", "openai", "queue", "requests",
    "rich", "selectors", "socket", "subprocess", "threading", "urllib", "urllib3",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    challenge: str
    path: Path
    diagnosis: str | None  # None: right

    @property
    def name(self) -> str:
        return f"{self.challenge[:2]}-{self.path.parent.name}-{self.path.stem}"


@cache
def challenges() -> dict[str, Challenge]:
    return {challenge.id: challenge for challenge in load_all(Kit(ROOT))}


def right() -> list[Case]:
    found = [Case(id, path, None) for id in challenges() for path in sorted((SUBMISSIONS / id / "right").glob("*.py"))]
    return [*(Case(id, challenge.solution, None) for id, challenge in challenges().items()), *found]


def wrong() -> list[Case]:
    return [
        Case(id, path, path.stem.partition("--")[0])
        for id in challenges()
        for path in sorted((SUBMISSIONS / id / "wrong").glob("*.py"))
    ]


def made_with(case: Case) -> tuple[str, ...]:
    """The styles of a right one: what it asks, waits and shows with. Each solution is a style of its own."""
    if case.path == challenges()[case.challenge].solution:
        return ("solution", case.challenge)
    words = re.findall(r"^\s*(?:import|from) (\w+)", case.path.read_text("utf-8"), re.MULTILINE)
    return tuple(sorted(MEANS & set(words)))


def one_of_each() -> list[Case]:
    """Of the wrong ones, one for each challenge and diagnosis."""
    return list({(case.challenge, case.diagnosis): case for case in reversed(wrong())}.values())[::-1]


def graded(session: Session, case: Case, seed: int) -> ChallengeReport:
    challenge = challenges()[case.challenge]
    return grade_one(session, Work(challenge, challenge.submission(case.path)), seed)


def root_cause(session: Session, case: Case, seed: int) -> ChallengeReport:
    """Graded up to the first check that does not hold: what is said of that one is what a learner is told."""
    challenge = challenges()[case.challenge]
    grading = Grading(session, Work(challenge, challenge.submission(case.path)), seed)
    for number in range(len(grading.checks)):
        if grading.up_to(number).status in ("fail", "error"):
            break
    return grading.report()


def told(report: ChallengeReport) -> str:
    """The verdict and what explains it, for a failing assertion and for comparing two gradings."""
    lines = [f"{report.status} {report.diagnosis} {report.points:g}/{report.max_points:g}"]
    for check in report.checks:
        if check.status in ("fail", "error"):
            lines.append(
                f"{check.id}: {check.diagnosis} ({check.because})\n  expected {check.expected}\n  seen {check.actual}"
            )
    return "\n".join(lines)


def verdict_is_right(case: Case, report: ChallengeReport) -> bool:
    if case.diagnosis is None:
        return report.status == "pass" and report.points == report.max_points
    return (
        report.status in ("fail", "not-started")
        and report.diagnosis == case.diagnosis
        and report.points < report.max_points
    )
