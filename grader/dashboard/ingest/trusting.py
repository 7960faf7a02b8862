"""Whom a dashboard takes reports from: tokens, public keys, and jobs in CI. Each change is in the audit log.

A token is shown to whoever made it, once; kept is its hash.
"""

from __future__ import annotations

import base64
import binascii
import csv
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from fastapi import Request

from grader import signing
from grader.classroom.model import Student
from grader.classroom.store.people import audit, senders
from grader.classroom.store.schema import students
from grader.classroom.store.sql import AT_ONCE, batches
from grader.dashboard.access.audit import entry
from grader.dashboard.access.viewer import Viewer
from grader.dashboard.desk import Desk
from grader.dashboard.ingest.senders import sha256
from grader.errors import UsageError
from grader.submitting.address import dashboard

GITHUB = "github"
TOKEN_BYTES = 20
MOST_LINES = 10_000
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_WORKFLOW = re.compile(r"[^\s@]+/[^\s@]+@\S+")

Row = dict[str, Any]


class Refused(Exception):
    """What was filled in is not what was expected. The message says what to do."""


class Register:
    """For one request of an instructor's."""

    def __init__(self, desk: Desk, request: Request | None, viewer: Viewer) -> None:
        self._desk, self._request, self._viewer = desk, request, viewer

    def tokens(self, whose: Sequence[Student]) -> dict[str, str]:
        """A new token for each, by the student's id."""
        made = {student.id: secrets.token_hex(TOKEN_BYTES) for student in whose}
        rows = [self._row("token", sha256(token.encode()), id) for id, token in made.items()]
        about = whose[0].id if len(whose) == 1 else f"{len(whose)} students"
        self._add(rows, "tokens-made", about)
        return made

    def key(self, student: str, text: str) -> None:
        """Raises Refused."""
        fingerprint = fingerprint_in(text)
        self._add([self._row("key", fingerprint, self._known([student])[0])], "key-added", f"{student}: {fingerprint}")

    def repositories(self, platform: str, text: str) -> int:
        """From lines of a repository's id and a student's; gives how many. Raises Refused, and nothing is added."""
        issuer, pairs = issuer_in(platform), pairs_in(text)
        self._known([student for _, student in pairs])
        rows = [self._row("repository", id, student, issuer) for id, student in pairs]
        self._add(rows, "repositories-added", f"{issuer}: {len(pairs)}")
        return len(pairs)

    def workflow(self, platform: str, text: str) -> None:
        """Raises Refused."""
        issuer, workflow = issuer_in(platform), text.strip()
        if not _WORKFLOW.fullmatch(workflow):
            raise Refused(
                f"{workflow or 'Nothing'}: expected a workflow with its ref, such as "
                "OWNER/KIT/.github/workflows/submit.yml@refs/tags/v1."
            )
        self._add([self._row("workflow", workflow, None, issuer)], "workflow-added", f"{issuer}: {workflow}")

    def end(self, id: int) -> None:
        """It is no sender from now on. What it sent stays."""

        def end(connection: sa.Connection) -> None:
            its = (senders.c.id == id, senders.c.ended_at.is_(None))
            found = connection.execute(sa.select(senders).where(*its)).first()
            if found is not None:
                connection.execute(senders.update().where(*its).values(ended_at=self._desk.clock()))
                what = f"{found.student or found.issuer}: {_named(found)}"
                connection.execute(audit.insert().values(self._entry(f"{found.kind}-ended", what)))

        self._desk.store.write(end)

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _row(self, kind: str, value: str, student: str | None, issuer: str = "") -> Row:
        at, by = self._desk.clock(), self._viewer.name
        return {
            "kind": kind, "issuer": issuer, "value": value, "student": student, "made_at": at, "made_by": by,
            "ended_at": None,
        }  # fmt: skip

    def _known(self, ids: Sequence[str]) -> Sequence[str]:
        """Raises Refused where one is no student's."""
        known = {row.id for row in self._desk.store.read(sa.select(students.c.id))}
        for id in ids:
            if id not in known:
                raise Refused(f"{id or 'Nobody'}: is no student of this class. Put them into the roster first.")
        return ids

    def _add(self, rows: Sequence[Row], what: str, about: str) -> None:
        """Raises Refused where one is somebody else's."""

        def add(connection: sa.Connection) -> None:
            for some in batches(rows, AT_ONCE):
                _put(connection, some)
            connection.execute(audit.insert().values(self._entry(what, about)))

        if rows:
            self._desk.store.write(add)

    def _entry(self, what: str, about: str) -> Row:
        return entry(self._desk, self._request, self._viewer, what, about)


def _put(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """What was ended may be somebody else's now."""
    place = (senders.c.kind, senders.c.issuer, senders.c.value)
    wanted = [(row["kind"], row["issuer"], row["value"]) for row in rows]
    found = connection.execute(sa.select(senders).where(sa.tuple_(*place).in_(wanted)))
    known = {(row.kind, row.issuer, row.value): row for row in found}
    for row, key in zip(rows, wanted, strict=True):
        was = known.get(key)
        if was is not None and was.ended_at is None and was.student != row["student"]:
            raise Refused(f"{row['value']}: is {was.student}'s already. End that first, if it changes hands.")
    connection.execute(senders.delete().where(senders.c.id.in_([row.id for row in known.values() if row.ended_at])))
    new = {key: row for row, key in zip(rows, wanted, strict=True) if key not in known or known[key].ended_at}
    if new:
        connection.execute(senders.insert(), list(new.values()))


def _named(sender: Any) -> str:
    """A token has no name that would say anything."""
    return f"token {sender.id}" if sender.kind == "token" else str(sender.value)


# -- what was filled in -----------------------------------------------------------------------------------------------


def fingerprint_in(text: str) -> str:
    """Of a public key: PEM, its 32 bytes in base64, or its fingerprint. Raises Refused."""
    text = text.strip()
    if _FINGERPRINT.fullmatch(text):
        return text
    if "-----BEGIN" in text:
        try:
            return signing.fingerprint(signing.public_key_in(text.encode(), "The key"))
        except UsageError as why:
            raise Refused(str(why)) from None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise Refused("Expected a public key: what is in `course.key.pub`, or its fingerprint, SHA256:….")
    return signing.fingerprint(key)


def issuer_in(platform: str) -> str:
    """`github`, or a GitLab's address. Raises Refused."""
    if platform.strip().lower() == GITHUB:
        return GITHUB
    try:
        return dashboard(platform)
    except UsageError:
        raise Refused(f"{platform}: expected github, or the address of a GitLab, https://gitlab.com.") from None


def pairs_in(text: str) -> list[tuple[str, str]]:
    """Lines of a repository's id and a student's. Raises Refused naming the line."""
    found: dict[str, str] = {}
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise Refused(f"There are more than {MOST_LINES} lines. Paste fewer at a time.")
    for number, cells in enumerate(_cells(lines), 1):
        if not any(cells) or (number == 1 and cells[0].lower() in ("id", "repository", "repository_id")):
            continue
        if len(cells) != 2 or not cells[0].isascii() or not cells[0].isdigit() or not cells[1]:
            raise Refused(f"Line {number}: expected a repository's id, a comma and a student's id: 4711,ada.")
        if found.setdefault(cells[0], cells[1]) != cells[1]:
            raise Refused(f"Line {number}: repository {cells[0]} is {found[cells[0]]}'s in a line before.")
    if not found:
        raise Refused("There is no line of a repository's id, a comma and a student's id: 4711,ada.")
    return list(found.items())


def _cells(lines: Iterable[str]) -> Iterable[list[str]]:
    try:
        return [[cell.strip() for cell in cells] for cells in csv.reader(lines)]
    except csv.Error as why:
        raise Refused(f"This is no CSV: {why}.") from None
