"""Accounts: logging in, a new password, ending one; and the invitations that they are made by."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from fastapi import HTTPException, Request
from sqlalchemy.exc import IntegrityError

from grader.classroom.store.people import accounts, audit, invitations, sessions
from grader.dashboard.access import passwords
from grader.dashboard.access.address import network
from grader.dashboard.access.audit import address_of, entry, note
from grader.dashboard.access.knocking import forgive, knock
from grader.dashboard.access.makers import goes_on
from grader.dashboard.access.sessions import Whose, end_all, hashed
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk

INVITED_FOR = timedelta(hours=24)
KNOWN_FOR = timedelta(days=30)
FROM_ONE_ADDRESS = 20  # tries within a quarter of an hour that fail; a course may share one address
FOR_ONE_LOGIN = 60  # from all addresses together
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
RESERVED = ("nobody", "visitor", "operator")  # the history has them
LOGIN_SHAPE = (
    "A login is made of letters from a to z, digits, and . _ @ + -, at most 64; it begins with a letter or digit."
)
NOT_SO = "Login or password is wrong."
GONE = "This link is not good any more: it was used, or is older than a day. Ask whoever sent it for a new one."
LAST = "This is the last instructor's account. Invite another instructor first."


@dataclass(frozen=True)
class Invited:
    role: Role
    section: str


def log_in(desk: Desk, request: Request, login: str, password: str) -> tuple[Viewer, Whose] | None:
    """Whose account it is; None where login and password do not fit. Raises HTTPException 429 after too many tries."""
    login = login.strip().casefold()
    counted = knock(desk, _doors(desk, login, address_of(request)))
    rows = desk.store.read(sa.select(accounts).where(accounts.c.login == login, accounts.c.ended_at.is_(None)))
    account = rows[0] if rows else None
    if not passwords.holds(account.password if account else None, password) or account is None:
        note(desk, request, None, "login-refused", login[:64])
        return None
    forgive(desk, counted)
    if passwords.outdated(account.password):
        _keep_password(desk, account, passwords.hashed(password))
    viewer = Viewer(Role(account.role), account.login, account.section)
    note(desk, request, viewer, "login")
    return viewer, Whose(account=account.id)


def _doors(desk: Desk, login: str, address: str) -> dict[str, int]:
    """Where a try is counted. A stranger cannot lock an account for whom it belongs to: what others try at other
    addresses does not hold up the one from which its owner has logged in before."""
    doors = {f"login from {network(address)}": FROM_ONE_ADDRESS}
    since = desk.clock() - KNOWN_FOR
    here = (audit.c.who == login, audit.c.what == "login", audit.c.address == address, audit.c.at > since)
    if not desk.store.read(sa.select(audit.c.id).where(*here).limit(1)):
        doors[f"login as {login[:64]}"] = FOR_ONE_LOGIN
    return doors


def _keep_password(desk: Desk, account: Any, new: str) -> None:
    mine = (accounts.c.id == account.id, accounts.c.password == account.password)
    desk.store.write(lambda connection: connection.execute(accounts.update().where(*mine).values(password=new)))


def change_password(desk: Desk, request: Request, viewer: Viewer, old: str, new: str) -> str:
    """Why not; empty where it is changed. Then all sessions of the account have ended. Raises HTTPException 429."""
    counted = knock(desk, {f"password of {viewer.name}": FROM_ONE_ADDRESS})
    (account,) = desk.store.read(sa.select(accounts).where(accounts.c.login == viewer.name))
    if not passwords.holds(account.password, old):
        return "This is not your password so far."
    forgive(desk, counted)
    if said := passwords.objection(new, viewer.name):
        return said
    row, to = entry(desk, request, viewer, "password-changed"), passwords.hashed(new)

    def change(connection: sa.Connection) -> None:
        connection.execute(accounts.update().where(accounts.c.id == account.id).values(password=to))
        end_all(connection, Whose(account=account.id))
        connection.execute(audit.insert().values(row))

    desk.store.write(change)
    return ""


def end(desk: Desk, request: Request, viewer: Viewer, id: int) -> None:
    """Ends an account, its sessions, and those that students' links have begun which it may have made.

    Raises HTTPException 404 where it is none, 409 for the last instructor.
    """
    now = desk.clock()

    def change(connection: sa.Connection) -> str | None:
        going_on = sa.select(accounts).where(accounts.c.ended_at.is_(None)).with_for_update()
        rows = {row.id: row for row in connection.execute(going_on)}
        if id not in rows:
            return None
        if [row.id for row in rows.values() if row.role == Role.instructor] == [id]:
            return LAST
        connection.execute(accounts.update().where(accounts.c.id == id).values(ended_at=now))
        end_all(connection, Whose(account=id))
        theirs = Viewer(Role(rows[id].role), rows[id].login, rows[id].section).scope
        by_link = sessions.c.student.is_not(None) & theirs.holds(sessions.c.student)
        connection.execute(sessions.delete().where(by_link))
        row = entry(desk, request, viewer, "account-ended", rows[id].login)
        connection.execute(audit.insert().values(row))
        return ""

    said = desk.store.write(change)
    if said is None:
        raise HTTPException(404, "There is no such account, or it has ended already.")
    if said:
        raise HTTPException(409, said)


# -- invitations ------------------------------------------------------------------------------------------------------


def invite(desk: Desk, request: Request | None, by: Viewer, role: Role, section: str = "") -> str:
    """The token of a link that is good once, for a day. It is nowhere else."""
    token, now = secrets.token_urlsafe(32), desk.clock()
    new = {
        "token_sha256": hashed(token), "role": role, "section": section, "made_by": by.name, "until": now + INVITED_FOR,
    }  # fmt: skip
    row = entry(desk, request, by, "invited", f"{role} of section {section}" if section else role)

    def add(connection: sa.Connection) -> None:
        connection.execute(invitations.insert().values(new))
        connection.execute(audit.insert().values(row))

    desk.store.write(add)
    return token


def invited(desk: Desk, token: str) -> Invited | None:
    """What an invitation is for; None where it is not good, or not any more."""
    rows = desk.store.read(sa.select(invitations).where(*_good(desk, token)))
    return Invited(Role(rows[0].role), rows[0].section) if rows else None


def join(desk: Desk, request: Request, token: str, login: str, password: str) -> tuple[Whose | None, str]:
    """The account that was made, or why there is none. Raises HTTPException 404 where the invitation is not good."""
    login = login.strip().casefold()
    invitation = invited(desk, token)
    if invitation is None:
        raise HTTPException(404, GONE)
    if not LOGIN.fullmatch(login) or login in RESERVED:
        return None, LOGIN_SHAPE
    if said := passwords.objection(password, login):
        return None, said
    now, kept = desk.clock(), passwords.hashed(password)
    viewer = Viewer(invitation.role, login, invitation.section)
    new = {
        "login": login, "password": kept, "role": invitation.role, "section": invitation.section, "made_at": now,
    }  # fmt: skip

    def make(connection: sa.Connection) -> int | None:
        used = connection.execute(invitations.update().where(*_good(desk, token)).values(used_at=now))
        if used.rowcount != 1:
            return None
        id = connection.execute(accounts.insert().values(new).returning(accounts.c.id)).scalar_one()
        connection.execute(audit.insert().values(entry(desk, request, viewer, "account-made", invitation.role)))
        return int(id)

    try:
        id = desk.store.write(make)
    except IntegrityError:
        return None, "Somebody has this login already. Choose another one."
    if id is None:
        raise HTTPException(404, GONE)
    return Whose(account=id), ""


def withdraw(desk: Desk, request: Request, viewer: Viewer, token_sha256: str) -> None:
    """Ends an invitation that nobody has used."""
    row = entry(desk, request, viewer, "invitation-withdrawn")

    def change(connection: sa.Connection) -> None:
        one = (invitations.c.token_sha256 == token_sha256, invitations.c.used_at.is_(None))
        if connection.execute(invitations.delete().where(*one)).rowcount:
            connection.execute(audit.insert().values(row))

    desk.store.write(change)


def instructors(desk: Desk) -> int:
    """How many accounts of instructors there are."""
    of = (accounts.c.role == Role.instructor, accounts.c.ended_at.is_(None))
    return int(desk.store.read(sa.select(sa.func.count()).select_from(accounts).where(*of))[0][0])


def _good(desk: Desk, token: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        invitations.c.token_sha256 == hashed(token), invitations.c.used_at.is_(None),
        invitations.c.until > desk.clock(), goes_on(invitations.c.made_by),
    )  # fmt: skip
