"""The application: its pages, its gates, and what it says when something is wrong."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from importlib import import_module

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as AnyHTTPException

from grader import __version__
from grader.dashboard.access.bodies import Bodies
from grader.dashboard.access.gates import OPEN, check_gates
from grader.dashboard.access.sessions import viewer_of
from grader.dashboard.desk import Desk
from grader.dashboard.ingest.documented import document
from grader.dashboard.ingest.intake import Intake
from grader.dashboard.ingest.metrics import Timing
from grader.dashboard.web import HEADERS, STATIC, Headers, link, show, static_bytes
from grader.errors import UsageError

# Each has a `router`. In the order in which an address is looked for: first what a whole class asks at once, then as in
# the menu.
ROUTERS = (
    "ingest.api", "pages.matrix", "pages.misconceptions", "pages.challenge", "pages.activity", "pages.live",
    "pages.lecture", "pages.student", "pages.attempt", "pages.similar", "pages.regrade", "pages.exports",
    "pages.roster", "pages.senders", "pages.accounts", "pages.history", "access.entrance", "ingest.health",
)  # fmt: skip

NO_PAGE = "There is no page at this address, or not for what was asked of it. The menu has those that there are."
LARGEST = 16 * 1024 * 1024  # bytes of a request; routes may take less, and so may who is not of the staff: `Bodies`


def create(desk: Desk) -> FastAPI:
    """The application on an open store."""
    intake = Intake(desk)
    app = FastAPI(
        title="Streamed replies: a class's dashboard",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=partial(_lifespan, intake),
        max_body_size=LARGEST,
    )
    app.state.desk, app.state.intake = desk, intake
    for name in ROUTERS:
        app.router.routes.extend(import_module(f"grader.dashboard.{name}").router.routes)
    app.get("/static/{name}", include_in_schema=False, dependencies=[Depends(OPEN)])(_static)
    app.add_exception_handler(AnyHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(UsageError, _away)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Bodies)
    app.add_middleware(Headers, secure=desk.settings.secure)
    app.add_middleware(Timing, seconds=intake.metrics.timed)
    document(app)
    check_gates(app)
    return app


@asynccontextmanager
async def _lifespan(intake: Intake, _: FastAPI) -> AsyncIterator[None]:
    """What was taken in is written before it ends."""
    await run_in_threadpool(intake.start)
    yield
    await run_in_threadpool(intake.close)


def _static(name: str, request: Request) -> Response:
    names = {path.name for path in STATIC.iterdir()} | {"report.css"}
    if name not in names:
        raise HTTPException(404, f"There is no file {name}.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    # Its address has its hash, so who has it may keep it.
    return Response(static_bytes(name), media_type=kind, headers={"Cache-Control": "public, max-age=31536000"})


async def _refused(request: Request, error: Exception) -> Response:
    """A sentence: on a page for people, as JSON for programs."""
    assert isinstance(error, AnyHTTPException)
    said = str(error.detail)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": said}, error.status_code, headers=error.headers)
    if error.status_code == 401 and request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        login = link("/login", next=back)
        if "HX-Request" in request.headers:  # htmx would follow a redirection, and put the page into this one
            return Response(said, 401, headers={"HX-Redirect": login})
        return RedirectResponse(login, 303)
    viewer = getattr(request.state, "viewer", None)
    if said == HTTPStatus(error.status_code).phrase:  # no route of ours said it, so none has asked who it is
        said = NO_PAGE
        viewer = await run_in_threadpool(viewer_of, request)
    page = show(request, viewer, "refused.html", status=error.status_code, said=said)
    page.headers.update(error.headers or {})
    return page


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    said = f"{'.'.join(str(part) for part in first['loc'][1:]) or 'the request'}: {first['msg']}"
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": said}, 422)
    return show(request, getattr(request.state, "viewer", None), "refused.html", status=422, said=said)


async def _away(request: Request, error: Exception) -> Response:
    """The database was waited for, and did not come back."""
    refused = AnyHTTPException(
        503, "The database does not answer just now. Try again in a minute.", {"Retry-After": "60"}
    )
    return await _refused(request, refused)


async def _failed(request: Request, error: Exception) -> Response:
    """Our own fault; what it was is in the log. It goes out beside the middleware: the headers are here."""
    said = "The dashboard failed, which is not your mistake. Try again; if it stays, tell who runs it, and when it was."
    answer = await _refused(request, AnyHTTPException(500, said))
    answer.headers.update({**HEADERS, "Cache-Control": "no-store"})
    return answer
