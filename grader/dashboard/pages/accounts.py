"""Accounts: who may look at the class, invitations to it, and the links that students have."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from grader.dashboard.access import accounts
from grader.dashboard.access.gates import Instructor
from grader.dashboard.access.viewer import Role
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.enrolled import sections
from grader.dashboard.reading.people import all_accounts, open_invitations
from grader.dashboard.web import show

router = APIRouter(include_in_schema=False)
Given = Annotated[str, Form()]
TheDesk = Annotated[Desk, Depends(desk_of)]
NO_SECTION = "An assistant is of one section: say which. Nobody is in a section that is not written as in the roster."


@router.get("/accounts")
def list_accounts(request: Request, viewer: Instructor, desk: TheDesk) -> HTMLResponse:
    return _page(request, viewer, desk)


@router.post("/accounts/invite")
def invite(request: Request, viewer: Instructor, desk: TheDesk, role: Given = "", section: Given = "") -> HTMLResponse:
    """Answers with the page itself: the link is shown once, and is in no address."""
    if role not in (Role.instructor, Role.assistant):
        raise HTTPException(422, "An account is an instructor's or an assistant's. Choose one of them.")
    if role == Role.assistant and section not in sections(desk.store):
        raise HTTPException(422, NO_SECTION)
    wanted = section if role == Role.assistant else ""
    token = accounts.invite(desk, request, viewer, Role(role), wanted)
    return _page(request, viewer, desk, address=f"{desk.settings.address}/join/{token}", whose=(role, wanted))


@router.post("/accounts/withdraw")
def withdraw(request: Request, viewer: Instructor, desk: TheDesk, invitation: Given = "") -> Response:
    accounts.withdraw(desk, request, viewer, invitation)
    return RedirectResponse("/accounts", 303)


@router.post("/accounts/{id}/end")
def end(request: Request, viewer: Instructor, desk: TheDesk, id: int) -> Response:
    accounts.end(desk, request, viewer, id)
    return RedirectResponse("/accounts", 303)


def _page(
    request: Request, viewer: Instructor, desk: Desk, address: str = "", whose: tuple[str, str] = ("", "")
) -> HTMLResponse:
    return show(
        request, viewer, "accounts.html", accounts=all_accounts(desk.store), sections=sections(desk.store),
        invitations=open_invitations(desk.store, desk.clock()), address=address, whose=whose,
    )  # fmt: skip
