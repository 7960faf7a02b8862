"""Some of the class send their reports themselves, signed or with a token: these are taken in as any that is sent.

The keys are made for it and forgotten; what they vouch for is what a key can: that whoever has it sent this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader import signing
from grader.classroom.model import Student
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk
from grader.dashboard.ingest.intake import Intake
from grader.dashboard.ingest.looking import looked_at
from grader.dashboard.ingest.trusting import Register
from grader.dashboard.ingest.writer import Delivery
from grader.report import Report

Send = Callable[[str], None]  # takes a report as JSON
EVERY = 12  # of the students one signs, and another has a token


def who_sends(students: Sequence[Student]) -> dict[str, str]:
    """By id: `key` or `token`. The others' submissions are collected and graded by the course."""
    kinds = {EVERY // 3: "key", EVERY // 2: "token"}
    return {s.id: kinds[i % EVERY] for i, s in enumerate(students) if i % EVERY in kinds}


class Senders:
    """Those of `who_sends`, each with a key or token of their own. Close it: a thread writes."""

    def __init__(self, desk: Desk, kinds: dict[str, str]) -> None:
        self._kinds = kinds
        self._intake = Intake(replace(desk, settings=replace(desk.settings, read_only=False)))
        self._register = Register(desk, None, Viewer(Role.instructor, "the demonstration"))
        self._ways: dict[str, Send] = {}

    def close(self) -> None:
        self._intake.close()

    def __contains__(self, student: str) -> bool:
        return student in self._kinds

    def send(self, student: str, report: str) -> None:
        """A report as JSON. It is recorded when this returns."""
        if student not in self._ways:
            self._ways[student] = self._signing(student) if self._kinds[student] == "key" else self._bearing(student)
        self._ways[student](report)

    def _signing(self, student: str) -> Send:
        key = Ed25519PrivateKey.generate()
        self._register.key(student, signing.fingerprint(key.public_key().public_bytes_raw()))
        return lambda report: self._take(signing.sign(Report.model_validate_json(report), key), None)

    def _bearing(self, student: str) -> Send:
        token = self._register.tokens([Student(student)])[student]
        return lambda report: self._take(report, token)

    def _take(self, body: str, token: str | None) -> None:
        content = body.encode()
        looked = looked_at(content, self._intake.sheet)
        sender = None if token is None else self._intake.senders.of_token(token)
        made = self._intake.delivery(looked, looked.body_sha256, sender or self._intake.signer(content))
        if isinstance(made, Delivery):
            self._intake.writer.submit(made).result()
