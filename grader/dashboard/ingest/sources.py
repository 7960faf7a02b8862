"""The file that a report is about, where it is wanted: its bytes have to have the hash that the report named."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import HTTPException

from grader.classroom.store.people import queue, received
from grader.classroom.store.people import senders as senders_table
from grader.classroom.store.schema import handed, sources
from grader.dashboard.ingest.intake import Intake
from grader.dashboard.ingest.senders import NO_TOKEN, Sender, sha256, unknown

SAYS = {200: "It was here already.", 201: "It is kept with the report."}
NOT_NAMED = "No report of yours names a file with this hash. Send the report first, with the same Idempotency-Key."


@dataclass(frozen=True)
class Offer:
    key: str  # of the request with the report that names the file
    sha256: str  # that the file should have
    body: bytes
    token: str | None
    sender: Sender | None  # None: the report tells


def put(intake: Intake, offer: Offer) -> int:
    """Keeps the bytes: 201, or 200 where they are kept already. Raises HTTPException 401, 403, 422."""
    student = _student(intake, offer)
    of = (handed.c.student == student, handed.c.sha256 == offer.sha256)
    if not intake.desk.store.read(sa.select(handed.c.id).where(*of).limit(1)):
        raise HTTPException(403, NOT_NAMED)
    if sha256(offer.body) != offer.sha256:
        raise HTTPException(422, f"The bytes have another hash, {sha256(offer.body)}. Send the file that was graded.")
    new = intake.desk.store.write(lambda connection: _keep(connection, student, offer))
    if intake.regrader is not None:
        intake.regrader.wake()
    return 201 if new else 200


def _keep(connection: sa.Connection, student: str, offer: Offer) -> bool:
    """Who offers them has them: the program is theirs from now on. False where it was."""
    its = sources.c.sha256 == offer.sha256
    connection.execute(sources.update().where(its, sources.c.source.is_(None)).values(source=offer.body))
    theirs = sa.select(handed.c.id).where(handed.c.student == student, handed.c.sha256 == offer.sha256)
    waits = queue.update().where(queue.c.handed_id.in_(theirs), queue.c.state == "needs-source")
    connection.execute(waits.values(state="waiting"))
    given = handed.update().where(handed.c.id.in_(theirs), ~handed.c.has_bytes).values(has_bytes=True)
    return bool(connection.execute(given).rowcount)


def _student(intake: Intake, offer: Offer) -> str:
    """Whose file it is. An identity token may be the one that came with the report, and with nothing else."""
    if offer.sender is not None:
        return offer.sender.student
    select = sa.select(received.c.sender, received.c.body_sha256).where(received.c.key == offer.key)
    reports = intake.desk.store.read(select)
    if offer.token is not None:
        return intake.senders.of_job(offer.token, reports[0].body_sha256 if reports else "").student
    # Who knows the key has the report, which was signed; and what they offer has to be the bytes that it names.
    signed = [row.sender.split()[1] for row in reports if row.sender.startswith("key ")]
    good = (senders_table.c.kind == "key", senders_table.c.ended_at.is_(None))
    select = sa.select(senders_table.c.student).where(*good, senders_table.c.id.in_([int(id) for id in signed]))
    rows = intake.desk.store.read(select)
    if not rows:
        raise unknown(NO_TOKEN)
    return str(rows[0].student)
