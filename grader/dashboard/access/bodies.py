"""Who may send a large form. A body is read before a gate is asked, and is in memory or on the disk by then."""

from __future__ import annotations

import math
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from grader.dashboard.access.gates import READ_ONLY, SAFE
from grader.dashboard.access.sessions import viewer_of
from grader.dashboard.web import show
from grader.errors import UsageError

SMALL = 20_000  # bytes of a form: nobody who is not of the staff sends more
TOO_LARGE = "This is larger than any form that is for you to send. Log in first, if you are of the course's staff."


class Bodies:
    """ASGI middleware: of those who are not of the staff, what is large is not read. The API looks for itself."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not scope["path"].startswith("/api/"):
            request = Request(scope)
            said = await run_in_threadpool(_objection, request) if _announced(request) > SMALL else ""
            if said:
                status = 403 if said == READ_ONLY else 413
                await show(request, None, "refused.html", status=status, said=said)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _announced(request: Request) -> float:
    """Bytes; without end where it says nothing and sends something."""
    said = request.headers.get("Content-Length", "")
    if said.isascii() and said.isdigit():
        return int(said[:20])
    return math.inf if "Transfer-Encoding" in request.headers else 0


def _objection(request: Request) -> str:
    """Empty for the staff."""
    if request.app.state.desk.settings.read_only:
        return READ_ONLY
    try:
        viewer = viewer_of(request)
    except UsageError:  # the database is away: nobody is known
        viewer = None
    return "" if viewer is not None and viewer.staff else TOO_LARGE
