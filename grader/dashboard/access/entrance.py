"""The way in and out: logging in, joining by an invitation, a student's link, a new password, logging out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from grader.classroom.export.cells import table
from grader.dashboard.access import accounts, sessions
from grader.dashboard.access.audit import note
from grader.dashboard.access.bodies import SMALL
from grader.dashboard.access.gates import OPEN, READ_ONLY, Instructor, Known, Staff
from grader.dashboard.access.knocking import knock
from grader.dashboard.access.origin import from_our_page, our_path
from grader.dashboard.access.sessions import Whose
from grader.dashboard.access.student_links import NOT_GOOD, end_links, links_for, student_of
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.enrolled import enrolled
from grader.dashboard.web import show, student_link

router = APIRouter(include_in_schema=False)
NOT_HERE = "There is no such student, or they are not yours to see."
BY_LINK = 60  # times within a quarter of an hour that one student may come: each is a session, and a row of the history

Given = Annotated[str, Form()]
TheDesk = Annotated[Desk, Depends(desk_of)]


def changes(desk: TheDesk) -> None:
    """A dependency of what is open and changes something. Raises HTTPException 403 where nothing may be changed."""
    if desk.settings.read_only:
        raise HTTPException(403, READ_ONLY)


OPEN_FORM = (Depends(OPEN), Depends(changes), Depends(from_our_page))


@router.get("/login", dependencies=[Depends(OPEN)])
def login_page(request: Request, next: str = "/") -> Response:
    if sessions.viewer_of(request) is not None:
        return RedirectResponse(our_path(next), 303)
    return show(request, None, "login.html", next=our_path(next), said="", login="")


@router.post("/login", dependencies=OPEN_FORM, max_body_size=SMALL)
def log_in(request: Request, desk: TheDesk, login: Given = "", password: Given = "", next: Given = "/") -> Response:
    found = accounts.log_in(desk, request, login, password)
    if found is None:
        said = accounts.NOT_SO
        return show(request, None, "login.html", status=403, next=our_path(next), said=said, login=login[:64])
    return _as(desk, request, found[1], our_path(next))


@router.post("/logout")
def log_out(request: Request, viewer: Known, desk: TheDesk) -> Response:
    response = RedirectResponse("/login", 303)
    sessions.end(desk, request, response)
    note(desk, request, viewer, "logout")
    return response


@router.get("/join/{token}", dependencies=[Depends(OPEN)])
def join_page(request: Request, desk: TheDesk, token: str) -> Response:
    invited = accounts.invited(desk, token)
    if invited is None:
        raise HTTPException(404, accounts.GONE)
    return show(request, None, "join.html", invited=invited, said="", login="")


@router.post("/join/{token}", dependencies=OPEN_FORM, max_body_size=SMALL)
def join(
    request: Request, desk: TheDesk, token: str, login: Given = "", password: Given = "", again: Given = ""
) -> Response:
    invited = accounts.invited(desk, token)
    if invited is None:
        raise HTTPException(404, accounts.GONE)
    whose, said = None, "The two passwords are not the same."
    if password == again:
        whose, said = accounts.join(desk, request, token, login, password)
    if whose is None:
        return show(request, None, "join.html", status=422, invited=invited, said=said, login=login[:64])
    return _as(desk, request, whose, "/")


@router.get("/password")
def password_page(request: Request, viewer: Staff) -> Response:
    return show(request, viewer, "password.html", said="")


@router.post("/password", max_body_size=SMALL)
def change_password(
    request: Request, viewer: Staff, desk: TheDesk, old: Given = "", new: Given = "", again: Given = ""
) -> Response:
    said = "The two new passwords are not the same."
    if new == again:
        said = accounts.change_password(desk, request, viewer, old, new)
    if said:
        return show(request, viewer, "password.html", status=422, said=said)
    return RedirectResponse("/login", 303)  # all sessions have ended, this one too


# -- students ---------------------------------------------------------------------------------------------------------


@router.get("/me/{token}", dependencies=[Depends(OPEN)])
def come_by_link(request: Request, desk: TheDesk, token: str) -> Response:
    student = student_of(desk, token)
    if student is None:
        raise HTTPException(404, NOT_GOOD)
    viewer = sessions.viewer_of(request)
    if viewer is not None and viewer.staff:  # a link that somebody sent does not make them somebody else
        return RedirectResponse(student_link(student), 303)
    knock(desk, {f"link of {student}": BY_LINK})
    note(desk, request, Viewer(Role.student, student), "came-by-link")
    return _as(desk, request, Whose(student=student), student_link(student))


@router.post("/student/link")
def make_link(request: Request, viewer: Staff, desk: TheDesk, id: Given) -> Response:
    """Answers with the page itself: the link is in no address, no history and no log of ours."""
    if not enrolled(desk.store, viewer.scope, id):
        raise HTTPException(404, NOT_HERE)
    note(desk, request, viewer, "student-link-made", id)
    return show(request, viewer, "student_link.html", id=id, address=links_for(desk, [id], viewer)[id])


@router.post("/student/links/end")
def end_one(request: Request, viewer: Staff, desk: TheDesk, id: Given) -> Response:
    if not enrolled(desk.store, viewer.scope, id):
        raise HTTPException(404, NOT_HERE)
    end_links(desk, request, viewer, id)
    return RedirectResponse(student_link(id), 303)


@router.post("/students/links.csv")
def all_links(request: Request, viewer: Staff, desk: TheDesk) -> Response:
    """A row for each student that the viewer may see: to be sent by whatever the course sends its mail with."""
    who = enrolled(desk.store, viewer.scope)
    addresses = links_for(desk, [student.id for student in who], viewer)
    note(desk, request, viewer, "student-links-made", f"{len(who)} students")
    rows = [(s.id, s.name, s.email, s.section, addresses[s.id]) for s in who]
    named = {"Content-Disposition": 'attachment; filename="links.csv"'}
    return Response(table(("id", "name", "email", "section", "link"), rows), media_type="text/csv", headers=named)


@router.post("/students/links/end")
def end_every_link(request: Request, viewer: Instructor, desk: TheDesk) -> Response:
    end_links(desk, request, viewer)
    return RedirectResponse("/accounts", 303)


def _as(desk: Desk, request: Request, whose: Whose, to: str) -> Response:
    response = RedirectResponse(to, 303)
    sessions.begin(desk, request, response, whose)
    return response
