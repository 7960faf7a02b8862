"""What the store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.challenge import Kit, load_all
from grader.classroom.model import Student
from grader.classroom.store import opening, schema
from grader.classroom.store.graded import kit_of
from grader.classroom.store.store import Store
from grader.errors import UsageError
from tests import breadth
from tests.classroom.made import INSPECT, ITERATE, KIT, POLICY, at, graded, handed


def begin(store: Store, kind: str = "grade", kit: str = KIT) -> int:
    return store.begin(kind, policy=POLICY, kit=kit, who="tess")


def count(store: Store, table: sa.Table) -> int:
    with store._engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_migrations_make_the_tables_that_the_code_knows(bare: str) -> None:
    with Store(bare) as store, store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_a_database_is_opened_again_as_it_was_left(bare: str) -> None:
    with Store(bare) as store:
        store.enroll([Student("ada", "Ada Lovelace", "ada@example.org", "A")])
        secret = store.secret()
    with Store(bare) as store:
        assert store.students() == [Student("ada", "Ada Lovelace", "ada@example.org", "A")]
        assert store.secret() == secret


def test_two_classes_have_two_secrets(bare: str, tmp_path: Path) -> None:
    with Store(bare) as store, Store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert store.secret() != other.secret()
        assert store.secret().bit_length() > 200


def test_a_database_of_a_newer_kit_is_left_alone(url: str) -> None:
    with Store(url) as store, store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError, match="newer version of the kit"):
        Store(url)


def test_many_may_open_an_empty_database_at_once(bare: str) -> None:
    faults: list[BaseException] = []

    def open_it() -> None:
        try:
            Store(bare).close()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert faults == []


def test_what_a_roster_leaves_open_takes_nothing_away(store: Store) -> None:
    store.enroll([Student("ada", "Ada", "ada@example.org", "A")])
    store.enroll([Student("ada", "", "lovelace@example.org"), Student("bob")])
    assert store.students() == [Student("ada", "Ada", "lovelace@example.org", "A"), Student("bob")]


def test_submissions_are_kept_once_whoever_hands_them_in(store: Store) -> None:
    store.hand_in([handed("ada"), handed("bob"), handed("ada", b"y = 2\n")])
    store.hand_in([handed("ada")])
    assert count(store, schema.handed) == 3
    assert count(store, schema.sources) == 2
    assert store.source(handed("ada", b"y = 2\n").sha256) == b"y = 2\n"
    assert store.source("0" * 64) is None


@pytest.mark.parametrize("times", [(at(9), at(8)), (at(8), at(9)), (None, at(8)), (at(8), None)])
def test_of_the_same_bytes_the_earliest_time_counts(store: Store, times: tuple[datetime | None, ...]) -> None:
    for time in times:
        store.hand_in([handed(at=time)])
    store.record(begin(store), graded(handed()))
    assert [attempt.at for attempt in store.attempts()] == [at(8)]


def test_a_report_comes_back_as_it_was_given(store: Store) -> None:
    store.hand_in([handed(source="print('ünïcode \u2028')\n".encode())])
    one = handed(source="print('ünïcode \u2028')\n".encode())
    given = graded(one, 2, diagnosis="buffers-body", seed=2**48 - 1)
    assert store.record(begin(store), given)
    assert store.newest(given.key) == given.report
    assert store.newest(("bob", *given.key[1:])) is None
    (attempt,) = store.attempts()
    assert (attempt.student, attempt.challenge, attempt.submission_sha256) == given.key
    assert (attempt.points, attempt.max_points, attempt.status) == (2, 5, "fail")
    assert (attempt.diagnosis, attempt.seed, attempt.kit_version, attempt.number) == (
        "buffers-body",
        2**48 - 1,
        "0.1.0",
        1,
    )
    assert abs((attempt.graded_at - datetime.now(UTC)).total_seconds()) < 60


def test_checks_and_diagnoses_can_be_asked_for(store: Store) -> None:
    store.hand_in([handed("ada"), handed("bob")])
    sitting = begin(store)
    store.record(sitting, graded(handed("ada"), 2, diagnosis="buffers-body"))
    store.record(sitting, graded(handed("bob"), 5))
    failed = sa.select(schema.checks.c.check_id, schema.checks.c.diagnosis).where(schema.checks.c.status == "fail")
    with store._engine.connect() as connection:
        assert connection.execute(failed).all() == [("ends", "buffers-body")]


def test_what_is_recorded_twice_is_there_once(store: Store) -> None:
    store.hand_in([handed()])
    first, again = begin(store), begin(store)
    assert store.record(first, graded(handed(), 5))
    assert not store.record(first, graded(handed(), 5))
    assert not store.record(again, graded(handed(), 2))
    assert [attempt.points for attempt in store.attempts()] == [5]
    assert count(store, schema.checks) == 2


def test_many_writers_lose_nothing(store: Store) -> None:
    ones = [handed(f"s{i}") for i in range(12)]
    store.hand_in(ones)
    sitting = begin(store)
    faults: list[BaseException] = []

    def write(mine: list) -> None:
        try:
            [store.record(sitting, graded(one)) for one in mine]
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(ones[i % 3 :],)) for i in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert faults == []
    assert len(list(store.attempts())) == 12
    assert count(store, schema.checks) == 24


def test_known_work_is_that_of_the_same_bytes_kit_and_policy(store: Store) -> None:
    store.hand_in([handed()])
    key = graded(handed()).key
    assert not store.known().done(key, KIT, POLICY)
    store.record(begin(store), graded(handed()))
    known = store.known()
    assert known.done(key, KIT, POLICY)
    assert not known.done(key, "0.2.0+def", POLICY)
    assert not known.done(key, KIT, "fixed:7")
    assert not known.done(("ada", INSPECT, "0" * 64), KIT, POLICY)
    assert (known.next_number(key, KIT, POLICY), known.next_number(key, "other", POLICY)) == (1, 0)


def test_a_fault_of_ours_is_recorded_and_tried_again_and_hides_no_verdict(store: Store) -> None:
    store.hand_in([handed()])
    key = graded(handed()).key
    store.record(begin(store), graded(handed(), 5, status="error"))
    assert [attempt.status for attempt in store.attempts()] == ["error"]
    assert not store.known().done(key, KIT, POLICY)
    store.record(begin(store), graded(handed(), 2, number=store.known().next_number(key, KIT, POLICY)))
    assert [attempt.status for attempt in store.attempts()] == ["fail"]
    store.record(begin(store), graded(handed(), 5, status="error", kit="0.2.0+def"))
    assert [attempt.status for attempt in store.attempts()] == ["fail"]


def test_attempts_are_numbered_in_the_order_in_which_they_were_handed_in(store: Store) -> None:
    late, early, other = handed(source=b"1", at=at(9)), handed(source=b"2", at=at(8)), handed("bob", at=None)
    elsewhere = handed(challenge=ITERATE, at=at(7))
    store.hand_in([late, early, other, elsewhere])
    for one in (late, early, other, elsewhere):
        store.record(begin(store), graded(one))
    assert [(a.student, a.challenge, a.submission_sha256, a.number) for a in store.attempts()] == [
        ("ada", INSPECT, early.sha256, 1),
        ("ada", INSPECT, late.sha256, 2),
        ("ada", ITERATE, elsewhere.sha256, 1),
        ("bob", INSPECT, other.sha256, 1),
    ]
    assert [a.number for a in store.attempts(challenge=INSPECT, student="ada")] == [1, 2]


def test_a_regrading_counts_when_it_is_committed(store: Store) -> None:
    one = handed()
    store.hand_in([one])
    store.record(begin(store), graded(one, 5))
    regrading = begin(store, "regrade")
    store.record(regrading, graded(one, 2, number=1, diagnosis="buffers-body"))
    assert [attempt.points for attempt in store.attempts()] == [5]
    (difference,) = store.differences(regrading)
    assert (difference.student, difference.was_points, difference.now_points) == ("ada", 5, 2)
    assert (difference.was_diagnosis, difference.now_diagnosis) == (None, "buffers-body")
    store.decide(regrading, "committed", who="mo")
    assert [attempt.points for attempt in store.attempts()] == [2]
    first, second = store.history("ada", INSPECT)
    assert (first.points, first.kind, first.who) == (5, "grade", "tess")
    assert (second.points, second.state, second.decided_by) == (2, "committed", "mo")
    assert second.decided_at is not None
    assert len(store.differences(regrading)) == 1  # still to be seen afterwards


def test_all_that_counts_of_a_submission_is_told_oldest_first(store: Store) -> None:
    one, first = handed(), graded(handed(), 5)
    store.hand_in([one])
    store.record(begin(store), first)
    regrading, second = begin(store, "regrade"), graded(one, 2, number=1)
    store.record(regrading, second)
    assert store.all_reports(first.key) == [(POLICY, first.report)]
    store.decide(regrading, "committed", who="mo")
    assert store.all_reports(first.key) == [(POLICY, first.report), (POLICY, second.report)]


def test_what_a_newer_kit_changes_is_shown_when_it_counts_at_once(store: Store) -> None:
    one = handed()
    store.hand_in([one])
    first = begin(store)
    store.record(first, graded(one, 5))
    assert store.differences(first) == []
    second = begin(store, kit="0.2.0+def")
    store.record(second, graded(one, 2, kit="0.2.0+def", diagnosis="buffers-body"))
    (row,) = store.differences(second)
    assert (row.was_points, row.now_points, row.was_kit, row.now_kit) == (5, 2, KIT, "0.2.0+def")
    assert [attempt.points for attempt in store.attempts()] == [2]


def test_a_regrading_is_gone_on_with_and_one_of_another_kit_is_discarded(store: Store) -> None:
    one = handed()
    store.hand_in([one])
    store.record(begin(store), graded(one, 5))
    regrading = begin(store, "regrade")
    store.record(regrading, graded(one, 2, number=1))
    assert begin(store, "regrade") == regrading
    assert store.known(regrading).done(graded(one).key, KIT, POLICY)
    other = begin(store, "regrade", kit="0.2.0+def")
    assert other != regrading
    assert not store.known(other).done(graded(one).key, KIT, POLICY)
    store.decide(regrading, "committed", who="mo")  # too late
    assert [attempt.points for attempt in store.attempts()] == [5]


def test_a_regrading_that_says_the_same_or_fails_changes_nothing(store: Store) -> None:
    same, fault = handed("ada"), handed("bob")
    store.hand_in([same, fault])
    for one in (same, fault):
        store.record(begin(store), graded(one, 2, diagnosis="buffers-body"))
    regrading = begin(store, "regrade")
    store.record(regrading, graded(same, 2, number=1, diagnosis="buffers-body"))
    store.record(regrading, graded(fault, 5, number=1, status="error"))
    assert store.differences(regrading) == []


@given(st.text(), st.text(), st.text())
@settings(max_examples=breadth.examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_can_be_kept(store: Store, student: str, name: str, origin: str) -> None:
    """What folders and zips may be called: NUL, halves of characters, quotes."""
    one = handed("x" + student)
    store.enroll([Student("x" + student, name, origin)])
    store.hand_in([one])
    store.record(begin(store), graded(one))
    assert store.known().done(graded(one).key, KIT, POLICY)
    assert [a.points for a in store.attempts(student="x" + student)] == [5]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://x/y", "mysql is not known"),
        ("sqlite://", "names no file"),
        ("://", "is no database URL"),
        ("sqlite:////no/such/folder/x.db", "no folder /no/such/folder"),
        ("postgresql://kit:secret@127.0.0.1:1/x", r"Is the server up"),
    ],
)
def test_a_database_that_cannot_be_had_is_named(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("id,name\n" * 200)
    with pytest.raises(UsageError, match=r"grades.csv: cannot be opened \(file is not a database\)"):
        Store(str(path))
    assert path.read_text() == "id,name\n" * 200


def test_a_path_alone_is_one_of_sqlite() -> None:
    assert opening.parsed("a/grades.db").render_as_string() == "sqlite:///a/grades.db"


def test_the_kits_key_changes_with_what_decides_verdicts_alone(tmp_path: Path) -> None:
    import shutil

    root = Path(__file__).parents[2]
    for folder in ("challenges", "fixtures"):
        shutil.copytree(root / folder, tmp_path / folder)
    challenge, other = load_all(Kit(tmp_path))[:2]
    before, others = kit_of(challenge), kit_of(other)
    challenge.file.write_text("# a learner's")
    (challenge.folder / "README.md").write_text("other words")
    assert kit_of(challenge) == before
    with (challenge.folder / "checks.py").open("a") as file:
        file.write("\n# changed\n")
    assert kit_of(challenge) != before
    assert kit_of(other) == others
