"""What the class is made of. Data alone: who reads files, grades or stores is somewhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

# Where a report comes from, the most trusted first: graded by us, by a job of CI's that vouches for itself, by somebody
# who signed it, by somebody with a token. Who has the grader and the machine can write what they like.
PROVENANCE = ("server", "ci", "signed", "local")


@dataclass(frozen=True)
class Student:
    """One student. `id` is what folders, the store and the exports call them; the rest may be unknown."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True)
class Handed:
    """One file that a student handed in for one challenge."""

    student: str  # Student.id
    challenge: str  # the full id: 01-inspect-a-chunk
    name: str  # the file's name, as it was handed in
    source: bytes
    at: datetime | None  # when it was handed in, aware, UTC; None: nothing says it
    origin: str  # where it was found, for messages

    @cached_property
    def sha256(self) -> str:
        """Of the file's bytes, in hex."""
        return hashlib.sha256(self.source).hexdigest()


@dataclass(frozen=True)
class Unseen:
    """What a student handed in somewhere else: its hash is known, by a report, and its bytes are not."""

    student: str
    challenge: str
    sha256: str  # of the file's bytes, in hex
    name: str
    at: datetime | None
    origin: str


@dataclass(frozen=True)
class Problem:
    """Something that could not be taken in. `message` says what was expected, and what to do next."""

    student: str | None  # None: nobody's in particular
    where: str  # the file, folder, line or entry
    message: str


@dataclass(frozen=True)
class Gathered:
    """All that was found in a folder of submissions. What was not readable is a problem, and the rest is here."""

    students: list[Student]
    handed: list[Handed]
    problems: list[Problem]


@dataclass(frozen=True)
class Attempt:
    """One stored grading of one submission: what policies, statistics and exports are made from."""

    student: str  # Student.id
    challenge: str  # the full id
    submission_sha256: str
    at: datetime | None  # when it was handed in, aware, UTC; None: nothing says it
    graded_at: datetime  # aware, UTC
    points: float
    max_points: float
    status: str  # pass, fail, error, not-started: as the report has it
    diagnosis: str | None  # the first failing check's; None where it passed
    tier: str  # the isolation that the report names
    kit_version: str
    seed: int
    number: int  # 1, 2, …: this student's for this challenge, by `at`, then `graded_at`
    provenance: str = "server"  # whose word it is: one of PROVENANCE
