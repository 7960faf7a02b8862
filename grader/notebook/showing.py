"""What a cell shows: HTML in which all that a learner wrote is text, and the same for terminals."""

from __future__ import annotations

from html import escape

from grader.report import ChallengeReport, CheckReport
from grader.show.html import challenge_section, check_section, nested_style
from grader.show.terminal import GLYPH
from grader.untrusted import visible

_CLASS = "stream-grader"


def whole(challenge: ChallengeReport, hints: int = 1) -> str:
    """All of a challenge as HTML."""
    return _framed(challenge_section(challenge, hints=hints, in_notebook=True))


def one(challenge: ChallengeReport, check: CheckReport, hints: int = 1) -> str:
    """One check as HTML, with the picture of the wire where it is the challenge's first finding."""
    return _framed(check_section(challenge, check, hints=hints))


def sentence(text: str) -> str:
    """A message of ours as HTML."""
    return _framed(f'<section class="challenge one"><p class="says">{escape(visible(text))}</p></section>')


def plain(challenge: ChallengeReport) -> str:
    """A challenge in a few lines, where no HTML is shown."""
    lines = [
        f"{GLYPH[challenge.status]} {challenge.title}: {challenge.points:g} of {challenge.max_points:g} points",
        *(f"  {GLYPH[check.status]} {check.title}" for check in challenge.checks),
    ]
    first = next((check for check in challenge.checks if check.status in ("fail", "error")), None)
    if first is not None:
        lines += ["", first.message, *([f"hint: {first.hint}"] if first.hint else [])]
    return "\n".join(lines)


def number(points: float) -> str:
    """As nbgrader reads partial credit from a cell's last expression."""
    return repr(float(points))


def _framed(inside: str) -> str:
    return f'<div class="{_CLASS}"><style>{nested_style("." + _CLASS)}</style>{inside}</div>'
