"""Who sends: a token that the course gave out, the identity of a job in CI, or the key of a signed report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import HTTPException, Request

from grader.classroom import identity
from grader.classroom.identity import Refused, Trust, Unavailable, Verifier
from grader.classroom.store.people import senders
from grader.classroom.store.store import Store

NOT_ACCEPTED = "The token was not accepted. Ask your course for one, and whether it is this dashboard's."
NO_TOKEN = "Nobody could tell whose report this is: send it with the token that your course gave you, or signed."
UNKNOWN_KEY = "The key that signed this report is not known here. Give its public half (`.pub`) to your course."
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_BEARER = re.compile(r"bearer +([!-~]{1,16384}) *", re.IGNORECASE)


@dataclass(frozen=True)
class Sender:
    name: str  # within whose keys an Idempotency-Key is read
    student: str
    provenance: str  # ci, signed, local
    by: str  # for people


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def bearer(request: Request) -> str | None:
    """The token; None where there is no such header. Raises HTTPException 401."""
    given = request.headers.get("Authorization")
    if given is None:
        return None
    found = _BEARER.fullmatch(given)
    if found is None:
        raise unknown(NOT_ACCEPTED)
    return found[1]


def looks_like_identity(token: str) -> bool:
    """Is it a JSON Web Token? A course's own have no dots."""
    return _JWT.fullmatch(token) is not None


def unknown(says: str) -> HTTPException:
    return HTTPException(401, says, {"WWW-Authenticate": "Bearer"})


class Senders:
    """Looks senders up in the store, each time anew: one that was ended is ended at once. From several threads."""

    def __init__(self, store: Store, audience: str) -> None:
        """`audience` is the dashboard's address: identity tokens have to be made out to it."""
        self._store, self._audience = store, audience
        self._verifier: tuple[Any, Verifier] = ((), Verifier([], store))

    def of_token(self, token: str) -> Sender:
        """Raises HTTPException 401."""
        row = self._one("token", sha256(token.encode()))
        if row is None:
            raise unknown(NOT_ACCEPTED)
        return Sender(f"token {row.id}", row.student, "local", row.label or f"token {row.id}")

    def of_key(self, fingerprint: str) -> Sender | None:
        row = self._one("key", fingerprint)
        return row and Sender(f"key {row.id}", row.student, "signed", fingerprint)

    def of_job(self, token: str, body_sha256: str) -> Sender:
        """The job's identity token is good for this body alone. Raises HTTPException 401, 503."""
        try:
            job = self._current().verify(token, purpose=body_sha256)
        except Refused:
            raise unknown(NOT_ACCEPTED) from None
        except Unavailable as why:
            raise HTTPException(503, f"{why}. Come again later.", {"Retry-After": "10"}) from None
        by = f"{job.repository}, run {job.run_id}, commit {job.sha[:12]}"
        return Sender(f"repository {job.issuer} {job.repository_id}", job.student, "ci", by)

    def _one(self, kind: str, value: str) -> Any:
        rows = self._store.read(_good().where(senders.c.kind == kind, senders.c.value == value))
        return rows[0] if rows else None

    def _current(self) -> Verifier:
        """One for the repositories and workflows of now. It keeps issuers' keys as long as those stay the same."""
        rows = self._store.read(_good().where(senders.c.kind.in_(("repository", "workflow"))).order_by(senders.c.id))
        seen = tuple(tuple(row) for row in rows)
        if seen != self._verifier[0]:
            self._verifier = seen, Verifier(trusts(rows, self._audience), self._store)
        return self._verifier[1]


def _good() -> sa.Select[Any]:
    columns = (senders.c.id, senders.c.kind, senders.c.issuer, senders.c.value, senders.c.student, senders.c.label)
    return sa.select(*columns).where(senders.c.ended_at.is_(None))


def trusts(rows: Sequence[Any], audience: str) -> list[Trust]:
    """What is asked of the jobs of each issuer that has a repository and a workflow of the teacher's."""
    made = []
    for issuer in sorted({row.issuer for row in rows}):
        theirs = [row for row in rows if row.issuer == issuer]
        workflows = [row.value for row in theirs if row.kind == "workflow"]
        repositories = {row.value: row.student for row in theirs if row.kind == "repository"}
        if workflows and repositories:
            more = {} if issuer == "github" else {"instance": issuer}
            platform = identity.github if issuer == "github" else identity.gitlab
            made.append(platform(audience=audience, workflows=workflows, repositories=repositories, **more))
    return made
