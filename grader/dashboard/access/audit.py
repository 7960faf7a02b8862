"""Who did what, when, and from where. Rows are added, never changed."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from grader.classroom.store.people import audit
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk

NOBODY = "nobody"


def note(desk: Desk, request: Request | None, viewer: Viewer | None, what: str, about: str = "") -> None:
    """Adds a row. `what` is a word of ours (`login`, `regrade-committed`), `about` whom or what it was done to."""
    row = entry(desk, request, viewer, what, about)
    desk.store.write(lambda connection: connection.execute(audit.insert().values(row)))


def entry(desk: Desk, request: Request | None, viewer: Viewer | None, what: str, about: str = "") -> dict[str, Any]:
    """The row, for those who add it in a transaction of their own: `connection.execute(audit.insert().values(row))`."""
    return {"at": desk.clock(), "who": _name(viewer), "what": what, "about": about, "address": address_of(request)}


def address_of(request: Request | None) -> str:
    """Where a request came from, as the server knows it; empty where there was none."""
    return request.client.host if request is not None and request.client is not None else ""


def _name(viewer: Viewer | None) -> str:
    if viewer is None:
        return NOBODY
    return f"student {viewer.name}" if viewer.role is Role.student else viewer.name
