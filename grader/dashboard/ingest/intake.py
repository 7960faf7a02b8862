"""Takes reports in: who sends it, is it sound, what of it is believed; then the writer has it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from anyio import CapacityLimiter
from fastapi import HTTPException, Request

from grader.classroom.model import Unseen
from grader.classroom.store.graded import clean
from grader.classroom.store.people import received
from grader.classroom.store.schema import handed, reports
from grader.dashboard.access.address import network
from grader.dashboard.access.audit import address_of
from grader.dashboard.access.gates import READ_ONLY
from grader.dashboard.desk import Desk
from grader.dashboard.ingest import arriving
from grader.dashboard.ingest.believed import NotOfThisCourse, Received, Sheet, TooMany, believed
from grader.dashboard.ingest.metrics import Metrics
from grader.dashboard.ingest.opening import Opened, claimed, opened
from grader.dashboard.ingest.rate import Crowded, Rate, Room
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
from grader.report import ChallengeReport

REPORTS_AT_ONCE, REPORTS_A_SECOND = 60, 1.0  # of one sender
REFUSED_AT_ONCE, REFUSED_A_SECOND = 60, 1.0  # of one address: a whole class may sit behind it
OPENED_AT_ONCE, ASKING_AT_ONCE = 3, 4
UNDER_WAY = 16  # requests of one sender, or of one address that nobody is known from yet: 128 MiB at the most
MOST_REPORTS = 2000  # that a student may have sent of a challenge: each costs more to count than the one before
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
        # Threads of their own, so that pages have theirs: a report of 8 MiB is 150 MiB while it is opened, and who asks
        # an issuer for its keys may wait.
        self.opening, self.asking = CapacityLimiter(OPENED_AT_ONCE), CapacityLimiter(ASKING_AT_ONCE)
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
            sender = self._in_measure(self.senders.of_token(token))
            request.state.sender = sender
            return token, sender
        if wait := self.refusals.wait(_network(request), takes=0):
            raise arriving.too_often(wait)
        return token, None

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

    def job(self, token: str, body: bytes) -> Sender:
        """The job of CI whose identity this is; it may have to be asked for its issuer's keys. Raises HTTPException."""
        return self._in_measure(self.senders.of_job(token, sha256(body)))

    def delivery(self, body: bytes, key: str, sender: Sender | None) -> Delivery | Answer:
        """What is to be written; or the answer, where it is of this course no more. Without a sender the report has to
        be signed. Raises HTTPException."""
        body_sha256 = sha256(body)
        signer = sender or self._signer(claimed(body))  # before anything that takes long
        found = opened(body)
        sender = self._agreeing(sender or self._in_measure(signer), found)
        try:
            return self._made(sender, key, body_sha256, found)
        except NotOfThisCourse as why:  # not any more, if it was taken before
            was = self._before(sender, key, body_sha256)
            if was is None:
                raise HTTPException(why.status, str(why)) from None
            return was

    def _before(self, sender: Sender, key: str, body_sha256: str) -> Answer | None:
        select = sa.select(received.c.body_sha256, received.c.answer)
        rows = self.desk.store.read(select.where(received.c.sender == sender.name, received.c.key == key))
        return before(body_sha256, rows[0].body_sha256, json.loads(rows[0].answer)) if rows else None

    def _signer(self, fingerprint: str | None) -> Sender:
        """Raises HTTPException 401."""
        if fingerprint is None:
            raise unknown(NO_TOKEN)
        sender = self.senders.of_key(fingerprint)
        if sender is None:
            raise unknown(UNKNOWN_KEY)
        return sender

    def _agreeing(self, sender: Sender, found: Opened) -> Sender:
        """Who sends and who signed must be the same student. Raises HTTPException 403."""
        if found.fingerprint is None:
            return sender
        signer = self.senders.of_key(found.fingerprint)
        if signer is None or signer.student != sender.student:
            raise HTTPException(403, NOT_YOURS)
        if sender.provenance == "ci":
            return sender
        return Sender(sender.name, sender.student, signer.provenance, signer.by)

    def _made(self, sender: Sender, key: str, body_sha256: str, found: Opened) -> Delivery:
        """Raises NotOfThisCourse."""
        self._has_room(sender.student, [challenge.id for challenge in found.report.challenges])
        gradings = believed(
            found.report, self.sheet,
            student=sender.student, provenance=sender.provenance, by=sender.by, digest=body_sha256,
        )  # fmt: skip
        for graded in gradings:
            assert graded.columns  # packed here, not while the database waits
        at = self.desk.clock()
        unseen = [self._unseen(graded, sender, at) for graded in gradings]
        answer = {
            "message": _message([graded.said.challenges[0] for graded in gradings if graded.said]),
            "url": self.desk.settings.address + student_link(sender.student),
        }
        return Delivery(sender, key, body_sha256, gradings, unseen, answer, at)

    def _has_room(self, student: str, challenges: Sequence[str]) -> None:
        """Raises TooMany where as many reports of a challenge are kept of a student as anybody may send."""
        select = (
            sa.select(handed.c.challenge)
            .join_from(handed, reports)
            .where(handed.c.student == clean(student), handed.c.challenge.in_(challenges))
            .where(reports.c.provenance != "server")
            .group_by(handed.c.challenge)
            .having(sa.func.count() >= MOST_REPORTS)
        )
        if full := self.desk.store.read(select.limit(1)):
            raise TooMany(
                f"{full[0].challenge}: {MOST_REPORTS} reports of yours are kept already, and no more are taken. "
                "Talk to your course."
            )

    def _unseen(self, graded: Received, sender: Sender, at: Any) -> Unseen:
        file = self.sheet.known[graded.challenge].file
        return Unseen(graded.student, graded.challenge, graded.sha256, file, at, f"sent by {sender.by}")


def _network(request: Request) -> str:
    return network(address_of(request))


def _message(challenges: Sequence[ChallengeReport]) -> str:
    """For the sender: what the dashboard makes of it."""
    if len(challenges) == 1:
        one = challenges[0]
        return f"{one.id}: {DONE[one.status]}, {one.points:g} of {one.max_points:g} points."
    passed = sum(one.status == "pass" for one in challenges)
    points, most = sum(one.points for one in challenges), sum(one.max_points for one in challenges)
    return f"{len(challenges)} challenges, {passed} passed, {points:g} of {most:g} points."
