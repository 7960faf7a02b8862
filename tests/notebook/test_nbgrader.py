"""nbgrader's own commands, unmodified, on a class of ten, and on those who try without a solution."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.classroom.store.store import Store
from grader.report import Report
from tests.classroom.small import INSPECT, WRONG, small_kit
from tests.notebook import course as classes
from tests.notebook.commands import grader, run
from tests.notebook.course import NOTEBOOK, Course, hand_in

FULL = 9.0  # of the small kit's challenge


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Built, released, handed in, graded, with feedback for one, and exported: once, whoever of xdist's workers asks."""
    workers = "PYTEST_XDIST_WORKER" in os.environ
    where = (tmp_path_factory.getbasetemp().parent if workers else tmp_path_factory.getbasetemp()) / "nbgrader"
    where.mkdir(exist_ok=True)
    done = where / "said.txt"
    with open(where / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            said = made(where)
            done.write_text(said)
    return Course(where / "kit", where / "course", done.read_text())


def made(where: Path) -> str:
    kit, folder = small_kit(where), where / "course"
    folder.mkdir()
    said = run(kit, folder, ["grader", "notebook", "build", "."], ["nbgrader", "generate_assignment", INSPECT])
    for student, source in {**classes.right(), **classes.wrong(), **classes.attacks(folder)}.items():
        hand_in(folder, student, source)
    hand_in(folder, "without-tests", WRONG.decode(), classes.without_tests)
    forged = hand_in(folder, "relabelled", WRONG.decode(), classes.relabelled)
    passed = json.dumps({"schema": "grader/result/v1", "points": FULL})
    (forged / f"{NOTEBOOK}.json").write_text(passed)
    return said + run(
        kit, folder,
        ["nbgrader", "autograde", INSPECT],
        ["nbgrader", "generate_feedback", INSPECT, "--student=wrong0"],
        ["nbgrader", "export", "--to", "grades.csv"],
        ["nbgrader", "export", "--exporter=grader.notebook.exporter.ReportExporter", "--to", "exported"],
        ["grader", "notebook", "sync", ".", "--db", "sqlite:///synced.db"],
        ["grader", "notebook", "sync", ".", "--db", "sqlite:///synced.db"],
    )  # fmt: skip


def scores(course: Course, folder: Path | None = None) -> dict[str, float]:
    """Of nbgrader's gradebook, by student."""
    query = """select s.student_id, sum(coalesce(g.manual_score, g.auto_score)), sum(g.needs_manual_grade)
               from grade g join submitted_notebook n on g.notebook_id = n.id
               join submitted_assignment s on n.assignment_id = s.id group by s.student_id"""
    with closing(sqlite3.connect((folder or course.folder) / "gradebook.db")) as gradebook:
        rows = gradebook.execute(query).fetchall()
    assert not any(manual for _, _, manual in rows), "a teacher would have to look at some by hand"
    return {student: score for student, score, _ in rows}


def of_class(course: Course, where: Path) -> dict[str, float]:
    """What `grader class` says of the same course."""
    db = f"sqlite:///{where / 'class.db'}"
    done = grader(course.kit, course.folder, "class", str(course.folder), "--db", db)
    assert done.returncode == 0, done.stdout + done.stderr
    with Store(db) as store:
        return {attempt.student: attempt.points for attempt in store.attempts()}


def test_scores_are_those_of_grader_class(course: Course, tmp_path: Path) -> None:
    found = scores(course)
    assert [found[f"right{i}"] for i in range(5)] == [FULL] * 5
    assert all(found[f"wrong{i}"] < FULL for i in range(5))
    assert found == of_class(course, tmp_path)


@pytest.mark.parametrize("student", ["transformer", "equal", "reader", "writer"])
def test_who_has_no_solution_gets_no_points(course: Course, student: str) -> None:
    assert scores(course)[student] == 0


@pytest.mark.parametrize("student", ["without-tests", "relabelled"])
def test_what_is_done_to_the_grade_cells_changes_no_score(course: Course, student: str) -> None:
    found = scores(course)
    assert found[student] == found["wrong0"]


def test_the_feedback_shows_diagnosis_hint_and_the_wire(course: Course) -> None:
    page = (course.folder / "feedback" / "wrong0" / INSPECT / f"{NOTEBOOK}.html").read_text("utf-8")
    assert "buffers-body" in page
    assert "<b>hint</b>" in page
    assert page.count("The wire") == 1, "with the first finding, and nowhere else"
    assert "<svg" in page


def test_the_export_is_our_report_with_all_points(course: Course) -> None:
    found = scores(course)
    for student in course.students:
        report = Report.model_validate_json((course.folder / "exported" / f"{student}.json").read_text("utf-8"))
        assert report.points == found[student]
        assert [challenge.id for challenge in report.challenges] == [INSPECT]


def test_sync_brings_all_reports_into_the_database_once(course: Course) -> None:
    assert f"{len(course.students)} into the database" in course.said
    assert "0 into the database\n0 into the gradebook" in course.said
    with Store(f"sqlite:///{course.folder / 'synced.db'}") as store:
        assert {attempt.student: attempt.points for attempt in store.attempts()} == scores(course)


def test_sync_moves_points_by_hand_and_what_was_handed_in_elsewhere(course: Course, tmp_path: Path) -> None:
    """A teacher forgives one check in the gradebook; another student's file came by another way."""
    db = f"sqlite:///{tmp_path / 'grades.db'}"
    elsewhere = tmp_path / "submissions" / "late" / INSPECT / f"{NOTEBOOK}.py"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_text(classes.right()["right0"])
    assert grader(course.kit, tmp_path, "class", "submissions", "--db", db).returncode == 0
    folder = shutil.copytree(course.folder, tmp_path / "course")
    by_hand = """update grade set manual_score = 3 where cell_id in (select id from base_cell where name = ?) and
                 notebook_id in (select n.id from submitted_notebook n join submitted_assignment s
                                 on n.assignment_id = s.id where s.student_id = 'wrong0')"""
    with closing(sqlite3.connect(folder / "gradebook.db")) as gradebook:
        assert gradebook.execute(by_hand, ["prints-every-chunk-as-it-arrives"]).rowcount == 1
        gradebook.commit()
    said = run(course.kit, folder, *[["grader", "notebook", "sync", ".", "--db", db]] * 2)
    assert f"late · {INSPECT}: 9 of 9" in said
    assert "0 into the database\n0 into the gradebook" in said
    with Store(db) as store:
        points = {attempt.student: attempt.points for attempt in store.attempts()}
    assert points == scores(course, folder)
    assert points["late"] == FULL
    assert points["wrong0"] == scores(course)["wrong0"] + 3


def test_nothing_that_a_learner_wrote_is_markup_in_the_graded_notebook(course: Course) -> None:
    for student in course.students:
        path = course.folder / "autograded" / student / INSPECT / f"{NOTEBOOK}.ipynb"
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                html = "".join(output["data"]["text/html"])
                assert not _Tags(html).tags & {"script", "img", "iframe", "object"}


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
