"""The matrix: how each student stands with each challenge."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from grader.dashboard.access.gates import Staff
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.web import show

router = APIRouter()


@router.get("/", include_in_schema=False)
def matrix(request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)]) -> HTMLResponse:
    return show(request, viewer, "matrix.html", block="results")
