"""nbgrader's autograding, out of band: this stands where nbgrader has `Execute`.

The solution cells are graded as any submission is, in processes of their own, confined, while nothing of the notebook
is executed. Each grade cell then gets what nbgrader reads: a score as the result of the cell, and what was
found as HTML. So `get_ipython()` does not exist for a solution, the files of the course cannot be reached, and what it
returns is compared as plain data.

A notebook is the learner's word for word, its metadata too, so the grade cells are taken from the checks: what was
deleted is there again, and what was relabelled is a grade cell again.
"""

from __future__ import annotations

import atexit
import hashlib
import json
from functools import cache
from typing import Any

import nbformat
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from grader.challenge import Challenge, find_kit, load_all
from grader.classroom.collect import notebook as notebooks
from grader.classroom.pool import Pool
from grader.classroom.store.graded import kit_of
from grader.classroom.task import Task
from grader.errors import GraderFault
from grader.notebook import reports, showing
from grader.report import ChallengeReport, CheckReport, Report
from grader.scenario import new_seed

POLICY = "nbgrader"  # how seeds are made: drawn for each grading


class OutOfBand(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades a challenge's notebook; hands those of other assignments to nbgrader's own `Execute`."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The notebook with a score in each grade cell. The report goes to the course's `reports/`.

        Raises GraderFault where grade cells and checks do not belong together: nobody gets points, or loses any.
        """
        about = resources["nbgrader"]
        challenge = challenge_of(about["assignment"], about["notebook"])
        if challenge is None:
            return Execute(parent=self.parent).preprocess(nb, resources)  # type: ignore[no-any-return]
        if self.parent is None or self.parent.parent is None:
            raise GraderFault("called by another than nbgrader's autograde, it does not know the course's folder")
        course = self.parent.parent.coursedir
        source = notebooks.code(nbformat.writes(nb).encode("utf-8", "replace"))
        report = graded(challenge, about["student"], source)
        if report.status == "error":
            self.log.error("%s: the grader failed on it, which costs no points. Autograde it again.", about["student"])
        (only,) = report.challenges
        fill_in(nb, only)
        place = reports.path(course, about["student"], about["assignment"], about["notebook"])
        reports.write(place, report, source)
        return nb, resources


@cache
def _challenges() -> dict[str, Challenge]:
    return {challenge.id: challenge for challenge in load_all(find_kit())}


def challenge_of(assignment: str, notebook: str) -> Challenge | None:
    """By the assignment's name, or by the notebook's, which is the stub's; None where it is none of ours."""
    known = _challenges()
    if assignment in known:
        return known[assignment]
    named = [challenge for challenge in known.values() if challenge.card.file == f"{notebook}.py"]
    return named[0] if len(named) == 1 else None


@cache
def _pool(challenge: str) -> Pool:
    """A worker that is warm as long as nbgrader's command runs: it makes a preprocessor anew for every notebook."""
    pool = Pool([_challenges()[challenge]], 1)
    pool.__enter__()
    atexit.register(pool.__exit__)
    return pool


def graded(challenge: Challenge, student: str, source: bytes) -> Report:
    """The report on a notebook's solution cells."""
    task = Task(
        student, challenge.id, hashlib.sha256(source).hexdigest(), source, challenge.card.file, kit_of(challenge),
        POLICY, new_seed(), False, 0,
    )  # fmt: skip
    ((_, report),) = _pool(challenge.id).results([task])
    return Report.model_validate(json.loads(report))


def fill_in(nb: Any, challenge: ChallengeReport) -> None:
    """Writes score and finding into the grade cells. Raises GraderFault where a grade cell is for no check."""
    cells = {id: cell for cell in nb.cells if (id := cell.metadata.get("nbgrader", {}).get("grade_id"))}
    checks = {check.id: check for check in challenge.checks}
    strange = [id for id, cell in cells.items() if cell.metadata.nbgrader.get("grade") and id not in checks]
    if strange:
        raise GraderFault(
            f"{challenge.id} has no check {strange[0]!r}, for which the notebook has a grade cell. Was the kit changed "
            "since? Then: grader notebook build, and nbgrader generate_assignment."
        )
    for id, check in checks.items():
        if id not in cells or cells[id].cell_type != "code":
            cells[id] = nbformat.v4.new_code_cell(f"# {id}: this cell was missing.")
            nb.cells.append(cells[id])
        _fill_in(cells[id], check, challenge)


def _fill_in(cell: Any, check: CheckReport, challenge: ChallengeReport) -> None:
    given = cell.metadata.get("nbgrader", {})
    worth = float(given.get("points", check.max_points)) if given.get("grade") else check.max_points
    score = worth * check.points / check.max_points if check.max_points else 0.0
    cell.metadata["nbgrader"] = nbformat.from_dict(
        {
            **given, "grade": True, "grade_id": check.id, "locked": True, "points": worth, "schema_version": 3,
            "solution": False, "task": False, "cell_type": "code",
        }
    )  # fmt: skip
    data = {"text/plain": showing.number(score), "text/html": showing.one(challenge, check)}
    cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
    cell.execution_count = 1
