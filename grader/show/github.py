"""The report for a log of GitHub Actions: annotations at the learner's lines, and the report in words.

A line that begins with `::` is a command to the runner, and one that has `##[` anywhere may be. So what may quote a
learner stands as data of an annotation, escaped as the runner's toolkit does it, or between `::stop-commands::TOKEN`
and `::TOKEN::`. The token is a hash of the whole report: nobody can know it before the report is made, nor write it
into the report.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from grader.challenge import find_kit
from grader.errors import UsageError
from grader.report import ChallengeReport, CheckReport, Report
from grader.show import markdown, terminal
from grader.show.plainly import findings, number, summary, told

MOST = 10  # annotations of one kind that a step may have; more are dropped without a word


def text(report: Report, hints: int) -> str:
    token = hashlib.sha256(report.to_json().encode()).hexdigest()[:32]
    log = [f"::stop-commands::{token}", terminal.text(report, hints).rstrip("\n"), f"::{token}::"]
    return "\n".join([*log, *annotated(report, hints), ""])


def annotated(report: Report, hints: int) -> list[str]:
    """An error for each root cause, a warning for each fault of the grader's own, and a notice with the points."""
    kinds: dict[str, list[str]] = {"error": [], "warning": []}
    for challenge, check in _all(report):
        kinds["warning" if check.status == "error" else "error"].append(_annotation(challenge, check, hints))
    return [
        *_some("error", kinds["error"]),
        *_some("warning", kinds["warning"]),
        f"::notice title=grader::{_data(summary(report))}",
    ]


def _all(report: Report) -> Iterator[tuple[ChallengeReport, CheckReport]]:
    """Of each challenge what comes first, then the rest."""
    found = [(challenge, findings(challenge)) for challenge in report.challenges]
    yield from ((challenge, checks[0]) for challenge, checks in found if checks)
    yield from ((challenge, check) for challenge, checks in found for check in checks[1:])


def _some(kind: str, lines: list[str]) -> list[str]:
    if len(lines) <= MOST:
        return lines
    left = len(lines) - MOST + 1
    return [*lines[: MOST - 1], f"::{kind} title=grader::and {left} more: they stand in the log and in the summary"]


def _annotation(challenge: ChallengeReport, check: CheckReport, hints: int) -> str:
    title = f"{number(challenge)} {challenge.title}"
    if check.status == "error":
        return f"::warning title={_property(title)}::{_data(check.message)}"
    place = {"file": _in_workspace(challenge.file), "line": str(check.line or 1)} if challenge.file else {}
    facts = place | {"title": f"{title}: {check.diagnosis}" if check.diagnosis else title}
    properties = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
    return f"::error {properties}::{_data(told(check, hints))}"


def _in_workspace(file: str) -> str:
    """The path from the repository's root, where the kit lies in a folder of it."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not workspace:
        return file
    try:
        return (find_kit().root / file).resolve().relative_to(Path(workspace).resolve()).as_posix()
    except (UsageError, ValueError, OSError):
        return file


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def inert(value: str) -> str:
    """Lines that no runner takes for a command, for tools that print them as they are."""
    lines = [f"| {line}" if line.lstrip().startswith("::") else line for line in value.split("\n")]
    return "\n".join(lines).replace("##[", "##\\[")


def summarise(report: Report, hints: int) -> None:
    """Appends the report to the job's summary, where there is one. Raises UsageError where that cannot be written."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    path = Path(name)
    try:
        there = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8") as file:
            file.write(markdown.text(report, hints, max(0, markdown.MOST_BYTES - there)))
    except OSError as error:
        raise UsageError(f"GITHUB_STEP_SUMMARY={name}: cannot be written ({error.strerror}).") from None
