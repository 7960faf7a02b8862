"""Who sends: a token that the course gave out, the identity of a job in CI, or the key of a signed report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
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
MOST_REMEMBERED = 10_000  # tokens
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_BEARER = re.compile(r"bearer +([!-~]{1,16384}) *", re.IGNORECASE)


@dataclass(frozen=True)
class Sender:
    name: str  # within whose keys an Idempotency-Key is read; another's where a key or a repository changes hands
    student: str
    provenance: str  # ci, signed, local
    by: str  # for people
    token: str = ""  # the SHA-256 of the one that it came with, where it did: whoever writes looks whether it is good


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
    """Looks senders up in the store, each time anew: one that was ended is ended at once. From several threads.

    `remembered` does not look: what it gives is a guess, for whoever asks `still_good` before anything comes of it.
    """

    def __init__(self, store: Store, audience: str) -> None:
        """`audience` is the dashboard's address: identity tokens have to be made out to it."""
        self._store, self._audience = store, audience
        self._verifier: tuple[Any, Verifier] = ((), Verifier([], store))
        self._remembered: dict[str, Sender] = {}  # by the hash of a token that was good once

    def of_token(self, token: str) -> Sender:
        """Raises HTTPException 401."""
        hashed = sha256(token.encode())
        row = self._one("token", hashed)
        if row is None:
            self._remembered.pop(hashed, None)
            raise unknown(NOT_ACCEPTED)
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[hashed] = found = _bearer_of(row)
        return found

    def remembered(self, token: str) -> Sender | None:
        """Whose it was when it was last looked up."""
        return self._remembered.get(sha256(token.encode()))

    def check(self, sender: Sender) -> None:
        """Raises HTTPException 401 where its token is good no more."""
        if sender.token and not _the_same(self._store.read(_tokens([sender])), [sender]):
            self._remembered.pop(sender.token, None)
            raise unknown(NOT_ACCEPTED)

    def of_key(self, fingerprint: str) -> Sender | None:
        row = self._one("key", fingerprint)
        return row and Sender(f"key {row.id} of {row.student}", row.student, "signed", fingerprint)

    def of_job(self, token: str, body_sha256: str) -> Sender:
        """The job's identity token is good for this body alone. Raises HTTPException 401, 503."""
        try:
            job = self._current().verify(token, purpose=body_sha256)
        except Refused:
            raise unknown(NOT_ACCEPTED) from None
        except Unavailable as why:
            raise HTTPException(503, f"{why}. Come again later.", {"Retry-After": "10"}) from None
        by = f"{job.repository}, run {job.run_id}, commit {job.sha[:12]}"
        return Sender(f"repository {job.issuer} {job.repository_id} of {job.student}", job.student, "ci", by)

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


def still_good(connection: sa.Connection, several: Iterable[Sender]) -> set[str]:
    """The hashes of those of their tokens that are good, and theirs, as this transaction sees it."""
    asked = [one for one in several if one.token]
    return _the_same(connection.execute(_tokens(asked)).all(), asked) if asked else set()


def _tokens(several: Sequence[Sender]) -> sa.Select[Any]:
    return _good().where(senders.c.kind == "token", senders.c.value.in_(sorted({one.token for one in several})))


def _the_same(rows: Sequence[Any], several: Sequence[Sender]) -> set[str]:
    """A token's number, and a student, may have been given anew since they were looked up."""
    now = {row.value: (_bearer_of(row).name, row.student) for row in rows}
    other = {one.token for one in several if now.get(one.token) != (one.name, one.student)}
    return now.keys() - other


def _bearer_of(row: Any) -> Sender:
    return Sender(f"token {row.id}", row.student, "local", row.label or f"token {row.id}", row.value)


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
