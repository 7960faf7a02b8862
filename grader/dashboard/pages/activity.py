"""When the class works."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from grader.dashboard import figures
from grader.dashboard.access.gates import Staff
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.pages.misconceptions import part_of
from grader.dashboard.reading.activity import Activity, activity, span
from grader.dashboard.reading.part import sections
from grader.dashboard.web import show

router = APIRouter()

SPANS = (7, 14, 30, 90, 180)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@router.get("/activity", include_in_schema=False)
def page(
    request: Request,
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    section: str = "",
    challenge: str = "",
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> HTMLResponse:
    part = part_of(desk, viewer, section, challenge)
    last = desk.clock().date()
    found = activity(desk.store, part, last - timedelta(days=days - 1), last)
    return show(
        request, viewer, "activity.html", block="results",
        found=found, known=None if found.attempts else span(desk.store, part),
        figures=_figures(found) if found.attempts else {},
        section=section, challenge=challenge, days=days, spans=SPANS, sections=sections(desk.store, viewer.scope),
    )  # fmt: skip


def _figures(found: Activity) -> dict[str, object]:
    tried, passed = zip(*found.by_day, strict=True)
    hours = [(f"{hour:02}", count) for hour, (count, _) in enumerate(found.by_hour)]
    weekdays = [(name, count) for name, (count, _) in zip(WEEKDAYS, found.by_weekday, strict=True)]
    return {
        "days": figures.over_days(
            "Attempts by day", found.days, figures.Series("attempts", tried), figures.Series("passed", passed)
        ),
        "hours": figures.histogram("Attempts by hour of the day", hours, along="hour, UTC", what="attempts"),
        "weekdays": figures.histogram("Attempts by weekday", weekdays, along="weekday, UTC", what="attempts"),
    }
