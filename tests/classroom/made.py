"""Students, submissions and reports as the tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from grader.classroom.model import Handed
from grader.classroom.store.graded import Graded
from grader.report import ChallengeReport, CheckReport, Isolation, Kit, Report

INSPECT, ITERATE = "01-inspect-a-chunk", "02-iterate-the-stream"
KIT, POLICY = "0.1.0+abc", "per-student"


def handed(student: str = "ada", source: bytes = b"x = 1\n", *, challenge: str = INSPECT, at: Any = None) -> Handed:
    return Handed(student, challenge, "inspect_chunk.py", source, at, f"sub/{student}")


def at(hour: int) -> datetime:
    return datetime(2026, 11, 20, hour, tzinfo=UTC)


def report(one: Handed, points: float = 5, *, status: str = "", diagnosis: str | None = None, seed: int = 7) -> Report:
    """Two checks: one of 2 points that passes, one of 3 that has the rest."""
    status = status or ("pass" if points == 5 else "fail")
    second: Any = {"pass": "pass", "error": "error"}.get(status, "fail")
    checks = [
        CheckReport(id="prints", title="prints", status="pass", points=2, max_points=2),
        CheckReport(id="ends", title="ends", status=second, points=points - 2, max_points=3, diagnosis=diagnosis),
    ]
    challenge = ChallengeReport.of(one.challenge, "Title", one.sha256, checks, [])
    return Report(
        schema="grader/result/v1",
        kit=Kit(version="0.1.0", challenges_sha256="c" * 64),
        seed=seed,
        isolation=Isolation(tier="forked", missing=[]),
        started="2026-11-20T12:00:00Z",
        duration_s=0.25,
        points=points,
        max_points=5,
        status="pass" if status == "pass" else "error" if status == "error" else "fail",
        challenges=[challenge],
    )


def graded(one: Handed, points: float = 5, *, kit: str = KIT, number: int = 0, **more: Any) -> Graded:
    made = report(one, points, **more).to_json()
    return Graded(one.student, one.challenge, one.sha256, kit, POLICY, number, made)
