"""Small things that all processes on a database share, in its table `settings`."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from itsdangerous import BadSignature, URLSafeSerializer

from grader.classroom.store.schema import settings
from grader.classroom.store.sql import insert
from grader.dashboard.desk import Desk

SECRET = "dashboard-secret"


def get(desk: Desk, name: str) -> str | None:
    rows = desk.store.read(sa.select(settings.c.value).where(settings.c.name == name))
    return str(rows[0][0]) if rows else None


def put(connection: sa.Connection, name: str, value: str, *, anew: bool = True) -> None:
    """Keeps a value; with `anew` false only where there is none."""
    new = insert(connection, settings).values(name=name, value=value)
    if anew:
        connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
    else:
        connection.execute(new.on_conflict_do_nothing())


def secret(desk: Desk) -> str:
    """What links are signed with. Drawn once; not the class's own, from which seeds are made."""
    known = get(desk, SECRET)
    if known is None:
        desk.store.write(lambda connection: put(connection, SECRET, secrets.token_urlsafe(32), anew=False))
        known = get(desk, SECRET)
    assert known is not None
    return known


class Signer:
    """Makes tokens for addresses. Anybody can read what is in one; nobody but us can make one. `what` says what for."""

    def __init__(self, desk: Desk, what: str) -> None:
        with_sha256 = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._serializer = URLSafeSerializer(secret(desk), salt=what, signer_kwargs=with_sha256)

    def signed(self, value: Any) -> str:
        """`value` is plain JSON."""
        return str(self._serializer.dumps(value))

    def unsigned(self, token: str) -> Any:
        """What was signed; None where this is no token of ours."""
        try:
            return self._serializer.loads(token)
        except BadSignature:
            return None
