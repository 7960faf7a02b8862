"""Scores between nbgrader's gradebook and the class's database, both ways.

First what the gradebook says comes into the database: reports of autograding, with the points given by hand. Then what
the database says, and the gradebook does not know, goes there: a regrading's verdict on the same code, or what a
student handed in elsewhere. Called twice, the second time changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.challenge import Challenge, find_kit, load_all
from grader.classroom.conduct import who
from grader.classroom.model import Attempt, Handed
from grader.classroom.store.graded import Graded, Key, kit_of
from grader.classroom.store.store import Store
from grader.errors import UsageError
from grader.grading import fingerprint
from grader.notebook import reports
from grader.notebook.course import notebook_path
from grader.notebook.gradebook import Standing, gradebook_of, standings
from grader.notebook.preprocessor import POLICY
from grader.report import Report


@dataclass
class Moved:
    """What `sync` did, as `student · challenge: points`."""

    to_database: list[str] = field(default_factory=list)
    to_gradebook: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # what could not be moved, and why


def sync(course: Any, store: Store) -> Moved:
    """Moves what is new. `course` is nbgrader's CourseDirectory. Raises UsageError where a report cannot be read."""
    moved = Moved()
    with gradebook_of(course) as gradebook:
        there = list(standings(gradebook, course))
        _to_database(there, store, moved)
        _to_gradebook(gradebook, course, there, store, moved)
    return moved


# -- from the gradebook ----------------------------------------------------------------------------------------------


def _to_database(there: list[Standing], store: Store, moved: Moved) -> None:
    sitting: int | None = None
    all_of_kit = fingerprint(find_kit())
    for one in there:
        if one.report is None:
            moved.left.append(f"{one.student} · {one.challenge.id}: it has no report of ours. Autograde it.")
            continue
        try:
            source = reports.source(one.place)
        except UsageError as error:
            moved.left.append(f"{one.student} · {one.challenge.id}: {error}")
            continue
        key = (one.student, one.challenge.id, hashlib.sha256(source).hexdigest())
        if key[2] != one.report.challenges[0].submission_sha256:
            moved.left.append(f"{one.student} · {one.challenge.id}: the report is of other code. Autograde it again.")
            continue
        if one.report.status == "error" or _is_known(one, one.report, store.all_reports(key)):
            continue
        store.hand_in([Handed(*key[:2], f"{one.place.stem}.ipynb", source, one.at, str(one.place))])
        if sitting is None:
            sitting = store.begin("grade", policy=POLICY, kit=all_of_kit, who=who())
        kit = _kit_of(one.challenge, one.report, all_of_kit)
        number = store.known().next_number(key, kit, POLICY)
        store.record(sitting, Graded(*key, kit, POLICY, number, one.report.model_dump_json(by_alias=True)))
        moved.to_database.append(_said(one.student, one.report))


def _is_known(one: Standing, report: Report, recorded: list[tuple[str, str]]) -> bool:
    """Whether it was recorded, and nothing else has come from the gradebook since; or is older than what was."""
    known = [(policy, Report.model_validate(json.loads(each))) for policy, each in recorded]
    if not one.by_hand and any(other.started > report.started for _, other in known):
        return all(policy != POLICY for policy, _ in known[-1:])  # else points by hand were taken back
    same = [i for i, (_, other) in enumerate(known) if _essence(other) == _essence(report)]
    return bool(same) and all(policy != POLICY for policy, _ in known[same[-1] + 1 :])


def _essence(report: Report) -> tuple[Any, ...]:
    (challenge,) = report.challenges
    return report.seed, report.started, [(check.id, check.status, check.points) for check in challenge.checks]


def _kit_of(challenge: Challenge, report: Report, all_of_kit: str) -> str:
    """What decided the verdict; of an older kit no more is known than its hash over all challenges."""
    if report.kit.challenges_sha256 == all_of_kit:
        return kit_of(challenge)
    return f"{report.kit.version}+{report.kit.challenges_sha256[:16]}"


# -- from the database -----------------------------------------------------------------------------------------------


def _to_gradebook(gradebook: Any, course: Any, there: list[Standing], store: Store, moved: Moved) -> None:
    known = {(one.student, one.challenge.id): one for one in there}
    released = {assignment.name: assignment for assignment in gradebook.assignments}
    for challenge in load_all(find_kit()):
        if challenge.id not in released:
            continue
        for student, attempts in _by_student(store, challenge.id):
            one = known.get((student, challenge.id))
            key = _counts(one, attempts)
            if key is None:
                continue
            newest = store.all_reports(key)[-1:]
            if not newest or newest[0][0] == POLICY:
                continue  # it came from the gradebook
            report = Report.model_validate(json.loads(newest[0][1]))
            if report.status != "error" and _put(gradebook, course, challenge, student, one, report, store, moved):
                moved.to_gradebook.append(_said(student, report))


def _by_student(store: Store, challenge: str) -> Iterator[tuple[str, list[Attempt]]]:
    by_student: dict[str, list[Attempt]] = {}
    for attempt in store.attempts(challenge=challenge):
        by_student.setdefault(attempt.student, []).append(attempt)
    yield from by_student.items()


def _counts(one: Standing | None, attempts: list[Attempt]) -> Key | None:
    """A score in the gradebook is about the notebook there; who has handed in none there gets their best attempt."""
    if one is not None:
        if one.report is None:
            return None
        sha256 = one.report.challenges[0].submission_sha256
        return next((_key(a) for a in attempts if a.submission_sha256 == sha256), None)
    return _key(max(attempts, key=lambda a: (a.points, a.number)))


def _key(attempt: Attempt) -> Key:
    return attempt.student, attempt.challenge, attempt.submission_sha256


def _put(
    gradebook: Any,
    course: Any,
    challenge: Challenge,
    student: str,
    one: Standing | None,
    report: Report,
    store: Store,
    moved: Moved,
) -> bool:
    """Whether anything of it was new."""
    notebook = Path(notebook_path(challenge)).stem
    (told,) = report.challenges
    if one is None:
        names = {cell.name for cell in gradebook.find_notebook(notebook, challenge.id).grade_cells}
        if names != {check.id for check in told.checks}:
            moved.left.append(f"{student} · {challenge.id}: its checks are not the gradebook's. Build and release it.")
            return False
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(challenge.id, student)
    changed = one is None
    for check in told.checks:
        grade = gradebook.find_grade(check.id, notebook, challenge.id, student)
        score = grade.max_score * check.points / check.max_points if check.max_points else 0.0
        if grade.auto_score is None or round(grade.auto_score - score, 6):
            grade.auto_score, changed = score, True
        if grade.manual_score is None:
            grade.needs_manual_grade = False
    gradebook.db.commit()
    place = reports.path(course, student, challenge.id, notebook)
    source = store.source(told.submission_sha256)
    if source is not None and (
        changed or one is None or one.report is None or _essence(one.report) != _essence(report)
    ):
        reports.write(place, report, source)
    return changed


def _is_other(there: Report | None, report: Report) -> bool:
    return there is None or _essence(there)[:2] != _essence(report)[:2]


def _said(student: str, report: Report) -> str:
    (challenge,) = report.challenges
    return f"{student} · {challenge.id}: {challenge.points:g} of {challenge.max_points:g}"
