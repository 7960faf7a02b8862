"""The challenges: how hard each is, and of one of them what is hard about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from grader.dashboard import figures
from grader.dashboard.access.gates import Staff
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.challenges import CheckRate, Details, details, summaries
from grader.dashboard.reading.matrix import stuck, tallies
from grader.dashboard.reading.misconceptions import misconceptions
from grader.dashboard.reading.part import Part, sections, size
from grader.dashboard.web import show

router = APIRouter()

MOST_STUCK, MOST_TOLD = 10, 10


@router.get("/challenges", include_in_schema=False)
def page(request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)], section: str = "") -> HTMLResponse:
    part = Part(viewer.scope, tuple(desk.titles), section)
    return show(
        request,
        viewer,
        "challenges.html",
        block="results",
        several=summaries(desk.store, part),
        section=section,
        sections=sections(desk.store, viewer.scope),
        lasting=lasting,
    )


@router.get("/challenges/{id}", include_in_schema=False)
def one(
    request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)], id: str, section: str = ""
) -> HTMLResponse:
    if id not in desk.titles:
        raise HTTPException(404, f"There is no challenge {id}. There are: {', '.join(desk.titles)}.")
    part, alone = Part(viewer.scope, tuple(desk.titles), section), Part(viewer.scope, (id,), section)
    found = details(desk.store, part, id)
    several, count = stuck(desk.store, alone, MOST_STUCK)
    (tally,) = tallies(desk.store, alone, size(desk.store, alone))
    return show(
        request,
        viewer,
        "challenge.html",
        block="results",
        id=id,
        it=found.summary,
        tally=tally,
        figures=_figures(found, desk),
        lasting=lasting,
        texts=desk.misconceptions,
        told=misconceptions(desk.store, alone)[:MOST_TOLD],
        stuck=several,
        stuck_count=count,
        section=section,
        sections=sections(desk.store, viewer.scope),
    )


def _figures(found: Details, desk: Desk) -> dict[str, object]:
    titles = {check.id: check.title for check in desk.checks[found.summary.challenge]}
    several = [_bar(rate, titles) for rate in found.checks]
    return {
        "scores": figures.histogram(
            "Points of the best attempt", found.scores, along="per cent of the points, and more", what="students"
        ),
        "attempts": figures.histogram("Attempts", found.attempts, along="attempts", what="students"),
        "to_pass": figures.histogram(
            "Time to pass",
            found.to_pass,
            along="up to, from the first submission to the one that passed",
            what="students",
            tone="pass",
        ),
        "hints": figures.histogram("Hints shown", found.hints, along="hints", what="students"),
        "checks": figures.bars("Who passes which check", several, what="share of students", most=1),
    }


def _bar(rate: CheckRate, titles: dict[str, str]) -> figures.Bar:
    students = rate.passed + rate.failed + rate.skipped
    said = f"{rate.passed} of {students}, {rate.rate:.0%}"
    return figures.Bar(titles.get(rate.check, rate.check).replace("`", ""), rate.rate, said, "pass")


def lasting(seconds: float | None) -> str:
    """A length of time, to two figures or so."""
    if seconds is None:
        return "–"
    if seconds == 0:
        return "at once"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36 * 3600 else f"{seconds / 86400:.1f} days"
