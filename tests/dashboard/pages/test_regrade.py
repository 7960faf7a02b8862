"""Regrading for real, on a kit of one short challenge: what would change, the decision, and whoever is interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from grader.challenge import Kit, load_all
from grader.classroom.model import Student, Unseen
from grader.classroom.pool import Pool
from grader.classroom.store.people import audit
from grader.classroom.store.schema import reports
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.desk import Desk
from grader.dashboard.reading import regrade as reading
from grader.dashboard.regrade import STALE, Busy, Regrading
from grader.dashboard.settings import Settings
from tests.classroom.made import graded, handed
from tests.classroom.small import INSPECT, RIGHT, small_kit
from tests.dashboard.classes import NOON, SCRIPT
from tests.dashboard.conftest import entered
from tests.dashboard.looks import field, is_ours, text

BROKEN = b"def inspect_stream(:\n"
ONE, OTHER = handed("ada", RIGHT), handed(SCRIPT, BROKEN)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """ada was wronged by an older kit, and somebody else was given too much; of zoe there is a report alone."""
    kit = Kit(small_kit(tmp_path / "kit"))
    with Store(f"sqlite:///{tmp_path / 'grades.db'}") as store:
        store.enroll([Student("ada", "Ada", "", "A"), Student(SCRIPT, "<b>Name</b>", "", "B")])
        store.hand_in([ONE, OTHER])
        store.hand_in_unseen([Unseen("zoe", INSPECT, "f" * 64, "inspect_chunk.py", None, "sent")])
        sitting = store.begin("grade", policy="fixed:7", kit="old", who="tess")
        store.record_all(sitting, [graded(ONE, 2, status="fail", diagnosis="buffers-body"), graded(OTHER, 5)])
        yield Desk(Settings(f"sqlite:///{tmp_path / 'grades.db'}"), store, kit, load_all(kit), clock=lambda: NOON)


@pytest.fixture
def instructor(desk: Desk) -> TestClient:
    return entered(desk, "instructor")


def begun(instructor: TestClient) -> Regrading:
    assert instructor.post("/regrade/begin", data={"challenge": INSPECT}).status_code == 303
    regrading: Regrading = instructor.app.state.regrading  # type: ignore[attr-defined]
    regrading.join(120)
    return regrading


def counting(desk: Desk) -> dict[str, tuple[str, float]]:
    rows = desk.store.read(sa.select(attempts.c.student, attempts.c.status, attempts.c.points))
    return {row.student: (row.status, row.points) for row in rows}


def decided(instructor: TestClient, what: str) -> TestClient:
    page = instructor.get(f"/regrade/decide?what={what}").text
    is_ours(page)
    return instructor.post("/regrade/decide", data={"sitting": field(page, "sitting"), "what": field(page, "what")})


def test_what_would_change_is_shown_before_it_counts_and_counts_when_it_is_committed(desk: Desk, instructor) -> None:
    before = counting(desk)
    regrading = begun(instructor)
    state = regrading.state()
    assert state is not None and (state.finished, state.done, state.total) == (True, 2, 2), state
    page = instructor.get("/regrade").text
    is_ours(page)
    said = text(page)
    for expected in ("To be decided", "▲ gains", "▼ loses", "Cannot be graded again here", "zoe"):
        assert expected in said, (expected, said)
    assert (page.count("▲ gains"), page.count("▼ loses")) == (1, 1)
    assert "<b>Name</b>" in said
    assert counting(desk) == before
    assert decided(instructor, "commit").status_code == 303
    now = counting(desk)
    assert now["ada"][0] == "pass" and now[SCRIPT][0] == "fail"
    noted = [row.what for row in desk.store.read(sa.select(audit.c.what).order_by(audit.c.id))]
    assert noted == ["regrade-begun", "regrade-committed"]
    assert "committed" in text(instructor.get("/regrade").text)
    assert regrading.state() is None


def test_what_is_discarded_never_counts(desk: Desk, instructor) -> None:
    before = counting(desk)
    begun(instructor)
    assert decided(instructor, "discard").status_code == 303
    assert counting(desk) == before
    assert instructor.get("/regrade/decide?what=commit").status_code == 404


def test_the_reasons_are_the_checks_that_differ(desk: Desk, instructor) -> None:
    begun(instructor)
    sitting = reading.open_sitting(desk.store)
    assert sitting is not None
    loses, gains = reading.changes(desk.store, Scope(), sitting.id, {}, first=0, count=10)
    assert (loses.student, gains.student) == (SCRIPT, "ada")
    assert loses.gain < 0 < gains.gain and loses.why and gains.why
    assert [c.student for c in reading.changes(desk.store, Scope(section="A"), sitting.id, {}, first=0, count=10)] == [
        "ada"
    ]


def test_there_is_one_at_a_time_over_all_processes(desk: Desk, instructor) -> None:
    begun(instructor)
    elsewhere = Regrading(desk)
    with pytest.raises(Busy, match="Commit or discard it first"):
        elsewhere.begin([INSPECT], "ana")
    assert instructor.post("/regrade/begin", data={"challenge": INSPECT}).status_code == 409
    decided(instructor, "discard")
    answer = instructor.post("/regrade/decide", data={"sitting": "1", "what": "commit"})
    assert answer.status_code in (404, 409)


def test_what_was_stopped_in_the_middle_is_gone_on_with_by_another_process(
    desk: Desk, instructor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that had it is gone after the first report: its row stays as it was."""

    whole = Pool.results

    def one_only(self: Pool, tasks):
        yield from list(whole(self, [next(iter(tasks))]))
        raise SystemExit  # the thread ends as if its process did

    with monkeypatch.context() as patched:
        patched.setattr(Pool, "results", one_only)
        patched.setattr("threading.excepthook", lambda args: None)
        begun(instructor)
    (graded_then,) = desk.store.read(
        sa.select(sa.func.count()).where(reports.c.policy == "fixed:7", reports.c.sitting_id == 2)
    )[0]
    assert graded_then == 1
    assert instructor.post("/regrade/go-on").status_code == 409  # it may still be at it
    desk.clock = lambda: NOON + 2 * STALE
    page = instructor.get("/regrade").text
    assert "Stopped in the middle" in text(page)
    assert instructor.post("/regrade/decide", data={"sitting": "2", "what": "commit"}).status_code == 409
    other = entered(desk, "instructor")
    assert other.post("/regrade/go-on").status_code == 303
    other.app.state.regrading.join(120)
    assert "To be decided" in text(other.get("/regrade").text)
    assert desk.store.read(sa.select(sa.func.count()).where(reports.c.sitting_id == 2))[0][0] == 2


def test_why_it_stopped_is_told(desk: Desk, instructor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Pool, tasks):
        raise OSError("no room <b>left</b>")
        yield

    monkeypatch.setattr(Pool, "results", fails)
    begun(instructor)
    page = instructor.get("/regrade").text
    is_ours(page)
    assert "It stopped: no room <b>left</b>" in text(page)


def test_a_sitting_of_the_command_line_can_be_decided(desk: Desk, instructor) -> None:
    sitting = desk.store.begin("regrade", policy="fixed:7", kit="new", who="root")
    desk.store.record(sitting, graded(ONE, 5, kit="0.2.0+new"))
    assert "grader class --regrade" in text(instructor.get("/regrade").text)
    assert decided(instructor, "commit").status_code == 303
    assert counting(desk)["ada"] == ("pass", 5)


def test_nothing_chosen_is_said(instructor) -> None:
    assert instructor.post("/regrade/begin").status_code == 400
    assert instructor.post("/regrade/begin", data={"challenge": "no-such"}).status_code == 400
    assert instructor.post("/regrade/go-on").status_code == 409
    assert instructor.get("/regrade/decide?what=nothing").status_code == 404
