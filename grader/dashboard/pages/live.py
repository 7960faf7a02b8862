"""Results as they arrive: the last ones as a table, and what comes after them as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from grader.dashboard.access.gates import Staff
from grader.dashboard.access.sessions import viewer_of
from grader.dashboard.access.viewer import Viewer
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.feed import SHOWN, Feed, Full, Listener
from grader.dashboard.reading import live as reading
from grader.dashboard.reading.live import Arrived
from grader.dashboard.web import environment, show

router = APIRouter()
CHECK = 5.0  # seconds after which we ask again whether somebody may still listen
AGAIN = 3000  # milliseconds after which a browser that lost us comes back
FULL = "Too many pages listen already. This one shows what there was; load it again for more."


@router.get("/live", include_in_schema=False)
def live(request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)]) -> HTMLResponse:
    newest = reading.newest(desk.store)  # first: what comes meanwhile is told by the events
    rows = reading.latest(desk.store, viewer.scope, SHOWN)
    return show(request, viewer, "live.html", rows=rows, newest=newest, most=SHOWN)


async def _seat(request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)]) -> AsyncIterator[Listener]:
    """A dependency: it is left when the answer has ended, however that was."""
    if not hasattr(request.app.state, "feed"):
        request.app.state.feed = Feed(desk.store)
    feed: Feed = request.app.state.feed
    try:
        async with feed.listener(_who(request, viewer, desk), viewer.scope) as mine:
            yield mine
    except Full:
        raise HTTPException(503, FULL, headers={"Retry-After": "60"}) from None


def _who(request: Request, viewer: Viewer, desk: Desk) -> str:
    """Whose seats these are. Visitors of a dashboard that only shows are told apart by where they come from."""
    if desk.settings.read_only:
        return f"visitor {request.client.host if request.client else ''}"
    return viewer.name


@router.get("/live/events", include_in_schema=False, response_class=EventSourceResponse)
async def events(
    request: Request,
    viewer: Staff,
    mine: Annotated[Listener, Depends(_seat)],
    desk: Annotated[Desk, Depends(desk_of)],
    after: int | None = None,
    last_event_id: Annotated[str, Header()] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Rows of the table, as `results` events; `end` where this browser may not listen any more."""
    yield ServerSentEvent(comment="here", retry=AGAIN)
    since = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 19 else after
    if since is not None and 0 <= since < 2**62:
        missed = await run_in_threadpool(reading.after, desk.store, viewer.scope, since, SHOWN)
        if missed:
            yield _event(desk, missed)
    while await _may(request, viewer):
        try:
            several = await asyncio.wait_for(mine.arrived.get(), CHECK)
        except TimeoutError:
            continue
        if await _may(request, viewer):
            yield _event(desk, several)
    yield ServerSentEvent(event="end", raw_data="Your session has ended.")


async def _may(request: Request, viewer: Viewer) -> bool:
    """Is this still the same person, who may see the same students?"""
    now = await run_in_threadpool(viewer_of, request)
    return now is not None and (now.role, now.name, now.scope) == (viewer.role, viewer.name, viewer.scope)


def _event(desk: Desk, several: list[Arrived]) -> ServerSentEvent:
    template = environment().get_template("live_rows.html")
    rows = template.render(rows=several, desk=desk)
    return ServerSentEvent(event="results", raw_data=rows, id=str(max(one.report_id for one in several)))
