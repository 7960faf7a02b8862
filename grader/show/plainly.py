"""A report in plain words, for forms that other tools read: what each check is called, and what is said of it.

Made from the report alone, so that the same report always gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from grader.excerpt import cut
from grader.report import ChallengeReport, CheckReport, Report, RunReport

MOST_OUTPUT = 500  # characters of what a program wrote


def each(report: Report) -> Iterator[tuple[ChallengeReport, CheckReport]]:
    """All checks, in the order of the report."""
    return ((challenge, check) for challenge in report.challenges for check in challenge.checks)


def named(challenge: ChallengeReport) -> list[tuple[str, CheckReport]]:
    """Its checks, each with a name that no other has: the title, the same from run to run."""
    titles = [check.title for check in challenge.checks]
    return [
        (check.title if titles.count(check.title) == 1 else f"{check.title} ({check.id})", check)
        for check in challenge.checks
    ]


def number(challenge: ChallengeReport) -> str:
    """`01` of `01-inspect-a-chunk`."""
    return challenge.id.partition("-")[0]


def findings(challenge: ChallengeReport) -> list[CheckReport]:
    """What there is to say: the grader's own faults, then one check for each root cause."""
    faults = [check for check in challenge.checks if check.status == "error"]
    failed = [check for check in challenge.checks if check.status == "fail"]
    firsts = {check.diagnosis: check for check in reversed(failed)}
    return [*faults, *(check for check in failed if check is firsts[check.diagnosis])]


def told(check: CheckReport, hints: int) -> str:
    """What a learner reads of a check that does not hold, in lines; empty for one that does.

    A report holds the first hint, so `hints` is no or yes.
    """
    if check.status == "pass":
        return ""
    if check.status != "fail" or check.diagnosis == "not-started":
        return check.message
    at = f"line {check.line}: {check.source}" if check.line and check.diagnosis != "syntax-error" else ""
    why = " — ".join(part for part in (check.diagnosis or "", check.because) if part)
    facts = {
        "given": check.given,
        "expected": check.expected,
        "seen": check.actual,
        "at": at,
        "diagnosis": why,
        "hint": check.hint if hints else "",
    }
    return "\n".join([check.message, *(_fact(label, text) for label, text in facts.items() if text)])


def _fact(label: str, text: str) -> str:
    """With the lines below each other, so that a caret stays under its letter."""
    return f"{label:<10}" + text.replace("\n", "\n" + " " * 10)


def output(challenge: ChallengeReport, check: CheckReport) -> str:
    """What the learner's program wrote in the run that a check is about: a line for each of the two streams."""
    run = run_of(challenge, check)
    if run is None:
        return ""
    written = {
        kind: "".join(str(e.get("text", "")) for e in run.timeline["events"] if e["kind"] == kind)
        for kind in ("stdout", "stderr")
    }
    most = MOST_OUTPUT // 2 - len("stdout: \n")
    return "\n".join(f"{kind}: {cut(text, most)}" for kind, text in written.items() if text)


def run_of(challenge: ChallengeReport, check: CheckReport) -> RunReport | None:
    """The last run that the check asked for."""
    return next((run for run in challenge.runs if check.runs and run.id == check.runs[-1]), None)


def whole_points(report: Report) -> list[tuple[int, int]]:
    """Points and most points of each check, for tools that know whole numbers alone.

    Where the report has others, all checks weigh the same.
    """
    checks = [check for _, check in each(report)]
    if all(float(n).is_integer() for check in checks for n in (check.points, check.max_points)):
        return [(int(check.points), int(check.max_points)) for check in checks]
    return [(int(check.status in ("pass", "error")), 1) for check in checks]


def seed(report: Report) -> str:
    return f"seed {report.seed}" + (", given" if report.seed_given else "")


def summary(report: Report) -> str:
    """`3 of 9 challenges passed · 40 of 180 points · seed 7`."""
    passed = sum(1 for challenge in report.challenges if challenge.status == "pass")
    points = f"{report.points:g} of {report.max_points:g} points"
    return f"{passed} of {len(report.challenges)} challenges passed · {points} · {seed(report)}"


def changed(report: Report) -> str:
    """One sentence where the kit is not as it was handed out; else empty."""
    files = report.kit.changed
    if not files:
        return ""
    named = ", ".join(cut(file, 100) for file in files[:3]) + (" and more" if len(files) > 3 else "")
    return f"This kit is not as it was handed out: {named}. Your course's own copy may say something else."


def about(report: Report) -> dict[str, Any]:
    """By what, and how, it was graded: for the fields that tools keep without looking into them."""
    return {
        "schema": report.schema_,
        "kit": report.kit.model_dump(),
        "isolation": report.isolation.model_dump(),
        "seed": report.seed,
        "seed_given": report.seed_given,
        "submissions": {challenge.id: challenge.submission_sha256 for challenge in report.challenges},
    }


def as_json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
