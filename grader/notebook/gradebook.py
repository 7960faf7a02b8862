"""nbgrader's gradebook, as far as it is about challenges: which submissions it has, and what it says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from grader.challenge import Challenge
from grader.errors import UsageError
from grader.notebook import reports
from grader.notebook.course import CONFIG
from grader.notebook.preprocessor import challenge_of
from grader.report import Report


@dataclass(frozen=True)
class Standing:
    """One submitted notebook of a challenge."""

    student: str
    challenge: Challenge
    at: datetime | None  # when it was handed in, aware, UTC
    place: Path  # of its report
    report: Report | None  # with the points that were given by hand; None: it was not graded by us
    by_hand: bool  # some of its points were


def course_at(folder: Path) -> Any:
    """nbgrader's CourseDirectory. Raises UsageError where there is none, or no gradebook."""
    try:
        config = PyFileConfigLoader(CONFIG, path=str(folder)).load_config()
    except ConfigFileNotFound:
        raise UsageError(
            f"{folder}: no {CONFIG} here. `grader notebook build {folder}` makes a course folder."
        ) from None
    except Exception as error:
        raise UsageError(f"{folder / CONFIG}: cannot be loaded: {type(error).__name__}: {error}") from error
    course = CourseDirectory(config=config)
    if "root" not in config.CourseDirectory:
        course.root = str(folder.absolute())
    database = course.db_url.removeprefix("sqlite:///")
    if database != course.db_url and not Path(database).exists():
        raise UsageError(f"{database}: no such gradebook. `nbgrader generate_assignment '*'` in {folder} makes it.")
    return course


def gradebook_of(course: Any) -> Any:
    """A context manager."""
    return Gradebook(course.db_url, course.course_id)


def standings(gradebook: Any, course: Any) -> Iterator[Standing]:
    """All submitted notebooks of challenges. Raises UsageError where a report cannot be read."""
    for assignment in gradebook.assignments:
        for submission in assignment.submissions:
            for notebook in submission.notebooks:
                if challenge := challenge_of(assignment.name, notebook.name):
                    yield _standing(course, submission, notebook, challenge)


def _standing(course: Any, submission: Any, notebook: Any, challenge: Challenge) -> Standing:
    student = str(submission.student.id)
    place = reports.path(course, student, submission.assignment.name, notebook.name)
    grades = {grade.name: grade for grade in notebook.grades}
    report = reports.read(place)
    given = {id: points for id, grade in grades.items() if (points := _by_hand(grade))}
    if report is not None:
        report = reports.with_scores(report, given)
    at = submission.timestamp
    return Standing(student, challenge, at.replace(tzinfo=UTC) if at else None, place, report, bool(given))


def _by_hand(grade: Any) -> reports.ByHand | None:
    if grade.manual_score is None and not grade.extra_credit:
        return None
    return reports.ByHand(float(grade.score), float(grade.max_score))
