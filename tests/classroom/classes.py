"""Attempts, as a store would give them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from grader.classroom.model import Attempt

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST, SECOND, THIRD = "01-inspect-a-chunk", "02-prove-include-usage", "03-stream-then-validate"
POINTS = {FIRST: 10.0, SECOND: 20.0, THIRD: 10.0}


def attempt(
    student: str,
    challenge: str = FIRST,
    points: float = 10.0,
    *,
    day: float | None = None,
    number: int = 1,
    status: str = "",
    diagnosis: str | None = None,
    out_of: float | None = None,
    graded_day: float = 50.0,
    source: str = "",
) -> Attempt:
    """`day` is when it was handed in, counted from the first of November; None: nothing says it."""
    most = POINTS[challenge] if out_of is None else out_of
    return Attempt(
        student=student,
        challenge=challenge,
        submission_sha256=hashlib.sha256((source or f"{student} {challenge} {number}").encode()).hexdigest(),
        at=None if day is None else START + timedelta(days=day),
        graded_at=START + timedelta(days=graded_day),
        points=points,
        max_points=most,
        status=status or ("pass" if points == most else "fail"),
        diagnosis=diagnosis,
        tier="plain",
        kit_version="0.1.0",
        seed=7,
        number=number,
    )
