"""Takes reports in: who sends it, is it sound, what of it is believed; then the writer has it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from anyio import CapacityLimiter
from fastapi import HTTPException, Request

from grader.classroom.model import Unseen
from grader.classroom.pool import processors
from grader.classroom.store.people import received
from grader.dashboard.access.address import network
from grader.dashboard.access.audit import address_of
from grader.dashboard.access.gates import READ_ONLY
from grader.dashboard.desk import Desk
from grader.dashboard.ingest import arriving
from grader.dashboard.ingest.believed import Believed, Received, Sheet, as_sent
from grader.dashboard.ingest.looking import Looked
from grader.dashboard.ingest.metrics import Metrics
from grader.dashboard.ingest.opening import claimed
from grader.dashboard.ingest.rate import Crowded, Rate, Room
from grader.dashboard.ingest.readers import Readers
from grader.dashboard.ingest.regrading import Regrader
from grader.dashboard.ingest.senders import (
    NO_TOKEN,
    UNKNOWN_KEY,
    Sender,
    Senders,
    bearer,
    looks_like_identity,
    sha256,
    unknown,
)
from grader.dashboard.ingest.writer import Answer, Delivery, Writer, before
from grader.dashboard.reading.queue import queue_state
from grader.dashboard.web import student_link

REPORTS_AT_ONCE, REPORTS_A_SECOND = 60, 1.0  # of one sender
REFUSED_AT_ONCE, REFUSED_A_SECOND = 60, 1.0  # of one address: a whole class may sit behind it
ASKING_AT_ONCE = 4
UNDER_WAY = 16  # requests of one sender, or of one address that nobody is known from yet: 128 MiB at the most
NOT_YOURS = (
    "The report is signed with a key of somebody else's, or of nobody's here. Send it unsigned, or ask your course."
)
DONE = {
    "pass": "passed",
    "fail": "not passed yet",
    "error": "not graded, by a fault of the grader's",
    "not-started": "not begun",
}


class Intake:
    """What a dashboard has for taking reports in. One for an application; from several threads."""

    def __init__(self, desk: Desk) -> None:
        settings = desk.settings
        self.desk = desk
        self.senders = Senders(desk.store, settings.address)
        self.reports = Rate(REPORTS_AT_ONCE, REPORTS_A_SECOND)
        self.refusals = Rate(REFUSED_AT_ONCE, REFUSED_A_SECOND)
        self.under_way = Room(UNDER_WAY)
        self.asking = CapacityLimiter(ASKING_AT_ONCE)  # threads of their own: who asks an issuer for its keys may wait
        self.readers = Readers(lambda: self.sheet, processors() if processors() > 1 else 0)
        self.metrics = Metrics(self)
        self.regrader = Regrader(desk) if settings.regrade and not settings.read_only else None

    @cached_property
    def sheet(self) -> Sheet:
        return Sheet(self.desk.kit, self.desk.challenges)

    @cached_property
    def writer(self) -> Writer:
        together = "\n".join(f"{id} {known.kit}" for id, known in sorted(self.sheet.known.items()))
        kit = hashlib.sha256(together.encode()).hexdigest()
        return Writer(self.desk.store, kit, regrade=self.desk.settings.regrade)

    def start(self) -> None:
        """What takes time is done before the first report comes."""
        if not self.desk.settings.read_only:
            assert self.sheet
        if self.regrader is not None:
            self.regrader.start()

    def close(self) -> None:
        self.readers.close()
        if "writer" in vars(self):
            self.writer.close()
        if self.regrader is not None:
            self.regrader.close()

    @property
    def depth(self) -> int:
        """Requests that wait for the database."""
        return self.writer.depth if "writer" in vars(self) else 0

    def queue_counts(self) -> dict[str, int]:
        """Of submissions that are to be graded here, by state."""
        return queue_state(self.desk.store).counts

    # -- before the body is read --------------------------------------------------------------------------------------

    def token(self, request: Request) -> tuple[str | None, Sender | None]:
        """The token, and whose it is; None where only the body tells. Raises HTTPException 401, 403, 429."""
        if self.desk.settings.read_only:
            raise HTTPException(403, READ_ONLY)
        token = bearer(request)
        if token is not None and not looks_like_identity(token):
            request.state.sender = sender = self.senders.of_token(token)
            return token, self._in_measure(sender)
        if wait := self.refusals.wait(_network(request), takes=0):
            raise arriving.too_often(wait)
        return token, None

    def remembered(self, request: Request) -> tuple[str | None, Sender | None] | None:
        """As `token`, without asking the database: the writer does, for all that it writes at a time. Whatever else is
        answered, `senders.check` comes first. None where it is not known. Raises HTTPException 401, 429."""
        token = None if self.desk.settings.read_only else bearer(request)
        sender = None if token is None else self.senders.remembered(token)
        if token is None or sender is None:
            return None
        request.state.sender = sender
        return token, self._in_measure(sender)

    @contextmanager
    def room(self, request: Request, sender: Sender | None) -> Iterator[None]:
        """While a body is read and looked at. Raises HTTPException 429."""
        try:
            with self.under_way.entered(_network(request) if sender is None else sender.name):
                yield
        except Crowded:
            raise arriving.too_often(1) from None

    def refused(self, request: Request, error: HTTPException) -> HTTPException:
        """What is answered. Who is not known must not keep us busy; who is has a measure of their own."""
        stranger = getattr(request.state, "sender", None) is None
        if stranger and error.status_code in (400, 401, 403, 408, 413, 422):
            wait = self.refusals.wait(_network(request))
            error = arriving.too_often(wait) if wait else error
        self.metrics.refused(error.status_code)
        return error

    def _in_measure(self, sender: Sender) -> Sender:
        if wait := self.reports.wait(sender.name):
            raise arriving.too_often(wait)
        return sender

    # -- with the body ------------------------------------------------------------------------------------------------

    def of_body(self, token: str | None, body: bytes) -> Sender:
        """Of a body that comes with no token of the course's: the job of CI whose identity came with it, which may mean
        to ask its issuer for keys; else whose key it says that it is signed with. Raises HTTPException."""
        if token is not None:
            return self._in_measure(self.senders.of_job(token, sha256(body)))
        return self.signer(body)

    def signer(self, body: bytes) -> Sender:
        """Whose key it says that it is signed with, looked up before anything that takes long. Raises HTTPException."""
        fingerprint = claimed(body)
        if fingerprint is None:
            raise unknown(NO_TOKEN)
        sender = self.senders.of_key(fingerprint)
        if sender is None:
            raise unknown(UNKNOWN_KEY)
        return sender

    def delivery(self, looked: Looked, key: str, sender: Sender) -> Delivery | Answer:
        """What is to be written; or the answer, where it is of this course no more. Raises HTTPException."""
        if sender.provenance == "signed":  # now that they are known to have the key
            self._in_measure(sender)
        sender = self._agreeing(sender, looked)
        if not looked.refusal:
            return self._made(sender, key, looked)
        self.senders.check(sender)
        was = self._before(sender, key, looked.body_sha256)  # not of this course any more, if it was taken before
        if was is None:
            raise HTTPException(422, looked.refusal)
        return was

    def _before(self, sender: Sender, key: str, body_sha256: str) -> Answer | None:
        select = sa.select(received.c.body_sha256, received.c.answer)
        rows = self.desk.store.read(select.where(received.c.sender == sender.name, received.c.key == key))
        return before(body_sha256, rows[0].body_sha256, json.loads(rows[0].answer)) if rows else None

    def _agreeing(self, sender: Sender, looked: Looked) -> Sender:
        """Who sends and who signed must be the same student. Raises HTTPException 403."""
        if looked.fingerprint is None:
            return sender
        signer = self.senders.of_key(looked.fingerprint)
        if signer is None or signer.student != sender.student:
            raise HTTPException(403, NOT_YOURS)
        if sender.provenance == "ci":
            return sender
        return replace(sender, provenance=signer.provenance, by=signer.by)

    def _made(self, sender: Sender, key: str, looked: Looked) -> Delivery:
        gradings = [
            as_sent(one, student=sender.student, provenance=sender.provenance, by=sender.by, digest=looked.body_sha256)
            for one in looked.believed
        ]
        at = self.desk.clock()
        unseen = [self._unseen(graded, sender, at) for graded in gradings]
        answer = {
            "message": _message(looked.believed),
            "url": self.desk.settings.address + student_link(sender.student),
        }
        return Delivery(sender, key, looked.body_sha256, gradings, unseen, answer, at)

    def _unseen(self, graded: Received, sender: Sender, at: Any) -> Unseen:
        file = self.sheet.known[graded.challenge].file
        return Unseen(graded.student, graded.challenge, graded.sha256, file, at, f"sent by {sender.by}")


def _network(request: Request) -> str:
    return network(address_of(request))


def _message(challenges: Sequence[Believed]) -> str:
    """For the sender: what the dashboard makes of it."""
    points, most = (sum(one.columns[name] for one in challenges) for name in ("points", "max_points"))
    of_all = f"{points:g} of {most:g} points."
    if len(challenges) == 1:
        return f"{challenges[0].challenge}: {DONE[challenges[0].status]}, {of_all}"
    passed = sum(one.status == "pass" for one in challenges)
    return f"{len(challenges)} challenges, {passed} passed, {of_all}"
