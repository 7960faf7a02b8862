"""The report as JUnit XML, in the form that GitLab, Jenkins and editors agree on: a suite a challenge, a case a check.

A wrong answer is a `failure`, the grader's own fault an `error`; a check that was not tried is `skipped`. How long a
single check took is not known, since checks share runs, so no case has a `time`.
"""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.report import ChallengeReport, CheckReport, Report
from grader.show.plainly import each, named, output, told


def text(report: Report, hints: int) -> str:
    root = Element("testsuites", {"name": "grader", **_counts([check for _, check in each(report)])})
    root.set("time", f"{report.duration_s:g}")
    for challenge in report.challenges:
        _suite(root, report, challenge, hints)
    ElementTree.indent(root)
    # All texts of a report are made of printable characters and line feeds, so none is illegal in XML 1.0.
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: Report, challenge: ChallengeReport, hints: int) -> None:
    suite = SubElement(
        root, "testsuite", {"name": challenge.id, **_counts(challenge.checks), "timestamp": report.started}
    )
    facts = {
        "title": challenge.title,
        "points": f"{challenge.points:g}",
        "max_points": f"{challenge.max_points:g}",
        "seed": str(report.seed),
        "seed_given": str(report.seed_given).lower(),
        "kit": report.kit.version,
        "challenges_sha256": report.kit.challenges_sha256,
        "submission_sha256": challenge.submission_sha256,
        "isolation": report.isolation.tier,
    }
    _properties(suite, facts)
    for name, check in named(challenge):
        _case(suite, challenge, name, check, hints)


def _case(suite: Element, challenge: ChallengeReport, name: str, check: CheckReport, hints: int) -> None:
    case = SubElement(suite, "testcase", classname=challenge.id, name=name)
    if challenge.file:
        case.set("file", challenge.file)
    if check.line:
        case.set("line", str(check.line))
    facts = {"check": check.id, "points": f"{check.points:g}", "max_points": f"{check.max_points:g}"}
    _properties(case, facts | ({"diagnosis": check.diagnosis} if check.diagnosis else {}))
    if check.status == "fail":
        found = SubElement(case, "failure", message=check.message, type=check.diagnosis or "fail")
        found.text = told(check, hints)
    elif check.status == "error":
        SubElement(case, "error", message=check.message, type="grader").text = check.message
    elif check.status == "skip":
        SubElement(case, "skipped", message=check.message)
    wrote = output(challenge, check) if check.status == "fail" else ""
    if wrote:
        SubElement(case, "system-out").text = wrote


def _counts(checks: list[CheckReport]) -> dict[str, str]:
    said = [str(check.status) for check in checks]
    names = {"failures": "fail", "errors": "error", "skipped": "skip"}
    return {"tests": str(len(checks)), **{name: str(said.count(status)) for name, status in names.items()}}


def _properties(parent: Element, facts: dict[str, str]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in facts.items():
        SubElement(properties, "property", name=f"grader.{name}", value=value)
