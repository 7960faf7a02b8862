"""Classes as the dashboard meets them: a small one, whose programs are really graded, and a large one, made of such.

Everything in them ends at NOON, which is what the tests' dashboards take for the present.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from grader.challenge import Challenge
from grader.classroom.model import PROVENANCE, Handed, Student, Unseen
from grader.classroom.store.graded import Graded
from grader.classroom.store.store import Store
from grader.grading import Work, grade
from grader.session import Session
from tests import kept
from tests.corpus import SUBMISSIONS, challenges

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
FIRST, SECOND = "01-inspect-a-chunk", "02-prove-include-usage"
POLICY = "fixed:7"

SCRIPT = "<script>alert(1)</script>"
RTL = "שירה/\u202ecohen"  # with a mark that turns what follows around
FORMULA = '=HYPERLINK("http://x","y")'
QUOTED = 'o\'hara & "co"'

STUDENTS = [
    Student("ada", "Ada Lovelace", "ada@school.example", "A"),
    Student("ben", "Ben <b>Bold</b>", "ben@school.example", "A"),
    Student("cem", "Cem Demir", "cem@school.example", "A"),
    Student("dee", "Dee", "", "A"),
    Student("eli", "Eli Ünal", "eli@school.example", "A"),
    Student(QUOTED, "Fay O'Hara", "", "A"),
    Student("gus", "Gus", "gus@school.example", "B"),
    Student("hal", "Hal \x1b[31mred\x1b[0m", "hal@school.example", "B"),
    Student(SCRIPT, "<img src=x onerror=alert(2)>", "\"><script>alert(3)</script>", "B"),
    Student(RTL, "שירה כהן", "", "B"),
    Student(FORMULA, "=1+1", "+1@school.example", "B"),
    Student("zoe", "Zoe Idle", "zoe@school.example", "B"),
]  # fmt: skip

# Wrong, and full of what a page must not take for its own.
MARKUP = """\
# <script>alert("code")</script> \u202e turned around \u202c \x1b[31mred\x1b[0m </pre></code></details>
import json
import tempfile

import requests


def inspect_stream(prompt: str) -> dict:
    print("<script>alert('printed')</script> \\x1b[2J \\u202e {{ 7777 * 7777 }}", flush=True)
    return {"text": "<img src=x onerror=alert('text')>", "deltas": [], "finish_reason": "</script>"}
"""

# By name: the challenge, and a file of its corpus, a program, or None for the solution.
PROGRAMS: dict[str, tuple[str, str | None]] = {
    "right": (FIRST, None),
    "buffers": (FIRST, "buffers-body--list-of-lines.py"),
    "strips": (FIRST, "alters-pieces--strips-each.py"),
    "loses": (FIRST, "finish-reason-lost--only-stop.py"),
    "markup": (FIRST, MARKUP),
    "untouched": (FIRST, ""),
    "right 2": (SECOND, None),
    "buffers 2": (SECOND, "buffers-body--list-of-stream.py"),
}


@dataclass(frozen=True)
class Program:
    """One that was graded. `report` is grader/result/v1 with that challenge alone."""

    challenge: str
    file: str
    source: bytes
    report: Mapping[str, Any]

    def copy(self, number: int) -> Program:
        """The same program in other bytes, and what its report would be."""
        source = self.source + f"\n# {number}\n".encode()
        (challenge,) = self.report["challenges"]
        challenge = {**challenge, "submission_sha256": hashlib.sha256(source).hexdigest()}
        return replace(self, source=source, report={**self.report, "challenges": [challenge]})

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()


@cache
def programs() -> dict[str, Program]:
    """All of PROGRAMS, graded by the first test process that asks, and kept for as long as what decides stays the same."""
    wanted = {name: (challenges()[id], _source(challenges()[id], what)) for name, (id, what) in PROGRAMS.items()}
    reports = kept.once("programs", [source for _, source in wanted.values()], lambda: _graded(wanted))
    return {name: Program(c.id, c.card.file, source, reports[name]) for name, (c, source) in wanted.items()}


def _graded(wanted: Mapping[str, tuple[Challenge, bytes]]) -> dict[str, Any]:
    found = {}
    with Session(["requests", "urllib", "openai", "pydantic"]) as session, tempfile.TemporaryDirectory() as folder:
        session.ready()
        for name, (challenge, source) in wanted.items():
            path = Path(folder) / challenge.card.file
            path.write_bytes(source)
            work = Work(challenge, challenge.submission(path))
            report = grade(session, challenge.kit, [work], seed=7, seed_given=True)
            assert report.status != "error", report
            found[name] = json.loads(report.to_json())
    return found


def _source(challenge: Challenge, what: str | None) -> bytes:
    if what is None:
        return challenge.solution.read_bytes()
    if what == "":
        return challenge.stub.read_bytes()
    return (SUBMISSIONS / challenge.id / "wrong" / what).read_bytes() if what.endswith(".py") else what.encode()


@dataclass(frozen=True)
class Sent:
    """One submission of somebody's. `days` before NOON; None: nothing says when it was handed in."""

    student: str
    program: Program
    days: float | None
    provenance: str = "server"
    seen: bool = True  # its bytes are there

    @property
    def at(self) -> datetime | None:
        return None if self.days is None else NOON - timedelta(days=self.days)


def history() -> Iterator[Sent]:
    """What the small class did, and who is in it.

    ada cleared a misconception; ben is stuck; cem passed at once, and has one open in the second challenge; dee handed
    in a stub; eli's report came from CI, without the code; QUOTED got better by and by; gus signed his; hal's second was a fault of
    ours; SCRIPT handed in markup, twice; RTL and FORMULA have their own word for it alone; zoe did nothing.
    """
    made = programs()
    yield Sent("ada", made["buffers"], 6)
    yield Sent("ada", made["right"], 5)
    yield Sent("ada", made["right 2"], 1)
    for number, days in enumerate((5, 4, 0.5)):
        yield Sent("ben", made["buffers"].copy(number), days)
    yield Sent("cem", made["right"], 4)
    yield Sent("cem", made["buffers 2"], 2)
    yield Sent("dee", made["untouched"], 3)
    yield Sent("eli", made["right"].copy(1), 2, "ci", seen=False)
    for number, (name, days) in enumerate((("strips", 4), ("loses", 3), ("right", 2))):
        yield Sent(QUOTED, made[name].copy(100 + number), days)
    yield Sent("gus", made["loses"], 3, "signed")
    yield Sent("gus", made["right"].copy(2), 1, "signed")
    yield Sent("hal", made["strips"], 2)
    yield Sent("hal", failed(made["strips"].copy(3)), 1)
    yield Sent(SCRIPT, made["markup"], 1)
    yield Sent(SCRIPT, made["markup"].copy(1), 0.25)
    yield Sent(RTL, made["strips"].copy(4), 1, "local")
    yield Sent(FORMULA, made["buffers 2"].copy(5), None, "local", seen=False)


def failed(program: Program) -> Program:
    """As if the grader had broken down over it."""
    (challenge,) = program.report["challenges"]
    checks = [{**check, "status": "error", "points": 0, "diagnosis": None} for check in challenge["checks"][:1]]
    challenge = {**challenge, "status": "error", "points": 0, "diagnosis": None, "checks": checks, "runs": []}
    return replace(program, report={**program.report, "status": "error", "points": 0, "challenges": [challenge]})


def small_class(store: Store) -> None:
    """Twelve students, two sections, and all that a page has to cope with."""
    sent = list(history())
    store.enroll(STUDENTS)
    store.hand_in(
        Handed(s.student, s.program.challenge, s.program.file, s.program.source, s.at, f"sub/{s.student}")
        for s in sent
        if s.seen
    )
    store.hand_in_unseen(
        Unseen(s.student, s.program.challenge, s.program.sha256, s.program.file, s.at, "sent")
        for s in sent
        if not s.seen
    )
    for provenance in PROVENANCE:
        sitting = store.begin("grade" if provenance == "server" else "receive", policy=POLICY, kit="0.1.0", who="tess")
        store.record_all(sitting, [_of(s) for s in sent if s.provenance == provenance])


def _of(sent: Sent) -> Graded:
    program = sent.program
    by = "" if sent.provenance == "server" else f"{sent.provenance} of {sent.student}"
    return Graded(
        sent.student, program.challenge, program.sha256, f"0.1.0+{program.challenge}", POLICY, 0,
        json.dumps(program.report), sent.provenance, by,
    )  # fmt: skip
