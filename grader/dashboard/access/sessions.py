"""Sessions: whose browser is it?"""

from __future__ import annotations

from fastapi import Request

from grader.dashboard.access.viewer import Role, Viewer


def viewer_of(request: Request) -> Viewer | None:
    if request.app.state.desk.settings.read_only:
        return Viewer(Role.instructor, "visitor")
    return None
