"""Grading again: what would change, and the decision whether it does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from grader.dashboard.access.audit import note
from grader.dashboard.access.gates import Instructor
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading import regrade as reading
from grader.dashboard.regrade import Busy, Regrading, State
from grader.dashboard.web import show

router = APIRouter()
SIZE = 50  # changes of a page
NAMED = 50  # students whose submissions are not here, that are named
BEFORE = 10  # earlier regradings that are listed
DECISIONS = {"commit": "committed", "discard": "discarded"}


@router.get("/regrade", include_in_schema=False)
def regrade(
    request: Request, viewer: Instructor, desk: Annotated[Desk, Depends(desk_of)], page: int = 1
) -> HTMLResponse:
    state, sitting = _regrading(request, desk).state(), reading.open_sitting(desk.store)
    mine = _fits(desk, state, sitting)
    under_way = mine is not None and mine.under_way(desk.clock())
    tally = reading.tally(desk.store, sitting.id) if sitting and not under_way else None
    page = max(1, min(page, -(-tally.changed // SIZE))) if tally and tally.changed else 1
    chosen = list(mine.challenges) if mine else list(desk.titles)
    return show(
        request, viewer, "regrade.html", block="state", sitting=sitting, mine=mine, under_way=under_way, tally=tally,
        changes=reading.changes(
            desk.store, viewer.scope, sitting.id, _titles(desk), first=(page - 1) * SIZE, count=SIZE
        ) if sitting and tally and tally.changed else [],
        page=page, size=SIZE, counts=reading.counts(desk.store), waiting=reading.waiting(desk.store),
        lacking=reading.lacking(desk.store, chosen, NAMED + 1), named=NAMED,
        decided=reading.decided(desk.store, BEFORE),
    )  # fmt: skip


@router.post("/regrade/begin", include_in_schema=False)
def begin(
    request: Request,
    viewer: Instructor,
    desk: Annotated[Desk, Depends(desk_of)],
    challenge: Annotated[list[str] | None, Form()] = None,
) -> RedirectResponse:
    chosen = [id for id in desk.titles if id in (challenge or [])]
    if not chosen:
        raise HTTPException(400, "Choose one challenge at least that is to be graded again.")
    try:
        _regrading(request, desk).begin(chosen, viewer.name)
    except Busy as busy:
        raise HTTPException(409, str(busy)) from None
    note(desk, request, viewer, "regrade-begun", ", ".join(chosen))
    return RedirectResponse("/regrade", 303)


@router.post("/regrade/go-on", include_in_schema=False)
def go_on(request: Request, viewer: Instructor, desk: Annotated[Desk, Depends(desk_of)]) -> RedirectResponse:
    try:
        _regrading(request, desk).go_on()
    except Busy as busy:
        raise HTTPException(409, str(busy)) from None
    note(desk, request, viewer, "regrade-gone-on")
    return RedirectResponse("/regrade", 303)


@router.get("/regrade/decide", include_in_schema=False)
def ask(
    request: Request, viewer: Instructor, desk: Annotated[Desk, Depends(desk_of)], what: str = "commit"
) -> HTMLResponse:
    """Are you sure?"""
    sitting = reading.open_sitting(desk.store)
    if what not in DECISIONS or sitting is None:
        raise HTTPException(404, "There is no regrading to decide on.")
    tally = reading.tally(desk.store, sitting.id)
    return show(request, viewer, "regrade_decide.html", what=what, sitting=sitting, tally=tally)


@router.post("/regrade/decide", include_in_schema=False)
def decide(
    request: Request,
    viewer: Instructor,
    desk: Annotated[Desk, Depends(desk_of)],
    sitting: Annotated[int, Form()],
    what: Annotated[str, Form()],
) -> RedirectResponse:
    if what not in DECISIONS:
        raise HTTPException(400, f"{what!r} is no decision. There are: {', '.join(DECISIONS)}.")
    tally = reading.tally(desk.store, sitting) if 0 < sitting < 2**62 else None
    if tally is None:
        raise HTTPException(404, "There is no regrading to decide on.")
    try:
        _regrading(request, desk).decide(sitting, DECISIONS[what], viewer.name)
    except Busy as busy:
        raise HTTPException(409, str(busy)) from None
    told = f"sitting {sitting}: {tally.gain} gain, {tally.lose} lose, {tally.other} for another reason"
    note(desk, request, viewer, f"regrade-{DECISIONS[what]}", told)
    return RedirectResponse("/regrade", 303)


def _fits(desk: Desk, state: State | None, sitting: reading.Sitting | None) -> State | None:
    """What a dashboard's process has said of the sitting that is open, or of one that it is about to open."""
    if state is None or (state.sitting is None and not state.under_way(desk.clock()) and not state.failed):
        return None
    return state if state.sitting is None or (sitting is not None and state.sitting == sitting.id) else None


def _titles(desk: Desk) -> dict[str, str]:
    return {f"{c.id} {check.id}": check.title for c in desk.challenges for check in c.checks()}


def _regrading(request: Request, desk: Desk) -> Regrading:
    state = request.app.state
    if not hasattr(state, "regrading"):
        state.regrading = Regrading(desk)
    found: Regrading = state.regrading
    return found
