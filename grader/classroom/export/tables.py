"""All attempts, a row each (long); all students, a row each (wide); all grades, a JSON object each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from grader.classroom.export.cells import cell, table
from grader.classroom.model import Attempt, Student
from grader.classroom.policy import Grade, Policy, Sheet, days_late

LONG = (
    "student", "name", "email", "section", "challenge", "attempt", "handed_in", "graded", "points", "max_points",
    "status", "diagnosis", "days_late", "counts", "grade", "kit_version", "seed", "isolation", "submission_sha256",
    "provenance",
)  # fmt: skip

Attempts = Mapping[tuple[str, str], Sequence[Attempt]]


def long(sheets: Sequence[Sheet], attempts: Attempts, policy: Policy) -> str:
    """CSV, a row an attempt. `counts` says which one is the grade, and `grade` what it is worth by the policy."""
    return table(LONG, _long_rows(sheets, attempts, policy))


def _long_rows(sheets: Sequence[Sheet], attempts: Attempts, policy: Policy) -> Iterator[list[object]]:
    for sheet in sheets:
        who = sheet.student
        for challenge, grade in sheet.grades.items():
            deadline, grace = policy.deadline(who.id, challenge), policy.of(challenge).grace
            for each in attempts.get((who.id, challenge), ()):
                mine = grade.attempt == each
                late = days_late(each.at, deadline, grace)
                yield [
                    *_who(who), challenge, each.number, each.at, each.graded_at, each.points, each.max_points,
                    each.status, each.diagnosis, late, mine, grade.points if mine else None, each.kit_version,
                    str(each.seed), each.tier, each.submission_sha256, each.provenance,
                ]  # fmt: skip


def wide(sheets: Sequence[Sheet]) -> str:
    """CSV, a row a student: the points of each challenge, empty where nothing was handed in, and the total."""
    challenges = list(sheets[0].grades) if sheets else []
    columns = ["student", "name", "email", "section", *challenges, "total", "out_of"]
    rows = (
        [*_who(s.student), *(g.points if g.attempt else None for g in s.grades.values()), s.total, s.out_of]
        for s in sheets
    )
    return table(columns, rows)


def lines(sheets: Sequence[Sheet], attempts: Attempts) -> str:
    """JSON lines, an object for each student and challenge, with all attempts. Texts stay as they are."""
    found = (
        _object(sheet.student, grade, attempts.get((sheet.student.id, challenge), ()))
        for sheet in sheets
        for challenge, grade in sheet.grades.items()
    )
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found)


def _object(student: Student, grade: Grade, attempts: Sequence[Attempt]) -> dict[str, object]:
    return {
        "schema": "grader/grade/v1",
        "student": student.id,
        "name": student.name,
        "email": student.email,
        "section": student.section,
        "challenge": grade.challenge,
        "points": round(grade.points, 2) if grade.attempt else None,
        "max_points": grade.max_points,
        "attempt": grade.attempt.number if grade.attempt else None,
        "days_late": grade.days_late,
        "free_days": grade.free_days,
        "attempts": [_attempt(each) for each in attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, object]:
    return {
        "attempt": attempt.number,
        "handed_in": _time(attempt.at),
        "graded": _time(attempt.graded_at),
        "points": attempt.points,
        "max_points": attempt.max_points,
        "status": attempt.status,
        "diagnosis": attempt.diagnosis,
        "kit_version": attempt.kit_version,
        "seed": attempt.seed,
        "isolation": attempt.tier,
        "submission_sha256": attempt.submission_sha256,
        "provenance": attempt.provenance,
    }


def _time(at: datetime | None) -> str | None:
    return cell(at) or None


def _who(student: Student) -> list[object]:
    return [student.id, student.name, student.email, student.section]
