"""Who may send reports: tokens for students, public keys, repositories and workflows of CI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from grader.classroom.export.cells import table
from grader.dashboard.access.gates import Instructor
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.ingest.trusting import GITHUB, Refused, Register
from grader.dashboard.reading import senders as reading
from grader.dashboard.web import link, show

router = APIRouter(include_in_schema=False)
Given = Annotated[str, Form()]
TheDesk = Annotated[Desk, Depends(desk_of)]


@router.get("/senders")
def senders(
    request: Request, viewer: Instructor, desk: TheDesk,
    kind: str = "", text: str = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:  # fmt: skip
    kind = kind if kind in reading.KINDS else ""
    return _page(request, viewer, desk, kind=kind, text=text, page=page)


@router.post("/senders/token")
def token(request: Request, viewer: Instructor, desk: TheDesk, student: Given = "") -> HTMLResponse:
    """Answers with the page itself: the token is shown once, and is in no address."""
    found = reading.one_student(desk.store, student.strip())
    if found is None:
        said = f"{student or 'Nobody'}: is no student of this class. Put them into the roster first."
        return _page(request, viewer, desk, refused=said)
    made = Register(desk, request, viewer).tokens([found])
    return _page(request, viewer, desk, made=(found.id, made[found.id]))


@router.post("/senders/tokens.csv")
def tokens(request: Request, viewer: Instructor, desk: TheDesk) -> Response:
    """A token for each student who has none: to be sent by whatever the course sends its mail with."""
    found = reading.without_token(desk.store)
    made = Register(desk, request, viewer).tokens(found)
    rows = [(one.id, one.name, one.email, one.section, made[one.id]) for one in found]
    text = table(("id", "name", "email", "section", "token"), rows)
    return Response(text, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="tokens.csv"'})


@router.post("/senders/key")
def key(request: Request, viewer: Instructor, desk: TheDesk, student: Given = "", key: Given = "") -> Response:
    return _added(request, viewer, desk, "key", lambda register: register.key(student.strip(), key))


@router.post("/senders/repositories")
def repositories(
    request: Request, viewer: Instructor, desk: TheDesk, platform: Given = GITHUB, lines: Given = ""
) -> Response:
    return _added(request, viewer, desk, "repository", lambda register: register.repositories(platform, lines))


@router.post("/senders/workflow")
def workflow(
    request: Request, viewer: Instructor, desk: TheDesk, platform: Given = GITHUB, workflow: Given = ""
) -> Response:
    return _added(request, viewer, desk, "workflow", lambda register: register.workflow(platform, workflow))


@router.post("/senders/{id}/end")
def end(request: Request, viewer: Instructor, desk: TheDesk, id: Annotated[int, Path(ge=1, lt=2**62)]) -> Response:
    Register(desk, request, viewer).end(id)
    return RedirectResponse("/senders", 303)


def _added(request: Request, viewer: Instructor, desk: Desk, kind: str, add: Callable[[Register], object]) -> Response:
    """The senders of that kind, with the new one among them; or the page again, which says why not."""
    try:
        add(Register(desk, request, viewer))
    except Refused as why:
        return _page(request, viewer, desk, refused=str(why))
    return RedirectResponse(link("/senders", kind=kind), 303)


def _page(
    request: Request, viewer: Instructor, desk: Desk, *, kind: str = "", text: str = "", page: int = 1,
    made: tuple[str, str] | None = None, refused: str = "",
) -> HTMLResponse:  # fmt: skip
    found, count = reading.some_senders(desk.store, kind=kind, text=text, page=page)
    return show(
        request, viewer, "senders.html", status=422 if refused else 200, senders=found, count=count, page=page,
        size=reading.SIZE, kind=kind, text=text, kinds=reading.KINDS, counts=reading.counts(desk.store),
        without=len(reading.without_token(desk.store)), made=made, refused=refused,
    )  # fmt: skip
