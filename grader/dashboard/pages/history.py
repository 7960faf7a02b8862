"""History: the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from grader.dashboard.access.gates import Instructor
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.people import SIZE, log
from grader.dashboard.web import show

router = APIRouter(include_in_schema=False)


@router.get("/history")
def history(
    request: Request,
    viewer: Instructor,
    desk: Annotated[Desk, Depends(desk_of)],
    what: str = "",
    text: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    found = log(desk.store, what=what, text=text, page=page)
    query = {"what": what, "text": text}
    return show(request, viewer, "history.html", block="results", log=found, query=query, page=page, size=SIZE)
