"""The report as Markdown, as GitHub and GitLab show it: job summaries, comments on a merge request, release notes.

A learner's text stands in code, which no character of it can end. Where a sentence may quote it, all that means
something in Markdown or HTML is escaped, and a name behind an @ is told to nobody.
"""

from __future__ import annotations

import re

from grader.report import ChallengeReport, CheckReport, Report
from grader.show.plainly import changed, findings, output, summary, told

GLYPH = {"pass": "✅", "fail": "❌", "skip": "➖", "error": "❗", "not-started": "⚪"}
WORD = {"pass": "passed", "fail": "not yet", "error": "the grader failed", "not-started": "not started"}
MOST_BYTES = 1024 * 1024  # of the summary of one step of GitHub Actions
CUT = "\n_This report is longer than can be shown here; the rest of it is left out._\n"
_MEANS_SOMETHING = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~&$:^=\"']")


def text(report: Report, hints: int, most: int = MOST_BYTES) -> str:
    """In at most `most` bytes of UTF-8: the last challenges are left out whole where there is no room."""
    parts = [_head(report), *(_challenge(c, hints) for c in report.challenges if c.status != "pass"), _foot(report)]
    whole = "\n".join(parts)
    if _size(whole) <= most:
        return whole
    kept = parts[:1]
    for part in parts[1:-1]:
        if _size("\n".join([*kept, part, CUT])) > most:
            break
        kept.append(part)
    return "\n".join([*kept, CUT]) if _size("\n".join([*kept, CUT])) <= most else _within(CUT, most)


def _head(report: Report) -> str:
    rows = [
        f"| {GLYPH[c.status]} | {prose(c.id.partition('-')[0])} | {prose(c.title)} | {WORD[c.status]} "
        f"| {c.points:g}/{c.max_points:g} |"
        for c in report.challenges
    ]
    table = ["| | | challenge | | points |", "|---|---|---|---|--:|", *rows, ""] if rows else []
    return "\n".join([f"## {prose(summary(report))}", "", *table])


def _challenge(challenge: ChallengeReport, hints: int) -> str:
    found = findings(challenge)
    lines = [f"### {GLYPH[challenge.status]} {prose(challenge.id.partition('-')[0])} {prose(challenge.title)}", ""]
    says = prose(found[0].message).strip() if found else ""
    if says:
        lines += [f"**{says}**", ""]
    if found and found[0].status == "fail" and challenge.status != "not-started":
        lines += [*_evidence(challenge, found[0], hints), *_checks(challenge)]
    return "\n".join(lines)


def _evidence(challenge: ChallengeReport, check: CheckReport, hints: int) -> list[str]:
    _, _, facts = told(check, 0).partition("\n")
    lines = [block(facts), ""] if facts else []
    if hints and check.hint:
        lines += [f"> **hint** {prose(check.hint)}", ""]
    wrote = output(challenge, check)
    if wrote:
        lines += ["<details><summary>What your program wrote</summary>", "", block(wrote), "", "</details>", ""]
    return lines


def _checks(challenge: ChallengeReport) -> list[str]:
    lines = [f"- {GLYPH[c.status]} {prose(c.title)} ({c.points:g}/{c.max_points:g})" for c in challenge.checks]
    return ["<details><summary>All checks</summary>", "", *lines, "", "</details>", ""]


def _foot(report: Report) -> str:
    missing = f", without {', '.join(report.isolation.missing)}" if report.isolation.missing else ""
    said = f"kit {report.kit.version} · checks {report.kit.challenges_sha256[:12]} · run as {report.isolation.tier}"
    note = f" · {changed(report)}" if report.kit.changed else ""
    return f"<sub>{prose(said + missing + note)}</sub>\n"


# -- texts that stay texts --------------------------------------------------------------------------------------------


def prose(line: str) -> str:
    """One line in which `…` is code, and nothing else means anything."""
    parts = re.split(r"`([^`\n]+)`", line.replace("\n", " "))
    return "".join(code(part) if i % 2 else _escaped(part) for i, part in enumerate(parts))


def _escaped(text: str) -> str:
    """`@name` is looked for in the finished page, so that an escape would not help: a comment stands between."""
    return _MEANS_SOMETHING.sub(r"\\\g<0>", text).replace("@", "@<!-- -->")


def code(line: str) -> str:
    """A code span, CommonMark 6.1: between more backticks than stand in it anywhere."""
    fence = "`" * (_longest(line) + 1)
    pad = " " if not line.strip() or line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(lines: str) -> str:
    """A fenced code block, CommonMark 4.5, likewise."""
    fence = "`" * max(3, _longest(lines) + 1)
    return f"{fence}text\n{lines}\n{fence}"


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _size(text: str) -> int:
    return len(text.encode())


def _within(text: str, most: int) -> str:
    return text if _size(text) <= most else ""
