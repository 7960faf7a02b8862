"""Gates: each route has exactly one, which says who may pass. A route without one does not start the dashboard."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from grader.dashboard.access.sessions import viewer_of
from grader.dashboard.access.viewer import Role, Viewer

SAFE = ("GET", "HEAD", "OPTIONS")
ASK_TO_LOG_IN = "Log in first."
NOT_YOURS = "This is not for you to see. Ask an instructor of the course."
FORGED = "This form is too old, or came from another page. Load the page again, and send it once more."
READ_ONLY = "This dashboard only shows: it was started with --read-only."


class Gate:
    """A dependency that gives the viewer. Raises HTTPException 401 for nobody, 403 for somebody else."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> Viewer | None:
        desk = request.app.state.desk
        if desk.settings.read_only and request.method not in SAFE:
            raise HTTPException(403, READ_ONLY)
        viewer = await run_in_threadpool(viewer_of, request)
        if viewer is None:
            raise HTTPException(401, ASK_TO_LOG_IN)
        request.state.viewer = viewer  # also for the page that says no
        if viewer.role not in self.roles:
            raise HTTPException(403, NOT_YOURS)
        if request.method not in SAFE:
            await _comes_from_our_page(request, viewer)
        return viewer


class Open(Gate):
    """Lets everybody in. What the route does itself is all the access control there is."""

    async def __call__(self, request: Request) -> None:
        return


async def _comes_from_our_page(request: Request, viewer: Viewer) -> None:
    """The session's token is in a header, as htmx sends it, or in the form. Raises HTTPException 403."""
    given = request.headers.get("X-CSRF-Token") or await _in_the_form(request)
    if not isinstance(given, str) or not secrets.compare_digest(given.encode("utf-8", "replace"), viewer.csrf.encode()):
        raise HTTPException(403, FORGED)


async def _in_the_form(request: Request) -> object:
    """None where it is no form, or one in letters that cannot be read: whoever sends it says in which."""
    try:
        return (await request.form()).get("csrf")
    except (HTTPException, ValueError):
        return None


INSTRUCTOR = Gate(Role.instructor)
STAFF = Gate(Role.instructor, Role.assistant)
EVERYONE = Gate(*Role)  # who is known; what they see is their scope's business
OPEN = Open()

Instructor = Annotated[Viewer, Depends(INSTRUCTOR)]
Staff = Annotated[Viewer, Depends(STAFF)]
Known = Annotated[Viewer, Depends(EVERYONE)]


def gates(dependant: Dependant) -> Iterator[Gate]:
    for each in dependant.dependencies:
        if isinstance(each.call, Gate):
            yield each.call
        yield from gates(each)


def check_gates(app: FastAPI) -> list[tuple[APIRoute, Gate]]:
    """The routes and their gates. Raises AssertionError where a route has none, or several."""
    found: list[tuple[APIRoute, Gate]] = []
    for route in app.routes:
        if getattr(route, "path", None) == app.openapi_url:  # says how to send reports, and nothing of the class
            continue
        assert isinstance(route, APIRoute), f"{route} is of a kind that has no gates"
        several = set(gates(route.dependant))
        assert len(several) == 1, f"{route.path} has {len(several)} gates, expected one"
        found.append((route, several.pop()))
    return found
