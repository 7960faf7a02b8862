"""A student's page: theirs to see, and the staff's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from grader.classroom.store.graded import clean
from grader.dashboard.access.gates import Known
from grader.dashboard.access.viewer import Role
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.figures.steps import steps
from grader.dashboard.reading import student as reading
from grader.dashboard.web import show

router = APIRouter()
NOBODY = "There is nobody here with that id whom you may see."


@router.get("/student", include_in_schema=False)
def student(request: Request, viewer: Known, desk: Annotated[Desk, Depends(desk_of)], id: str = "") -> HTMLResponse:
    """Without an id a student's own."""
    wanted = clean(id or (viewer.name if viewer.role is Role.student else ""))
    who = reading.person(desk.store, viewer.scope, wanted)
    if who is None:
        raise HTTPException(404, NOBODY)
    standings = reading.standing(desk.store, viewer.scope, who.id, list(desk.titles))
    return show(
        request,
        viewer,
        "student.html",
        who=who,
        tried=[each for each in standings if each.tried],
        untried=[each for each in standings if not each.tried],
        passed=sum(1 for each in standings if each.status == "pass"),
        points=sum(each.points for each in standings),
        out_of=sum(desk.max_points.values()),
        figures={each.challenge: steps(desk.titles[each.challenge], each.tried) for each in standings if each.tried},
        history=reading.gradings(desk.store, viewer.scope, who.id) if viewer.staff else [],
        most=reading.MOST,
    )
