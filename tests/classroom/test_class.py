"""`grader class` as an instructor types it."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.classroom import dask
from grader.classroom.store.store import Store
from grader.commands.classroom import Wanted, run
from grader.errors import UsageError
from tests import breadth
from tests.classroom.postgres import Postgres
from tests.classroom.small import (
    CORPUS,
    INSPECT,
    RIGHT,
    WRONG,
    alive,
    begun,
    class_of,
    descendants,
    grade_class,
    numbered,
    recorded,
    small_kit,
    wait_until,
)
from tests.commands.kits import environment


@pytest.fixture(scope="module")
def shared_kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_kit(tmp_path_factory.mktemp("class"))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "grades.db"


class Said(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def grade(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command in this very process, which spares the imports."""

    def grade(kit: Path, folder: Path, db: str | Path, **more: Any) -> Said:
        monkeypatch.setenv("GRADER_KIT", str(kit))
        options = {
            "challenges": [], "roster": None, "jobs": 1, "scheduler": None, "tls": (None, None, None),
            "regrade": False, "commit": False, "seed_policy": "per-student", "plain": True,
        }  # fmt: skip
        capfd.readouterr()
        status = run(Wanted(str(folder), str(db), **{**options, **more}))
        return Said(status, *capfd.readouterr())

    return grade


def test_a_class_is_graded_kept_and_gone_on_with(
    shared_kit: Path, tmp_path: Path, db: Path, grade: Callable[..., Said]
) -> None:
    folder = class_of(tmp_path / "sub", {"ada": RIGHT, "bob": WRONG})
    first = grade_class(shared_kit, folder, f"sqlite:///{db}")
    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "2 graded: 1 passed, 1 did not.")
    assert re.search(r"2 of 2 · [\d.]+/s · 0:00:00 left · 1 not passed", first.stderr)
    with Store(str(db)) as store:
        assert [(a.student, a.status, a.diagnosis) for a in store.attempts()] == [
            ("ada", "pass", None),
            ("bob", "fail", "buffers-body"),
        ]
        seeds = {attempt.seed for attempt in store.attempts()}
        assert len(seeds) == 2
    again = grade(shared_kit, folder, db)
    assert (again.status, again.out.splitlines()) == (
        0,
        ["2 students, 2 submissions, 2 graded before", "Nothing new to grade."],
    )
    class_of(folder, {"bob": RIGHT, "cy": WRONG})
    (folder / "dee").mkdir()
    (folder / "dee" / "holiday.zip").write_bytes(b"no zip")
    third = grade(shared_kit, folder, db)
    assert third.status == 1  # one could not be read
    assert re.search(r"! dee: .*holiday\.zip", third.out)
    assert "4 students, 3 submissions, 1 graded before" in third.out
    with Store(str(db)) as store:
        assert [(a.student, a.status, a.number) for a in store.attempts()] == [
            ("ada", "pass", 1), ("bob", "fail", 1), ("bob", "pass", 2), ("cy", "fail", 1),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"commit": True}, "--commit goes with --regrade"),
        ({"seed_policy": "dice"}, "expected `per-student`"),
        ({"challenges": ["7"]}, "no challenge '7'"),
        ({"db": "mysql://x/y"}, "mysql is not known"),
        ({"roster": Path("none.csv")}, r"none\.csv"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "no Dask scheduler answers"),
    ],
)
def test_what_is_typed_wrong_is_a_sentence(
    shared_kit: Path,
    tmp_path: Path,
    options: dict[str, Any],
    says: str,
    grade: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dask, "CONNECT_S", 0.5)
    folder, db = class_of(tmp_path / "sub", {"ada": RIGHT}), tmp_path / "grades.db"
    with pytest.raises(UsageError, match=says):
        grade(shared_kit, folder, **{"db": db, **options})
    assert recorded(db) == []


def test_no_folder_no_database(shared_kit: Path, tmp_path: Path, db: Path) -> None:
    done = grade_class(shared_kit, tmp_path / "none", str(db))
    assert (done.returncode, db.exists()) == (2, False)
    assert "no such folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_holds_no_submission_is_named(
    shared_kit: Path, tmp_path: Path, db: Path, grade: Callable[..., Said]
) -> None:
    (tmp_path / "empty").mkdir()
    done = grade(shared_kit, tmp_path / "empty", db)
    assert done.status == 1
    assert f"! {tmp_path / 'empty'}: holds no submission. Expected a folder or a zip for each student" in done.out


def test_without_the_extra_it_is_said_how_to_install_it(shared_kit: Path, tmp_path: Path) -> None:
    hides = "import sys, importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: None if n == 'sqlalchemy' else f(n, *a)"
    code = f"{hides}; sys.argv = ['grader', 'class', '.']; from grader.cli import main; main()"

    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=shared_kit, env=environment(shared_kit), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "stream-challenge-kit[class]" in done.stderr


def test_a_regrading_that_is_decided_on_meanwhile_is_told_to_who_is_still_grading(
    tmp_path: Path, db: Path, grade: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the dashboard's page, say. What was not graded by then stays as it was."""
    kit = small_kit(tmp_path)
    folder = class_of(tmp_path / "sub", {"ada": RIGHT, "bob": WRONG})
    grade(kit, folder, db)
    record, recorded_then = Store.record, []

    def record_and_decide(self: Store, sitting: int, graded: Any) -> bool:
        stored = record(self, sitting, graded)
        recorded_then.append(graded.student)
        self.decide(sitting, "committed", who="prof")
        return stored

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Store, "record", record_and_decide)
        said = grade(kit, folder, db, regrade=True, commit=True)
    assert said.status == 1 and "Committed" not in said.out
    assert "This regrading was committed by prof meanwhile. What it had not graded by then stays as it was" in said.err
    assert len(recorded_then) == 1
    with Store(str(db)) as store:
        kinds = [[(row.kind, row.state) for row in store.history(student, INSPECT)] for student in ("ada", "bob")]
    assert sorted(map(len, kinds)) == [1, 2] and ("regrade", "committed") in kinds[0] + kinds[1]
    again = grade(kit, folder, db, regrade=True, commit=True)
    assert (again.status, "Committed" in again.out) == (0, True)


def test_who_commits_second_is_told(
    tmp_path: Path, db: Path, grade: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = small_kit(tmp_path)
    folder = class_of(tmp_path / "sub", {"ada": RIGHT})
    grade(kit, folder, db)
    decide = Store.decide

    def second(self: Store, sitting: int, state: str, *, who: str) -> bool:
        decide(self, sitting, "discarded", who="prof")
        return decide(self, sitting, state, who=who)

    monkeypatch.setattr(Store, "decide", second)
    said = grade(kit, folder, db, regrade=True, commit=True)
    assert said.status == 1 and "Committed" not in said.out and "has decided on this regrading meanwhile" in said.err


@breadth.mark
def test_killed_at_any_moment_it_goes_on_and_nothing_is_lost_or_doubled(
    shared_kit: Path, tmp_path: Path, db: Path, grade: Callable[..., Said]
) -> None:
    sources = numbered(RIGHT, 10) | {f"w{i:02}": WRONG + f"\n# {i}\n".encode() for i in range(3)}
    folder = class_of(tmp_path / "sub", sources)
    with begun(shared_kit, folder, str(db), "--jobs", "1") as process:
        wait_until(lambda: len(recorded(db)) >= 3)
        processes = descendants(process.pid)
        process.kill()
    wait_until(lambda: not any(map(alive, processes)), seconds=10)
    before = recorded(db)
    assert 3 <= len(before) < 13
    assert f"{len(before)} graded before" in grade(shared_kit, folder, db).out
    assert recorded(db) == [(s, "fail" if s[0] == "w" else "pass") for s in sorted(sources)]


def test_ctrl_c_stops_it_at_once_and_leaves_nothing_behind(shared_kit: Path, tmp_path: Path, db: Path) -> None:
    folder = class_of(tmp_path / "sub", numbered(RIGHT, 30))
    with begun(shared_kit, folder, str(db), "--jobs", "1") as process:
        wait_until(lambda: len(recorded(db)) >= 2)
        processes = descendants(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == 130
        said = process.stderr.read() if process.stderr else ""
        assert "Traceback" not in said
        assert re.search(r"^grader: \d+ of 30 are graded and kept\. The same command goes on", said, re.MULTILINE)
        assert said.endswith("grader: stopped\n")
    assert 2 <= len(recorded(db)) < 30
    wait_until(lambda: not any(map(alive, processes)), seconds=10)


@breadth.mark
def test_a_database_that_is_locked_is_waited_for(shared_kit: Path, tmp_path: Path, db: Path) -> None:
    Store(str(db)).close()
    folder = class_of(tmp_path / "sub", numbered(RIGHT, 3))
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with begun(shared_kit, folder, str(db), "--jobs", "1") as process:
        assert process.stderr is not None
        assert "database is locked; waiting for it" in process.stderr.readline()
        other.execute("ROLLBACK")
        assert process.wait(60) == 0
    other.close()
    assert recorded(db) == [("s000", "pass"), ("s001", "pass"), ("s002", "pass")]


@breadth.mark
def test_a_server_that_restarts_in_the_middle_loses_and_doubles_nothing(
    shared_kit: Path, tmp_path: Path, postgres: Postgres
) -> None:
    folder, url = class_of(tmp_path / "sub", numbered(RIGHT, 40)), postgres.new_database()
    with begun(shared_kit, folder, url, "--jobs", "1") as process, Store(url) as store:
        wait_until(lambda: len(list(store.attempts())) >= 3)
        postgres.stop()
        under_way = process.poll() is None
        postgres.start()  # whatever came of it: other tests need the server
        assert under_way
        assert process.wait(180) == 0
        assert [(a.student, a.status, a.number) for a in store.attempts()] == [
            (f"s{i:03}", "pass", 1) for i in range(40)
        ]


@breadth.mark
def test_a_full_disk_under_the_runs_costs_nobody_points_and_is_tried_again(
    shared_kit: Path, tmp_path: Path, db: Path, grade: Callable[..., Said]
) -> None:
    """The command in a mount namespace of its own, where the folder for temporary files takes 64 KB."""
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    as_root = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    mount = f"mount -t tmpfs -o size=64k none {tiny}"
    if subprocess.run([*as_root, "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespaces here")
    folder = class_of(tmp_path / "sub", {"ada": RIGHT, "bob": RIGHT + b"# " + b"x" * 100_000})
    command = f"{mount} && python -m grader class {folder} --db {db} --jobs 1"
    env = environment(shared_kit) | {
        "TMPDIR": str(tiny),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        [*as_root, "sh", "-c", command], cwd=shared_kit, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "costs nobody points" in done.stdout
    assert recorded(db) == [("ada", "pass"), ("bob", "error")]
    with Store(str(db)) as store:
        assert all(a.points == a.max_points for a in store.attempts() if a.status == "error")
    assert grade(shared_kit, folder, db).status == 0
    with Store(str(db)) as store:
        assert [(a.student, a.status) for a in store.attempts()] == [("ada", "pass"), ("bob", "pass")]


def test_a_regrading_is_shown_before_it_counts(tmp_path: Path, db: Path, grade: Callable[..., Said]) -> None:
    kit = small_kit(tmp_path)
    folder = class_of(tmp_path / "sub", {"ada": RIGHT, "bob": WRONG, "cy": WRONG + b"#"})
    grade(kit, folder, db)
    checks = kit / "challenges" / INSPECT / "checks.py"
    arrives, ends = (
        f'as it arrives"""\n    lab.run(PLAIN).{how}' for how in ("shows_each_piece_as_it_arrives", "ends_well")
    )
    assert arrives in checks.read_text()
    riddle = (
        'is_a_riddle(lab: Lab) -> None:\n    """solves a riddle"""\n    lab.run(PLAIN).same("text", "riddle", "no")\n'
    )
    # What had to arrive piece by piece may come at once now, and there is a check that nobody passes.
    checks.write_text(checks.read_text().replace(arrives, ends) + f"\n\n@check(points=2)\ndef {riddle}")

    shown = grade(kit, folder, db, regrade=True)
    assert shown.status == 0
    assert re.search(r"bob · 01-inspect-a-chunk: 6 → 9 of 11", shown.out)
    assert re.search(r"prints every chunk as it arrives: failed, buffers-body.* → passed", shown.out)
    assert re.search(r"solves a riddle: is new, failed", shown.out)
    assert re.search(r"graded as 0\.1\.0\+\w+ before, now as 0\.1\.0\+\w+", shown.out)
    assert "Nothing of it counts yet" in shown.out
    points = {"ada": 9.0, "bob": 6.0, "cy": 6.0}
    with Store(str(db)) as store:
        assert {a.student: a.points for a in store.attempts()} == points

    committed = grade(kit, folder, db, regrade=True, commit=True)
    assert "3 graded before" in committed.out  # it was not done again
    assert "Committed" in committed.out
    with Store(str(db)) as store:
        assert {a.student: a.points for a in store.attempts()} == {"ada": 9.0, "bob": 9.0, "cy": 9.0}
        assert [(row.points, row.kind, row.state) for row in store.history("bob", INSPECT)] == [
            (6, "grade", "committed"),
            (9, "regrade", "committed"),
        ]
        assert all(row.who for row in store.history("bob", INSPECT))
    assert "Nothing new to grade" in grade(kit, folder, db).out
    assert "0 gain, 0 lose, 0 fail for another reason" in grade(kit, folder, db, regrade=True, commit=True).out
    with Store(str(db)) as store:
        assert [(a.student, a.points, a.number) for a in store.attempts()] == [
            ("ada", 9, 1),
            ("bob", 9, 1),
            ("cy", 9, 1),
        ]


@breadth.mark
def test_hostile_submissions_harm_nobody_else(
    shared_kit: Path, tmp_path: Path, db: Path, grade: Callable[..., Said]
) -> None:
    """One in a hundred of 300 in CI, three of 30 elsewhere."""
    many = 297 if os.environ.get("CI") else 27
    hostile = {
        "kills-its-parent": b"import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n",
        "kills-its-ancestors": b"import os, signal\nwhile (p := os.getppid()) > 1: os.kill(p, signal.SIGKILL)\n",
        "forks-and-prints": b"import os\nfor _ in range(6): os.fork()\nwhile True: os.write(1, b'x' * 65536)\n",
    }
    right = {path.stem: path.read_bytes() for path in sorted((CORPUS / "right").glob("[h-r]*.py"))[:6]}
    sources = numbered(RIGHT, many - len(right)) | right | hostile
    done = grade(shared_kit, class_of(tmp_path / "sub", sources), db)
    assert done.status == 0, done
    assert recorded(db) == sorted((student, "fail" if student in hostile else "pass") for student in sources)


def test_a_class_is_not_graded_where_it_would_be_confined_less_than_is_asked_for(
    shared_kit: Path, tmp_path: Path, db: Path, grade: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = class_of(tmp_path / "sub", {"ada": RIGHT})
    monkeypatch.setenv("GRADER_ISOLATION", "separate")
    with pytest.raises(UsageError, match="--require-isolation limited: here a submission is only `separate`"):
        grade(shared_kit, folder, db, isolation="limited")
    assert recorded(db) == [], "the same command grades it where it can be confined"
    assert grade(shared_kit, folder, db, isolation="separate").status == 0
