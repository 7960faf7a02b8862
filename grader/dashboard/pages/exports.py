"""Grades to take along: as tables, and filled into the files of Canvas and Moodle. Each viewer's own students alone."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from grader.classroom.export import canvas, moodle, sheetfile, tables
from grader.classroom.export.filling import Filled
from grader.classroom.model import Student
from grader.classroom.records import Reading
from grader.dashboard.access.audit import note
from grader.dashboard.access.gates import Staff
from grader.dashboard.access.viewer import Viewer
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.records import ScopedRecords, elsewhere
from grader.dashboard.web import show
from grader.errors import UsageError

router = APIRouter()
CSV, LINES = "text/csv; charset=utf-8", "application/x-ndjson; charset=utf-8"
TOLD = 100  # problems of a file that are listed

# How it is called, the file's ending and kind, what it is, and who makes it.
FORMS: dict[str, tuple[str, str, str, str, Callable[[Reading], str]]] = {
    "long": ("CSV, a row an attempt", "csv", CSV, "all attempts, which one counts, and what it is worth",
             lambda found: tables.long(found.sheets, found.by_pair, found.policy)),
    "wide": ("CSV, a row a student", "csv", CSV, "the points of each challenge, and the total",
             lambda found: tables.wide(found.sheets)),
    "jsonl": ("JSON lines", "jsonl", LINES, "an object for each student and challenge, for programs",
              lambda found: tables.lines(found.sheets, found.by_pair)),
    "moodle": ("Moodle", "csv", CSV, "a CSV for Grades > Import, with ID number and email address to map by",
               lambda found: moodle.new(found.sheets, found.challenges)),
}  # fmt: skip


@router.get("/exports", include_in_schema=False)
def exports(request: Request, viewer: Staff, desk: Annotated[Desk, Depends(desk_of)]) -> HTMLResponse:
    policy = desk.settings.policy
    everybody = ScopedRecords(desk.store, viewer.scope).students()
    return show(
        request, viewer, "exports.html", forms=FORMS, policy=policy.name if policy else "", students=len(everybody),
        # Whoever sees one section cannot tell whether somebody is in the class.
        strangers=[] if viewer.scope.section is not None else desk.policy.strangers(everybody),
    )  # fmt: skip


@router.get("/exports/grades", include_in_schema=False)
def grades(
    request: Request,
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    form: str = "long",
    challenge: Annotated[list[str] | None, Query()] = None,
) -> Response:
    if form not in FORMS:
        raise HTTPException(404, f"There is no form {form!r}. There are: {', '.join(FORMS)}.")
    _, ending, kind, _, made_by = FORMS[form]
    text = made_by(_reading(desk, viewer, challenge))
    if not desk.settings.read_only:
        note(desk, request, viewer, "exported", form)
    return _file(desk, f"grades-{form}", ending, kind, text.encode())


@router.post("/exports/fill", include_in_schema=False)
def fill(
    request: Request,
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    file: UploadFile,
    platform: Annotated[str, Form()],
    challenge: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Shows what could not be filled in, before the file is taken along. Nothing of it stays here."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name[:100] or "the file"
    try:
        sheet = sheetfile.decoded(file.file.read(sheetfile.MAX_FILE + 1), name)
        found = _reading(desk, viewer, [challenge] if challenge else None)
        done = _filled(sheet, platform, found, elsewhere(desk.store, viewer.scope))
    except UsageError as error:
        raise HTTPException(422, str(error)) from None
    note(desk, request, viewer, "exported", f"{platform}, {done.cells} grades")
    packed = base64.b64encode(zlib.compress(done.file.text().encode(), 9)).decode()
    return show(
        request, viewer, "filled.html", done=done, name=name, platform=platform, packed=packed,
        problems=done.problems[:TOLD], more=max(0, len(done.problems) - TOLD),
    )  # fmt: skip


@router.post("/exports/filled", include_in_schema=False)
def filled(
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    packed: Annotated[str, Form()],
    platform: Annotated[str, Form()] = "",
) -> Response:
    """The file that `fill` has shown, which its page brings along: so no process has to remember it."""
    try:
        inflate = zlib.decompressobj()
        content = inflate.decompress(base64.b64decode(str(packed), validate=True), 2 * sheetfile.MAX_FILE)
    except (ValueError, zlib.error):
        raise HTTPException(400, "This is not what the page before had. Upload the file once more.") from None
    return _file(desk, f"grades-{'moodle' if platform == 'moodle' else 'canvas'}-filled", "csv", CSV, content)


def _filled(sheet: sheetfile.SheetFile, platform: str, found: Reading, others: list[Student]) -> Filled:
    """Whose row it is, the whole roster says: a namesake of another section has a row of their own in the file."""
    if platform == "canvas":
        return canvas.fill(sheet, found.sheets, found.challenges, found.policy, others)
    if platform == "moodle":
        return moodle.fill(sheet, found.sheets, found.challenges, found.policy, found.max_points, others)
    raise UsageError(f"There is no platform {platform!r}. There are: canvas, moodle.")


def _reading(desk: Desk, viewer: Viewer, challenges: list[str] | None) -> Reading:
    wanted = [id for id in challenges or [] if id]
    unknown = [id for id in wanted if id not in desk.titles]
    if unknown:
        raise HTTPException(404, f"There is no challenge {unknown[0]!r}. There are: {', '.join(desk.titles)}.")
    chosen = [c for c in desk.challenges if not wanted or c.id in wanted]
    return Reading(ScopedRecords(desk.store, viewer.scope), chosen, desk.policy)


def _file(desk: Desk, name: str, ending: str, kind: str, content: bytes) -> Response:
    """To be kept, not to be shown."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{desk.clock():%Y-%m-%d}.{ending}"'}
    return Response(content, media_type=kind, headers=headers)
