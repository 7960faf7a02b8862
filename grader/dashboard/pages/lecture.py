"""For tomorrow's lecture: the three commonest misconceptions, without names; and a link to just that."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from grader.dashboard.access.audit import note
from grader.dashboard.access.gates import OPEN, Staff
from grader.dashboard.access.kept import Signer
from grader.dashboard.access.makers import goes_on
from grader.dashboard.access.viewer import Scope, Viewer
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.lecture import Days, Slide, slides
from grader.dashboard.reading.part import Part, sections
from grader.dashboard.web import link, show
from grader.report import Parting, RunReport
from grader.show.html import run_section

router = APIRouter()

GOOD_FOR = timedelta(days=30)
SPANS = (1, 3, 7, 14, 30)
NO_LINK = (
    "This is no link of this dashboard's, a part of it is missing, or who made it has left. "
    "Ask whoever gave it to you for the whole of it, or for a new one."
)
TheDesk = Annotated[Desk, Depends(desk_of)]
Span = Annotated[int, Query(ge=1, le=366)]


@router.get("/lecture", include_in_schema=False)
def page(
    request: Request, viewer: Staff, desk: TheDesk,
    section: str = "", challenge: str = "", days: Span = 7, token: str = "",
) -> HTMLResponse:  # fmt: skip
    chosen = _chosen(desk, viewer, section, challenge, days)
    return show(
        request, viewer, "lecture.html", block="results",
        **_shown(desk, chosen), section=section, challenge=chosen["challenge"], days=days, spans=SPANS,
        sections=sections(desk.store, viewer.scope),
        address=f"{desk.settings.address}/lecture/{token}" if _unsigned(desk, token) else "", good_for=GOOD_FOR.days,
    )  # fmt: skip


@router.post("/lecture/link", include_in_schema=False)
def make_link(
    request: Request, viewer: Staff, desk: TheDesk,
    section: Annotated[str, Form()] = "", challenge: Annotated[str, Form()] = "",
    days: Annotated[int, Form(ge=1, le=366)] = 7,
) -> RedirectResponse:  # fmt: skip
    """What it shows stays what it was when it was made, whatever the class does afterwards."""
    chosen = _chosen(desk, viewer, section, challenge, days)
    token = Signer(desk, "lecture").signed({**chosen, "by": viewer.name})
    whose = "all sections" if chosen["section"] is None else f"section {chosen['section']}"
    note(desk, request, viewer, "lecture-link", f"{whose}, {days} days")
    where = {"section": section, "challenge": chosen["challenge"], "days": days, "token": token}
    return RedirectResponse(link("/lecture", **where), 303)


@router.get("/lecture/{token}", include_in_schema=False, dependencies=[Depends(OPEN)])
def shared(request: Request, desk: TheDesk, token: str) -> HTMLResponse:
    """Needs no login: the link says what may be seen. Raises HTTPException 404, 410 where it is too old."""
    chosen = _unsigned(desk, token)
    if chosen is None:
        raise HTTPException(404, NO_LINK)
    until = datetime.fromisoformat(chosen["until"]) + GOOD_FOR
    if desk.clock() > until:
        raise HTTPException(
            410, f"This link was good until {until:%Y-%m-%d}. Ask whoever gave it to you for a new one."
        )
    return show(request, None, "lecture_shared.html", **_shown(desk, chosen), section=chosen["section"])


def _chosen(desk: Desk, viewer: Viewer, section: str, challenge: str, days: int) -> dict[str, Any]:
    """What a link says. An assistant's is about their section, whatever was asked for. No section (None): the class."""
    span = Days.before(desk.clock(), days)
    return {
        "section": viewer.scope.section if viewer.scope.section is not None else section or None,
        "challenge": challenge if challenge in desk.titles else "",
        "first": span.first,
        "until": span.until.isoformat(),
    }


def _unsigned(desk: Desk, token: str) -> dict[str, Any] | None:
    chosen: dict[str, Any] | None = Signer(desk, "lecture").unsigned(token) if token else None
    match chosen:
        case {"by": str(maker)} if desk.store.read(sa.select(sa.literal(1)).where(goes_on(sa.literal(maker)))):
            return chosen
    return None


def _shown(desk: Desk, chosen: dict[str, Any]) -> dict[str, Any]:
    """What the slides are made of."""
    ids = (chosen["challenge"],) if chosen["challenge"] else tuple(desk.titles)
    part = Part(Scope(section=chosen["section"]), ids)
    span = Days(chosen["first"], datetime.fromisoformat(chosen["until"]))
    found = slides(desk.store, part, span)
    return {
        "slides": found,
        "pictures": [_picture(slide) for slide in found],
        "span": span,
        "texts": desk.misconceptions,
    }


def _picture(slide: Slide) -> Markup | str:
    shown = slide.example
    if not shown or not shown.run:
        return ""
    return _drawn(shown.run.model_dump_json(), shown.parting.model_dump_json() if shown.parting else "")


@lru_cache(maxsize=64)
def _drawn(run: str, parting: str) -> Markup:
    """Drawing takes most of the time, and a class looks at the same few runs."""
    told = Parting.model_validate_json(parting) if parting else None
    return run_section(RunReport.model_validate_json(run), told)
