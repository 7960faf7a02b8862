"""A report as its learner saw it: the picture of the wire, the program, and what changed since the attempt before."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import ValidationError

from grader.dashboard import code
from grader.dashboard.access.gates import Known
from grader.dashboard.access.viewer import Viewer
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading import attempt as reading
from grader.dashboard.reading.attempt import Neighbour, Shown
from grader.dashboard.web import show
from grader.report import ChallengeReport, Report
from grader.show import html
from grader.show.plainly import changed

router = APIRouter()
NOTHING = "There is no such report, or none that is yours to see."
MOST = 2**62  # of a row's number: what is larger is none, and a database may not take it


@router.get("/attempts/{report_id}", include_in_schema=False)
def attempt(report_id: int, request: Request, viewer: Known, desk: Annotated[Desk, Depends(desk_of)]) -> HTMLResponse:
    shown = _shown(desk, viewer, report_id)
    before, after = reading.neighbours(desk.store, viewer.scope, shown)
    report = _report(shown.report)
    line = _line(report)
    return show(
        request,
        viewer,
        "attempt.html",
        shown=shown,
        title=desk.titles.get(shown.challenge, shown.challenge),
        before=before,
        after=after,
        report=report,
        kit_changed=changed(report) if report else "",
        section=_section(shown.report, report_id, max(1, shown.hints or 1)),
        line=line,
        listing=None if shown.source is None else code.listing(shown.source, line),
        compared=_compared(desk, shown, before),
    )


@router.get("/attempts/{report_id}/runs/{number}", include_in_schema=False)
def run(
    report_id: int, number: int, request: Request, viewer: Known, desk: Annotated[Desk, Depends(desk_of)]
) -> HTMLResponse:
    """The picture of one run, from 1: by itself for htmx, else on a page."""
    shown = _shown(desk, viewer, report_id)
    report = _report(shown.report)
    runs = report.challenges[0].runs if report else []
    if report is None or not 1 <= number <= len(runs):
        raise HTTPException(404, NOTHING)
    found = runs[number - 1]
    parting = html.partings_of(report.challenges[0]).get(found.id)
    return show(
        request, viewer, "run.html", block="picture", shown=shown, run=found, number=number,
        title=desk.titles.get(shown.challenge, shown.challenge), picture=html.run_section(found, parting),
    )  # fmt: skip


@router.get("/attempts/{report_id}/source", include_in_schema=False)
def source(report_id: int, viewer: Known, desk: Annotated[Desk, Depends(desk_of)]) -> Response:
    """The file as it was handed in, to be kept: nothing that a browser would show, let alone run."""
    shown = _shown(desk, viewer, report_id)
    if shown.source is None:
        raise HTTPException(404, "Only a report came of this submission, without the program.")
    name = f"{shown.challenge}-{shown.sha256[:8]}.py"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(shown.source, media_type="application/octet-stream", headers=headers)


def _shown(desk: Desk, viewer: Viewer, report_id: int) -> Shown:
    found = reading.attempt(desk.store, viewer.scope, report_id) if 0 < report_id < MOST else None
    if found is None:
        raise HTTPException(404, NOTHING)
    return found


@lru_cache(maxsize=64)
def _report(text: str) -> Report | None:
    """None where it is of another form than this kit's: a newer one's, or somebody wrote into the database."""
    try:
        report = Report.model_validate_json(text)
    except ValidationError:
        return None
    return report if len(report.challenges) == 1 else None


@lru_cache(maxsize=64)
def _section(text: str, report_id: int, hints: int) -> Markup | None:
    """Drawing takes most of the time; and a class looks at the same few reports."""
    report = _report(text)
    if report is None:
        return None
    return html.challenge_section(
        report.challenges[0], hints=hints, run_address=lambda n: f"/attempts/{report_id}/runs/{n}"
    )


def _line(report: Report | None) -> int | None:
    """The first finding's, in the learner's file."""
    challenge: ChallengeReport | None = report.challenges[0] if report else None
    failed = [check for check in challenge.checks if check.status == "fail"] if challenge else []
    return failed[0].line if failed else None


def _compared(desk: Desk, shown: Shown, before: Neighbour | None) -> list[code.Line] | str:
    """The changes since the attempt before, or why there are none to show."""
    if before is None:
        return "This is the first attempt."
    old = desk.store.source(before.sha256) if before.has_bytes else None
    if old is None or shown.source is None:
        return "Of one of the two only a report came, without the program."
    found = code.changes(old, shown.source)
    return "The two are too long to be compared here." if found is None else found or "Only what is not seen changed."
