"""Who handed in nearly the same, side by side. It shows what is alike, and says no more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from grader.classroom.similar.groups import NOTE, THRESHOLD
from grader.dashboard.access.gates import Staff
from grader.dashboard.comparing import Comparing
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading import similar as reading
from grader.dashboard.web import show

router = APIRouter()
SIZE = 10  # groups of a page


@router.get("/similar", include_in_schema=False)
def similar(
    request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)], challenge: str = "", page: int = 1
) -> HTMLResponse:
    if challenge and challenge not in desk.titles:
        raise HTTPException(404, f"There is no challenge {challenge!r}. There are: {', '.join(desk.titles)}.")
    scope = viewer.scope
    now = {id: stamp for id, stamp in reading.stamps(desk.store, scope).items() if id in desk.titles}
    found = reading.compared(desk.store, scope, now)
    stale = [id for id in now if id not in found or found[id].stamp != now[id]]
    comparing = _comparing(request, desk)
    if stale and not desk.settings.read_only:  # what is found would be written
        comparing.begin(scope, stale)
    chosen = challenge or next((id for id in now if id in found and found[id].groups), next(iter(now), ""))
    made = found.get(chosen)
    groups = made.groups if made else ()
    page = max(1, min(page, -(-len(groups) // SIZE)))
    shown = groups[(page - 1) * SIZE : page * SIZE]
    names = reading.people(desk.store, scope, (id for group in shown for id in group.students))
    return show(
        request, viewer, "similar.html", block="results", chosen=chosen, made=made, found=found, stale=stale, now=now,
        # Somebody may have changed sections since: then a group is not this viewer's any more, as a whole.
        groups=[group for group in shown if all(id in names for id in group.students)],
        names=names, page=page, size=SIZE, count=len(groups), note=NOTE, threshold=THRESHOLD,
        under_way=comparing.under_way(scope),
    )  # fmt: skip


def _comparing(request: Request, desk: Desk) -> Comparing:
    state = request.app.state
    if not hasattr(state, "comparing"):
        state.comparing = Comparing(desk)
    found: Comparing = state.comparing
    return found
