"""What is worked out for each student and challenge: the same as the statistics count, whatever happened in between."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.classroom.model import PROVENANCE, Attempt, Handed, Unseen
from grader.classroom.stats import class_stats
from grader.classroom.store import opening, schema
from grader.classroom.store.graded import Graded
from grader.classroom.store.locks import Decided
from grader.classroom.store.standing import attempts, met, standings
from grader.classroom.store.store import Store
from tests import breadth
from tests.classroom.made import INSPECT, ITERATE, KIT, POLICY, at, graded, handed
from tests.classroom.test_store import begin

IDS = [INSPECT, ITERATE]


def rows(store: Store, table: sa.Table, *columns: str) -> list[Any]:
    names = columns or tuple(table.c.keys())
    key = list(table.primary_key)
    return [tuple(row) for row in store.read(sa.select(*(table.c[name] for name in names)).order_by(*key))]


def standing(store: Store, student: str = "ada", challenge: str = INSPECT) -> Any:
    of = (standings.c.student == student, standings.c.challenge == challenge)
    (row,) = store.read(sa.select(standings).where(*of))
    return row


def sent(one: Any, points: float, provenance: str, **more: Any) -> Graded:
    made = graded(one, points, **more)
    return Graded(*made.key, made.kit, made.policy, made.number, made.report, provenance, "tess")


def test_a_report_changes_how_the_student_stands(store: Store) -> None:
    first, second = handed(source=b"1", at=at(8)), handed(source=b"2", at=at(9))
    store.hand_in([first, second])
    assert rows(store, standings) == []
    sitting = begin(store)
    store.record(sitting, graded(first, 2, diagnosis="buffers-body"))
    row = standing(store)
    assert (row.status, row.points, row.share, row.attempts, row.diagnosis) == ("fail", 2, 0.4, 1, "buffers-body")
    assert (row.first_at, row.passed_at, row.last_at) == (at(8), None, at(8))
    assert rows(store, met, "diagnosis", "to_clear", "open", "last_day") == [("buffers-body", None, True, "2026-11-20")]
    store.record(sitting, graded(second, 5))
    row = standing(store)
    assert (row.status, row.points, row.share, row.attempts, row.diagnosis) == ("pass", 5, 1, 2, None)
    assert (row.first_at, row.passed_at, row.last_at) == (at(8), at(9), at(9))
    assert rows(store, met, "diagnosis", "to_clear", "open") == [("buffers-body", 1, False)]
    assert [number for (number,) in rows(store, attempts, "number")] == [1, 2]


def test_what_was_handed_in_before_moves_the_others_on(store: Store) -> None:
    late, early = handed(source=b"1", at=at(9)), handed(source=b"2", at=at(8))
    store.hand_in([late])
    store.record(begin(store), graded(late, 2, diagnosis="buffers-body"))
    store.hand_in([early])
    store.record(begin(store), graded(early, 5))
    assert rows(store, attempts, "points", "number") == [(2, 2), (5, 1)]
    assert standing(store).diagnosis == "buffers-body"
    store.hand_in([handed(source=b"1", at=at(7))])  # the same bytes, found with an earlier time
    assert rows(store, attempts, "points", "number", "at") == [(2, 1, at(7)), (5, 2, at(8))]
    assert standing(store).diagnosis is None
    assert rows(store, met, "open") == [(False,)]


def test_a_fault_of_ours_and_an_untouched_stub_are_no_attempts(store: Store) -> None:
    ones = [handed(source=b"%d" % n, at=at(n)) for n in range(3)]
    store.hand_in(ones)
    sitting = begin(store)
    store.record(sitting, graded(ones[0], 2, status="error"))
    row = standing(store)
    assert (row.status, row.attempts, row.share, row.diagnosis, row.stuck) == ("error", 0, None, None, False)
    store.record(sitting, graded(ones[1], 2, diagnosis="not-started"))
    row = standing(store)
    assert (row.status, row.attempts, row.last_at) == ("not-started", 0, at(1))
    store.record(sitting, graded(ones[2], 2, diagnosis="buffers-body"))
    assert (standing(store).status, standing(store).attempts) == ("fail", 1)
    assert rows(store, met, "diagnosis") == [("buffers-body",)]


def test_the_most_trusted_report_counts_and_among_equals_the_newest(store: Store) -> None:
    one = handed()
    store.hand_in_unseen([Unseen(one.student, one.challenge, one.sha256, one.name, at(8), "sent")])
    sitting = begin(store, "receive")
    for number, provenance in enumerate(reversed(PROVENANCE)):
        store.record(sitting, sent(one, 2 + number, provenance, number=number))
        assert rows(store, attempts, "points", "provenance") == [(2 + number, provenance)]
        assert [attempt.points for attempt in store.attempts()] == [2 + number]
    for number, provenance in enumerate(PROVENANCE[1:], 10):
        store.record(sitting, sent(one, 2, provenance, number=number))
        assert standing(store).provenance == "server"
        assert standing(store).points == 5
    store.record(sitting, sent(one, 2, "server", number=20, status="error"))
    assert standing(store).points == 5
    store.record(sitting, sent(one, 3, "server", number=21))
    assert (standing(store).points, standing(store).status) == (3, "fail")


def test_what_others_say_does_not_spare_us_the_grading(store: Store) -> None:
    one = handed()
    store.hand_in([one])
    store.record(begin(store, "receive"), sent(one, 5, "ci"))
    known = store.known()
    assert not known.done(sent(one, 5, "ci").key, KIT, POLICY)
    assert known.next_number(sent(one, 5, "ci").key, KIT, POLICY) == 1


def test_bytes_that_come_later_are_filled_in_and_stay(store: Store) -> None:
    one = handed("ada", b"x = 2\n", at=at(9))
    for time in (at(9), at(8)):
        store.hand_in_unseen([Unseen("ada", one.challenge, one.sha256, one.name, time, "sent")])
    assert store.source(one.sha256) is None
    store.hand_in([one])
    store.hand_in_unseen([Unseen("bob", one.challenge, one.sha256, one.name, None, "sent")])
    assert store.source(one.sha256) == b"x = 2\n"


def test_several_are_recorded_together_or_not_at_all(store: Store) -> None:
    ones = [handed(f"s{n}") for n in range(3)]
    store.hand_in(ones[:2])
    sitting = begin(store)
    with pytest.raises(KeyError):  # the third was never handed in
        store.record_all(sitting, [graded(one) for one in ones])
    assert list(store.attempts()) == []
    assert store.record_all(sitting, [graded(ones[0]), graded(ones[1]), graded(ones[0])]) == [True, True, False]
    assert store.record_all(sitting, [graded(ones[0])]) == [False]
    assert len(rows(store, attempts)) == len(list(store.attempts())) == 2


def test_a_regrading_changes_how_students_stand_when_it_is_committed(store: Store) -> None:
    ones = [handed(f"s{n:03}", at=at(8)) for n in range(130)]
    store.hand_in(ones)
    store.record_all(begin(store), [graded(one, 5) for one in ones])
    regrading = begin(store, "regrade")
    store.record_all(regrading, [graded(one, 2, number=1, diagnosis="buffers-body") for one in ones])
    assert set(rows(store, standings, "status", "points")) == {("pass", 5)}
    assert store.decide(regrading, "committed", who="mo")
    assert set(rows(store, standings, "status", "points", "diagnosis")) == {("fail", 2, "buffers-body")}
    assert len(rows(store, met)) == 130
    assert not store.decide(regrading, "discarded", who="mo")


def test_what_a_regrading_takes_back_is_not_met_any_more(store: Store) -> None:
    one = handed()
    store.hand_in([one])
    store.record(begin(store), graded(one, 2, diagnosis="buffers-body"))
    regrading = begin(store, "regrade")
    store.record(regrading, graded(one, 5, number=1))
    store.decide(regrading, "committed", who="mo")
    assert rows(store, met) == []


def test_writers_about_the_same_student_lose_nothing(store: Store) -> None:
    """Each hands in, records and regrades; what is worked out in the end is what all of them wrote."""
    faults: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for n in range(4):
                mine = [handed(f"s{s}", b"%d %d" % (writer, n), at=at(n)) for s in (range(3), range(2, -1, -1))[n % 2]]
                store.hand_in(mine)
                store.record_all(begin(store), [graded(one, 2, diagnosis="buffers-body") for one in mine])
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert faults == []
    assert rows(store, standings, "student", "attempts", "in_a_row") == [(f"s{s}", 16, 16) for s in range(3)]
    for student in ("s0", "s1", "s2"):
        numbers = sa.select(attempts.c.number).where(attempts.c.student == student).order_by(attempts.c.number)
        assert [number for (number,) in store.read(numbers)] == list(range(1, 17))


def test_what_is_recorded_while_its_regrading_is_committed_counts_or_is_told_that_it_comes_too_late(
    store: Store,
) -> None:
    """Whichever of the two is first: nothing is stored that never counts, and nothing counts that nobody committed."""
    stored, too_late = [], []

    def record(sitting: int, one: Handed) -> None:
        try:
            stored.append(store.record(sitting, graded(one)))
        except Decided as why:
            too_late.append(str(why))

    for turn in range(5):
        ones = [handed(f"s{turn}-{n}") for n in range(6)]
        store.hand_in(ones)
        sitting = begin(store, "regrade", kit=f"{turn}")
        recording = threading.Thread(target=lambda ones=ones, sitting=sitting: [record(sitting, one) for one in ones])
        recording.start()
        store.decide(sitting, "committed", who="mo")
        recording.join()
    assert len(rows(store, attempts)) == len(list(store.attempts())) == len(stored)
    assert store.read(sa.select(sa.func.count()).select_from(schema.reports)) == [(len(stored),)]
    assert len(stored) + len(too_late) == 30 and set(too_late) <= {"This regrading was committed by mo meanwhile"}


@pytest.mark.parametrize("state", ["committed", "discarded"])
def test_a_regrading_that_was_decided_on_is_closed(store: Store, state: str) -> None:
    first, second = handed("ada"), handed("bob")
    store.hand_in([first, second])
    store.record_all(begin(store), [graded(first, 5), graded(second, 5)])
    regrading = begin(store, "regrade")
    store.record(regrading, graded(first, 2, number=1))
    store.decide(regrading, state, who="mo")
    with pytest.raises(Decided, match=f"was {state} by mo meanwhile"):
        store.record(regrading, graded(second, 2, number=1))
    assert {a.student: a.points for a in store.attempts()} == {"ada": 2 if state == "committed" else 5, "bob": 5}
    assert begin(store, "regrade") != regrading, "what is left is a new one's"


# -- the same as the statistics ----------------------------------------------------------------------------------------

ONE = st.fixed_dictionaries(
    {
        "student": st.sampled_from("abc"),
        "challenge": st.sampled_from(IDS),
        "source": st.sampled_from([b"1", b"2", b"3", b"4", b"5"]),
        "hour": st.sampled_from([None, 1, 2, 3]),
        "points": st.sampled_from([2, 4, 5]),
        "status": st.sampled_from(["", "", "", "error", "fail"]),
        "diagnosis": st.sampled_from([None, "buffers-body", "late", "not-started"]),
        "provenance": st.sampled_from(PROVENANCE),
        "regrade": st.sampled_from([None, None, None, "committed", "discarded", "open"]),
    }
)


@given(st.lists(ONE, max_size=25))
@settings(max_examples=breadth.examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_worked_out_is_what_the_statistics_say(url: str, happened: list[dict[str, Any]]) -> None:
    with Store(url) as store:
        for table in (*reversed(schema.metadata.sorted_tables),):
            if table.name not in ("settings", "alembic_version"):
                store.write(lambda connection, table=table: connection.execute(table.delete()))
        for number, each in enumerate(happened):
            one = handed(each["student"], each["source"], challenge=each["challenge"],
                         at=None if each["hour"] is None else at(each["hour"]))  # fmt: skip
            store.hand_in([one])
            sitting = begin(store, "regrade" if each["regrade"] else "grade", kit=str(number))
            status, diagnosis = each["status"], each["diagnosis"]
            report = sent(one, each["points"], each["provenance"], number=number, status=status, diagnosis=diagnosis)
            store.record(sitting, report)
            if each["regrade"] in ("committed", "discarded"):
                store.decide(sitting, each["regrade"], who="mo")
        same_as_counted(store)


def same_as_counted(store: Store) -> None:
    """The tables against the statistics of all attempts."""
    counted = list(store.attempts())
    mine = {(a.student, a.challenge, a.number): _told(a) for a in counted}
    named = attempts.c
    select = sa.select(named.student, named.challenge, named.number, named.status, named.points, named.diagnosis,
                       named.at, named.tier)  # fmt: skip
    assert {tuple(row[:3]): tuple(row[3:]) for row in store.read(select)} == mine
    stats = class_stats(store.students(), counted, IDS)
    for each in stats.challenges:
        its = [r for r in store.read(sa.select(standings).where(standings.c.challenge == each.challenge)) if r.attempts]
        assert (len(its), sum(r.status == "pass" for r in its), sum(r.attempts for r in its)) == (
            each.students, each.passed, each.attempts,
        )  # fmt: skip
        assert (statistics.fmean(r.share for r in its) if its else None) == pytest.approx(each.difficulty)
    stuck = sa.select(standings).where(standings.c.stuck).order_by(standings.c.student, standings.c.challenge)
    assert [(s.student, s.challenge, s.diagnosis, s.attempts) for s in stats.stuck] == [
        (r.student, r.challenge, r.diagnosis, r.in_a_row) for r in store.read(stuck)
    ]
    for known in stats.misconceptions:
        told = store.read(sa.select(met).where(met.c.diagnosis == known.diagnosis))
        cleared = [r.to_clear for r in told if r.to_clear is not None]
        assert len({r.student for r in told}) == known.students
        assert (len(cleared), sum(r.open for r in told)) == (known.cleared, known.open)
        assert (statistics.median(cleared) if cleared else None) == known.attempts_to_clear
    assert {r.diagnosis for r in store.read(sa.select(met))} == {m.diagnosis for m in stats.misconceptions}


def _told(a: Attempt) -> tuple[Any, ...]:
    return a.status, a.points, a.diagnosis, a.at or a.graded_at, a.tier


# -- a database from before --------------------------------------------------------------------------------------------


@pytest.fixture
def before(bare: str) -> Iterator[str]:
    """One of revision 0002, with what a class left in it."""
    engine = opening.engine_for(opening.parsed(bare))
    opening.migrate(engine, to="0002")
    day: datetime = at(8)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        put(connection, "students", id="ada", name="Ada")
        put(connection, "sources", sha256="a" * 64, source=b"x = 1\n")
        for n, name in ((101, INSPECT), (102, ITERATE)):
            put(connection, "handed", id=n, student="ada", challenge=name, sha256="a" * 64, name="x.py", origin="sub")
        put(connection, "sittings", id=101, kind="grade", state="committed", policy=POLICY, kit=KIT, who="tess",
            started_at=day)  # fmt: skip
        packed = schema.packed(graded(handed()).report)
        for n in (101, 102):
            put(connection, "reports", id=n, handed_id=n, sitting_id=101, kit=KIT, policy=POLICY, number=0, seed=7,
                graded_at=day, duration_s=1.0, points=2.0, max_points=5.0, status="fail", diagnosis="buffers-body",
                tier="forked", kit_version="0.1.0", report=packed)  # fmt: skip
            put(connection, "checks", report_id=n, position=0, check_id="prints", status="fail", points=2.0,
                max_points=5.0)  # fmt: skip
    engine.dispose()
    yield bare


def put(connection: sa.Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    values = {name: value.isoformat(" ") if isinstance(value, datetime) else value for name, value in values.items()}
    connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + n for n in values)})"), values)


def test_a_database_from_before_is_brought_up_to_date_with_all_that_is_in_it(before: str) -> None:
    with Store(before) as store:
        assert standing(store).attempts == 1
        assert len(rows(store, attempts)) == len(rows(store, met)) == 2
        assert rows(store, schema.reports, "provenance", "sent_by") == [("server", ""), ("server", "")]
        assert store.read(sa.select(schema.reports.c.report))[0][0] == graded(handed()).report
        assert len(rows(store, schema.checks)) == 2
        same_as_counted(store)
        one = handed(source=b"y = 2\n")
        store.hand_in([one])
        store.record(begin(store), graded(one))
        assert standing(store).status == "pass"


def test_sqlite_still_checks_what_refers_to_what_after_it_was_brought_up_to_date(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'grades.db'}") as store, store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
