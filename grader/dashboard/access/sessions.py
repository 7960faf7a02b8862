"""Sessions: whose browser is it?

A session is a random token in a cookie, of which the database has the hash alone. It ends when it was not used for a
while, at the latest after half a day, by logging out, and with the account or the link that it came by.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from fastapi import Request, Response

from grader.classroom.store.people import accounts, sessions
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk

# NIST SP 800-63B-4, 2.2.3, for more than a password alone would ask for: an hour idle, a day in all.
IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
TOUCH = timedelta(minutes=1)  # how exactly it is known when a session was last used: not every look is a write
VISITOR = Viewer(Role.instructor, "visitor")


@dataclass(frozen=True)
class Whose:
    """An account's session, or that of a student who came by a link."""

    account: int | None = None
    student: str | None = None


def begin(desk: Desk, request: Request, response: Response, whose: Whose) -> None:
    """A new session, under a new token whatever the browser brought along; what it had before ends."""
    token, now = secrets.token_urlsafe(32), desk.clock()  # 256 bits
    row = {
        "token_sha256": hashed(token), "account_id": whose.account, "student": whose.student,
        "csrf": secrets.token_urlsafe(32), "made_at": now, "seen_at": now, "until": now + ABSOLUTE,
    }  # fmt: skip
    before = _token(request)

    def replace(connection: sa.Connection) -> None:
        ended = sessions.c.token_sha256.in_([hashed(before), row["token_sha256"]])  # itself: `write` may try again
        connection.execute(sessions.delete().where(ended | (sessions.c.until < now)))
        connection.execute(sessions.insert().values(row))

    desk.store.write(replace)
    response.set_cookie(cookie(desk), token, path="/", secure=desk.settings.secure, httponly=True, samesite="lax")


def end(desk: Desk, request: Request, response: Response) -> None:
    token = _token(request)
    if token:
        desk.store.write(lambda c: c.execute(sessions.delete().where(sessions.c.token_sha256 == hashed(token))))
    response.delete_cookie(cookie(desk), path="/", secure=desk.settings.secure, httponly=True, samesite="lax")


def end_all(connection: sa.Connection, whose: Whose) -> None:
    """For a transaction that changes a password, ends an account, or ends a student's links."""
    mine = sessions.c.student == whose.student if whose.account is None else sessions.c.account_id == whose.account
    connection.execute(sessions.delete().where(mine))


def viewer_of(request: Request) -> Viewer | None:
    """Who looks; None for nobody. May be asked again in the middle of a long answer: whether they still may."""
    desk: Desk = request.app.state.desk
    if desk.settings.read_only:
        return VISITOR
    token = _token(request)
    row = _found(desk, token) if token else None
    if row is None:
        return None
    if desk.clock() - row.seen_at > TOUCH:
        touched = sessions.update().where(sessions.c.token_sha256 == row.token_sha256).values(seen_at=desk.clock())
        desk.store.write(lambda connection: connection.execute(touched))
    if row.account_id is None:
        return Viewer(Role.student, row.student, csrf=row.csrf)
    return Viewer(Role(row.role), row.login, row.section, row.csrf)


def _found(desk: Desk, token: str) -> sa.Row[Any] | None:
    now = desk.clock()
    select = (
        sa.select(sessions, accounts.c.login, accounts.c.role, accounts.c.section)
        .join_from(sessions, accounts, isouter=True)
        .where(
            sessions.c.token_sha256 == hashed(token),
            sessions.c.until > now,
            sessions.c.seen_at > now - IDLE,
            accounts.c.ended_at.is_(None),
        )
    )
    rows = desk.store.read(select)
    return rows[0] if rows else None


def cookie(desk: Desk) -> str:
    """The cookie's name. `__Host-`: only we ourselves can have set it, by TLS (RFC 6265bis, 4.1.3.2)."""
    return "__Host-session" if desk.settings.secure else "session"


def hashed(token: str) -> str:
    """What the database has of a token. It is random, so no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _token(request: Request) -> str:
    desk: Desk = request.app.state.desk
    return request.cookies.get(cookie(desk), "")
