"""Who is in the class: a roster is looked at before it is imported, and what was seen is what is imported."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from grader.classroom import roster as rosters
from grader.classroom.roster import MAX_ROSTER, Roster
from grader.dashboard.access.audit import note
from grader.dashboard.access.gates import Instructor
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading import roster as reading
from grader.dashboard.web import link, show
from grader.errors import UsageError

router = APIRouter()
SHOWN = "the roster"  # what messages call it
SIZE = 100  # rows of each table
LISTS = ("new", "changed", "wrong", "absent")
GONE = "This roster is not kept any more. Upload it once more."
MOVED = "The class has changed since this roster was shown. Look at it again, and then import it."


@router.get("/roster", include_in_schema=False)
def roster(
    request: Request,
    viewer: Instructor,
    desk: Annotated[Desk, Depends(desk_of)],
    preview: str = "",
    of: str = "",
    page: int = 1,
    imported: int | None = None,
) -> HTMLResponse:
    found = reading.preview(_kept(desk, preview), desk.store.students()) if preview else None
    pages = {name: max(1, page) if name == of else 1 for name in LISTS}
    parts = {
        name: getattr(found, name)[(pages[name] - 1) * SIZE : pages[name] * SIZE] for name in LISTS if found is not None
    }
    return show(
        request, viewer, "roster.html", preview=preview, found=found, parts=parts, pages=pages, size=SIZE,
        sections=reading.sections(desk.store), imported=imported, columns=rosters.COLUMNS,
    )  # fmt: skip


@router.post("/roster", include_in_schema=False)
def look(
    viewer: Instructor,
    desk: Annotated[Desk, Depends(desk_of)],
    file: UploadFile | None = None,
    text: Annotated[str, Form()] = "",
) -> RedirectResponse:
    try:
        given = rosters.decoded(file.file.read(MAX_ROSTER + 1), SHOWN) if file and file.filename else text
        rosters.parse(given, SHOWN)
    except UsageError as error:
        raise HTTPException(422, str(error)) from None
    return RedirectResponse(link("/roster", preview=reading.put_aside(desk.store, given, desk.clock())), 303)


@router.post("/roster/import", include_in_schema=False)
def take_in(
    request: Request,
    viewer: Instructor,
    desk: Annotated[Desk, Depends(desk_of)],
    preview: Annotated[str, Form()],
    seen: Annotated[str, Form()],
) -> RedirectResponse:
    given = _kept(desk, preview)
    found = reading.preview(given, desk.store.students())
    if found.seen != seen:
        raise HTTPException(409, MOVED)
    desk.store.enroll([*(one.student for one in found.new), *(one.student for one in found.changed)])
    reading.forget(desk.store, preview)
    note(desk, request, viewer, "roster-imported", f"{len(found.new)} new, {len(found.changed)} changed")
    return RedirectResponse(link("/roster", imported=len(found.new) + len(found.changed)), 303)


def _kept(desk: Desk, sha256: str) -> Roster:
    text = reading.put_by(desk.store, sha256)
    if text is None:
        raise HTTPException(404, GONE)
    return rosters.parse(text, SHOWN)
