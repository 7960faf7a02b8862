"""The misconceptions: how many have which, and of one of them who, with their code at that line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from grader.dashboard import figures
from grader.dashboard.access.gates import Staff
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.excerpt import beginning, excerpt
from grader.dashboard.reading.misconceptions import PAGE, met_by, misconceptions, trend
from grader.dashboard.reading.part import Part, sections
from grader.dashboard.web import show

router = APIRouter()

TREND = 14  # days
SPANS = (1, 2, 7, 14, 30)  # days to choose from
Days = Annotated[int, Query(ge=0, le=3660)]


def part_of(desk: Desk, viewer: Staff, section: str, challenge: str) -> Part:
    """What was chosen; a challenge that there is not is none."""
    ids = (challenge,) if challenge in desk.titles else tuple(desk.titles)
    return Part(viewer.scope, ids, section)


def since(desk: Desk, days: int) -> date | None:
    """The first of the last `days` days, today among them; 0 is all days."""
    return desk.clock().date() - timedelta(days=days - 1) if days else None


@router.get("/misconceptions", include_in_schema=False)
def page(
    request: Request,
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    section: str = "",
    challenge: str = "",
    days: Days = 0,
) -> HTMLResponse:
    part = part_of(desk, viewer, section, challenge)
    today = desk.clock().date()
    first = today - timedelta(days=TREND - 1)
    trends = trend(desk.store, part, first, today)
    span = figures.days_between(first, today)
    found = misconceptions(desk.store, part, since(desk, days))
    sparks = {
        each.diagnosis: figures.spark(
            f"Attempts that were told {each.diagnosis}, by day", span, trends.get(each.diagnosis, [0] * TREND)
        )
        for each in found
    }
    return show(
        request, viewer, "misconceptions.html", block="results",
        section=section, challenge=challenge, days=days, spans=SPANS, span=TREND,
        found=found, sparks=sparks, texts=desk.misconceptions, sections=sections(desk.store, viewer.scope),
    )  # fmt: skip


@router.get("/misconceptions/{id}", include_in_schema=False)
def one(
    request: Request,
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    id: str,
    section: str = "",
    challenge: str = "",
    days: Days = 0,
    only_open: Annotated[bool, Query(alias="open")] = False,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    part = part_of(desk, viewer, section, challenge)
    told = next(iter(misconceptions(desk.store, part, only=id)), None)
    text = desk.misconceptions.get(id)
    if text is None and told is None:
        raise HTTPException(404, f"Nobody has been told {id}, and the kit has no such misconception.")
    today = desk.clock().date()
    first = today - timedelta(days=TREND - 1)
    counts = trend(desk.store, part, first, today, id).get(id, [0] * TREND)
    several, count = met_by(desk.store, part, id, since=since(desk, days), only_open=only_open, page=page)
    return show(
        request, viewer, "misconception.html", block="results",
        id=id, text=text, told=told, several=several, count=count, page=page, page_size=PAGE,
        section=section, challenge=challenge, days=days, spans=SPANS, only_open=only_open,
        sections=sections(desk.store, viewer.scope),
        code={each.report_id: excerpt(each.source, *_place(each.check)) for each in several},
        whole={each.report_id: beginning(each.source) for each in several},
        figure=figures.over_days(
            "Attempts that were told it, by day", figures.days_between(first, today), figures.Series("attempts", counts)
        ),
    )  # fmt: skip


def _place(check: object) -> tuple[int | None, str]:
    return getattr(check, "line", None), getattr(check, "source", "")
