"""The class that the dashboard's tests are about is what they take it for."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.testclient import TestClient

from grader.classroom.store.schema import reports
from grader.classroom.store.standing import attempts, met, standings
from grader.dashboard.desk import Desk
from grader.report import Report
from tests.dashboard.classes import FIRST, FORMULA, NOON, QUOTED, RTL, SCRIPT, SECOND, STUDENTS
from tests.dashboard.conftest import Enter


def test_the_small_class_stands_as_it_says(desk: Desk) -> None:
    stand = {(r.student, r.challenge): r for r in desk.store.read(sa.select(standings))}
    assert {pair: (r.status, r.attempts) for pair, r in stand.items()} == {
        ("ada", FIRST): ("pass", 2), ("ada", SECOND): ("pass", 1), ("ben", FIRST): ("fail", 3),
        ("cem", FIRST): ("pass", 1), ("cem", SECOND): ("fail", 1), ("dee", FIRST): ("not-started", 0),
        ("eli", FIRST): ("pass", 1), (QUOTED, FIRST): ("pass", 3), ("gus", FIRST): ("pass", 2),
        ("hal", FIRST): ("fail", 1), (SCRIPT, FIRST): ("fail", 2), (RTL, FIRST): ("fail", 1),
        (FORMULA, SECOND): ("fail", 1),
    }  # fmt: skip
    assert [pair[0] for pair, r in stand.items() if r.stuck] == ["ben"]
    assert {stand[id, FIRST].provenance for id in ("ada", "eli", "gus", RTL)} == {"server", "ci", "signed", "local"}
    open_still = sa.select(met.c.student).where(met.c.diagnosis == "buffers-body", met.c.open)
    assert {student for (student,) in desk.store.read(open_still)} == {"ben", "cem", FORMULA}
    assert len(desk.store.students()) == len(STUDENTS)
    assert all(at <= NOON or number == 1 for at, number in desk.store.read(sa.select(attempts.c.at, attempts.c.number)))


def test_its_reports_are_reports(desk: Desk) -> None:
    for (report,) in desk.store.read(sa.select(reports.c.report)):
        assert len(Report.model_validate_json(report).challenges) == 1


def test_browsers_are_whose_they_say(client: TestClient, instructor: TestClient, enter: Enter) -> None:
    assert client.get("/").status_code == 303
    assert instructor.get("/").status_code == 200
    assert enter("assistant", "A").get("/").status_code == 200
    assert enter("student", "ada").get("/").status_code in (303, 403)
