"""The report as one page that needs nothing else: no script, no other file, no network.

Whatever a learner wrote is text here. All of it goes through `visible` (no control characters, no overrides of the
reading direction) and Jinja's escaping, and stands in an element of its own reading direction. A policy in the page
forbids it to load or run anything at all.

`page` is the whole; `challenge_section`, `check_section` and `timeline_svg` are parts, for other pages, which need
`style` as well, or `nested_style`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.diagnosis.misconceptions import Misconception, misconceptions, where
from grader.errors import UsageError
from grader.report import ChallengeReport, CheckReport, Parting, Report, RunReport
from grader.show.beats import beats
from grader.show.drawing import Drawing, Strip, draw
from grader.show.plainly import changed
from grader.show.telling import OUTCOMES, Entry, Told, tell
from grader.show.terminal import GLYPH, LEVELS, number
from grader.untrusted import visible

# What style sheets of other pages often do to elements that ours has not spoken of.
_UNDONE = "pre { border: 0; padding: 0; background: none; color: inherit; } code { color: inherit; }\n"
TEMPLATES = Path(__file__).with_name("templates")
WORD = {
    "pass": "passed",
    "fail": "not yet",
    "skip": "not tried",
    "error": "the grader failed",
    "not-started": "not started",
}
LANES = {"server": "server sends", "screen": "on the screen", "program": "your program"}
OFFLINE = {"server": "is handed over", "screen": "comes out", "program": "your program"}  # runs without a server


def page(report: Report, hints: int = 1) -> str:
    """The page. `hints` is how many hints of a challenge's first finding are shown."""
    passed = sum(1 for challenge in report.challenges if challenge.status == "pass")
    style_hash = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    rendered = _render(
        "page.html",
        policy=f"default-src 'none'; style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'",
        style=Markup(style()),
        report=report,
        note=changed(report),
        title=f"Streamed replies: {passed} of {len(report.challenges)} passed",
        heading=_heading(report, passed),
        share=100 * report.points / report.max_points if report.max_points else 0,
        next=_next_step(report),
        overview=[
            {
                "id": _slug(c.id),
                "number": c.id.partition("-")[0],
                "title": c.title,
                "status": c.status,
                "points": f"{c.points:g}/{c.max_points:g}",
            }
            for c in report.challenges
        ],
        sections=[challenge_section(challenge, hints=hints) for challenge in report.challenges],
    )
    return f"{rendered}\n"


def style() -> str:
    """The style sheet that all parts need."""
    return (TEMPLATES / "style.css").read_text("utf-8")


def challenge_section(
    challenge: ChallengeReport,
    *,
    hints: int = 1,
    in_notebook: bool = False,
    run_address: Callable[[int], str] | None = None,
) -> Markup:
    """A `<section>` with its heading (h2): the first finding with its picture, the checks, all the runs.

    Runs are most of it. With `run_address` they are not drawn: the n-th (from 1) is a link to where `run_section` is.
    """
    first = next((c for c in challenge.checks if c.status == "error"), None) or next(
        (c for c in challenge.checks if c.status == "fail"), None
    )
    failed = [check for check in challenge.checks if check.status == "fail"]
    partings = partings_of(challenge)
    about = _about(first)
    told = _hints(first, about)
    id = _slug(challenge.id)
    return _render(
        "challenge.html",
        challenge=challenge,
        id=id,
        number=challenge.id.partition("-")[0],
        make=number(challenge),
        first=first,
        in_notebook=in_notebook,
        others=[check for check in failed if check is not first and check.diagnosis != _diagnosis(first)],
        hints=list(zip(LEVELS, told, strict=False))[:hints],
        more=hints < len(told),
        lesson=about.lesson if about else "",
        picture=_picture(challenge, first),
        run_ids={run.id: f"{id}-run-{i}" for i, run in enumerate(challenge.runs, 1)},
        runs=[
            _run(run, f"{id}-run-{i}", challenge, first, partings, run_address(i) if run_address else "")
            for i, run in enumerate(challenge.runs, 1)
        ],
    )


def partings_of(challenge: ChallengeReport) -> dict[str, Parting | None]:
    """Where the runs that failed checks are about went wrong, by the run's id."""
    failed = [check for check in challenge.checks if check.status == "fail"]
    return {check.runs[-1]: check.parting for check in reversed(failed) if check.runs}


def check_section(challenge: ChallengeReport, check: CheckReport, *, hints: int = 1) -> Markup:
    """A `<section>` on one of the challenge's checks. The picture stands with the first finding."""
    first = next((c for c in challenge.checks if c.status == "fail"), None)
    about = _about(check) if check.status == "fail" else None
    told = _hints(check, about)
    return _render(
        "check.html",
        check=check,
        hints=list(zip(LEVELS, told, strict=False))[:hints],
        lesson=about.lesson if about else "",
        picture=_picture(challenge, check) if check is first else None,
    )


def nested_style(selector: str) -> str:
    """The style sheet for parts that stand on a page of somebody else's, in an element that `selector` names.

    Nothing outside of it changes (CSS Nesting: `&` is that element).
    """
    own = re.sub(r"@page[^}]*}", "", style())
    own = re.sub(r":root|(?<![\w-])body(?![\w-])", "&", own)
    own = re.sub(r"([\d.]+)rem\b", lambda found: f"{float(found[1]) * 16:g}px", own)  # theirs may be of any size
    return f"{selector} {{\n{own}{_UNDONE}}}\n"


def timeline_svg(run: RunReport, parting: Parting | None = None) -> Markup:
    """The picture of a run: one `<svg>` or several, to stand side by side (a row that scrolls) or to be wrapped.

    Each has a title, and a description that says what it shows.
    """
    return Markup("").join(_strips(run, parting))


def run_section(run: RunReport, parting: Parting | None = None) -> Markup:
    """The picture of a run in a region that scrolls, and the list of the same moments."""
    return _render("run.html", run=run, strips=_strips(run, parting), rows=tell(_entries(run)))


# -- what the page says -----------------------------------------------------------------------------------------------


def _heading(report: Report, passed: int) -> str:
    if report.status == "pass":
        return "All of it passed" if len(report.challenges) != 1 else f"{report.challenges[0].title}: passed"
    if len(report.challenges) == 1:
        return f"{report.challenges[0].title}: {WORD[report.challenges[0].status]}"
    return f"{passed} of {len(report.challenges)} challenges passed"


def _next_step(report: Report) -> dict[str, str] | None:
    """One thing to do: about the first challenge that does not pass."""
    challenge = next((c for c in report.challenges if c.status != "pass"), None)
    if challenge is None:
        return None
    again = f"make grade C={number(challenge)}"
    first = next((check for check in challenge.checks if check.status in ("error", "fail")), None)
    if challenge.status == "error" or first is None:
        return {"text": "The grader itself failed, which is not your mistake. Run it again.", "command": again}
    if challenge.status == "not-started":
        text = f"Read `challenges/{challenge.id}/README.md`, then fill in the function in that folder’s Python file."
        return {"text": text, "command": again}
    return {"text": f"{challenge.title}: {first.message}", "link": f"{_slug(challenge.id)}-finding", "command": again}


def _about(first: CheckReport | None) -> Misconception | None:
    """All hints and the part of the lesson, where the kit is at hand; a report holds the first hint."""
    try:
        return misconceptions().get(first.diagnosis or "") if first else None
    except UsageError:
        return None


def _hints(check: CheckReport | None, about: Misconception | None) -> list[str]:
    if check is None:
        return []
    told = [where(hint, check.line, check.source) for hint in about.hints] if about else []
    return told or ([check.hint] if check.hint else [])


def _diagnosis(check: CheckReport | None) -> str | None:
    return check.diagnosis if check else None


@dataclass(frozen=True)
class _Picture:
    run: RunReport
    html: Markup


def _picture(challenge: ChallengeReport, first: CheckReport | None) -> _Picture | None:
    """Of the run that the finding is about, the last one that the check asked for; none where nothing was sent."""
    if first is None or first.status != "fail" or not first.runs or challenge.status == "not-started":
        return None
    run = next((run for run in challenge.runs if run.id == first.runs[-1]), None)
    if run is None or not any(entry.get("kind") in ("request", "read") for entry in _entries(run)):
        return None
    return _Picture(run, run_section(run, first.parting))


def _run(
    run: RunReport,
    id: str,
    challenge: ChallengeReport,
    first: CheckReport | None,
    partings: dict[str, Parting | None],
    address: str,
) -> dict[str, Any]:
    asked = [check for check in challenge.checks if run.id in check.runs]
    status = "fail" if run.id in partings else "pass" if any(c.status == "pass" for c in asked) else "skip"
    return {
        "id": id,
        "name": run.id,
        "title": run.timeline.get("title", ""),
        "tone": status,
        "glyph": GLYPH[status],
        "pictured": challenge.status != "not-started" and bool(first and first.runs and first.runs[-1] == run.id),
        "outcome": OUTCOMES.get(run.outcome, run.outcome),
        "address": address,
        "html": "" if address else run_section(run, partings.get(run.id)),
    }


# -- the picture ------------------------------------------------------------------------------------------------------


def _entries(run: RunReport) -> list[Entry]:
    entries: list[Entry] = run.timeline.get("events", [])
    return entries


def _strips(run: RunReport, parting: Parting | None) -> list[Markup]:
    entries = _entries(run)
    drawing = draw(beats(entries, parting), parting.note if parting else "")
    served = any(entry.get("kind") == "request" for entry in entries) or not any(
        entry.get("kind") == "read" for entry in entries
    )
    names = LANES if served else OFFLINE
    return [
        _render(
            "timeline.svg",
            strip=strip,
            lanes=drawing.lanes,
            names=names,
            title=_title(run, drawing, index),
            told=_told(strip, names),
        )
        for index, strip in enumerate(drawing.strips)
    ]


def _title(run: RunReport, drawing: Drawing, index: int) -> str:
    part = f", part {index + 1} of {len(drawing.strips)}" if len(drawing.strips) > 1 else ""
    return f"The run {run.id}{part}"


def _told(strip: Strip, names: dict[str, str]) -> str:
    """A strip in a sentence for each lane; the list beside the picture says it moment by moment."""
    lanes = {
        names["server"]: [c.server for c in strip.columns if c.server],
        names["screen"]: [c.shown for c in strip.columns if c.shown],
        names["program"]: [box for c in strip.columns for box in c.program],
    }
    said = [f"{name}: {' | '.join(_words(box) for box in boxes)}." for name, boxes in lanes.items() if boxes]
    missed = sum(1 for column in strip.columns if column.waited == "missed")
    waits = [f"The server waited in vain {missed} times."] if missed else []
    return " ".join([*said, *waits, *(text.text for text in strip.note)])


def _words(shape: Any) -> str:
    return " ".join(text.text for text in shape.texts)


# -- templates --------------------------------------------------------------------------------------------------------


def _render(name: str, **values: Any) -> Markup:
    return Markup(_environment().get_template(name).render(values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"glyph": GLYPH, "word": WORD, "n": _pixels, "prose": prose, "window": window}
    return environment


def _finalized(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _pixels(value: float) -> str:
    return f"{round(value, 1):g}"


@lru_cache(maxsize=1024)
def prose(text: str) -> Markup:
    """Text in which `…` is code. A backtick without a partner is one."""
    parts = re.split(r"`([^`\n]+)`", text)
    done = [
        Markup('<code dir="ltr">{}</code>').format(visible(part)) if i % 2 else escape(visible(part))
        for i, part in enumerate(parts)
    ]
    return Markup("<bdi>{}</bdi>").format(Markup("").join(done))


def window(text: str, seen: str) -> Markup:
    """A window around a difference, with its place marked: where the caret below what was `seen` points.

    The caret's own line is taken out: the style draws one under the mark, whatever the width of the letters before it.
    """
    lines, told = text.split("\n"), seen.split("\n")
    at = next((i for i, line in enumerate(told) if i and line.strip() == "^"), None)
    if at is None or (text != seen and (len(lines) > 1 or at + 1 < len(told))):
        return escape(visible(text))
    column = told[at].index("^")
    if text == seen:
        del lines[at]
    marked = [escape(visible(line)) for line in lines]
    line = lines[at - 1]
    there = Markup("<mark>{}</mark>").format(visible(line[column : column + 1]) or " ")
    marked[at - 1] = escape(visible(line[:column])) + there + escape(visible(line[column + 1 :]))
    return Markup("\n").join(marked)


def _slug(id: str) -> str:
    return "c-" + (re.sub(r"[^A-Za-z0-9_-]+", "-", id) or "x")


__all__ = [
    "Told",
    "challenge_section",
    "check_section",
    "nested_style",
    "page",
    "partings_of",
    "prose",
    "run_section",
    "style",
    "timeline_svg",
    "visible",
    "window",
]
