"""`grader export`, `report` and `similar`: what an instructor reads of a class that has been graded."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.classroom.model import Handed, Student
from grader.classroom.store.store import Store
from tests.classroom.made import graded
from tests.commands.here import Done, grader_here
from tests.commands.kits import ROOT
from tests.corpus import SUBMISSIONS

FIRST, SECOND = "01-inspect-a-chunk", "02-prove-include-usage"
START = datetime(2026, 11, 1, tzinfo=UTC)


def source(name: str) -> bytes:
    return (SUBMISSIONS / FIRST / "right" / f"{name}.py").read_bytes()


Run = Callable[..., Done]


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return lambda *args, **env: grader_here(monkeypatch, capfd, ROOT, *args, **env)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Ann passed on her second try; Bob handed in Ann's program under other names; Cem is told the same again and again;
    Zoë did nothing."""
    path = tmp_path_factory.mktemp("class") / "grades.db"
    ann, mess = source("dataclass_reader"), b"import os\n" * 30
    tries = [
        ("ann", mess, 0, "buffers-body"),
        ("ann", ann, 1, None),
        ("bob", ann.replace(b"reader", b"thing").replace(b"chunk", b"bit"), 2.5, None),
        *(("cem", mess + b"#" * n, n, "buffers-body") for n in range(3)),
    ]
    with Store(f"sqlite:///{path}") as store:
        store.enroll(
            [Student("ann", "Ann Lee", "ann@x.edu", "A"), Student("bob", "Bob Ray", "", "B"), Student("zoë", "=Zoë")]
        )
        sitting = store.begin("grade", policy="per-class", kit="k", who="tess")
        for student, code, day, diagnosis in tries:
            handed = Handed(student, FIRST, "inspect_chunk.py", code, START + timedelta(days=day), "x")
            store.hand_in([handed])
            store.record(sitting, graded(handed, points=5 if diagnosis is None else 2, diagnosis=diagnosis))
    return f"sqlite:///{path}"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "class.toml"
    path.write_text("late_penalty = 50\nonly = ['1']\n[challenge.1]\ndeadline = 2026-11-02\nweight = 100\n")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_long_export_has_every_attempt(grader: Run, db: str) -> None:
    done = grader("export", "--db", db)
    assert done.returncode == 0, done.stderr
    made = rows(done.stdout)
    assert [(r["student"], r["attempt"], r["points"], r["status"], r["counts"]) for r in made] == [
        ("ann", "1", "2", "fail", "no"), ("ann", "2", "5", "pass", "yes"), ("bob", "1", "5", "pass", "yes"),
        ("cem", "1", "2", "fail", "yes"), ("cem", "2", "2", "fail", "no"), ("cem", "3", "2", "fail", "no"),
    ]  # fmt: skip


def test_class_toml_is_applied_when_grades_are_read(grader: Run, db: str, rules: Path, tmp_path: Path) -> None:
    out = tmp_path / "wide.csv"
    done = grader("export", "--db", db, "--format", "wide", "--policy", str(rules), "--out", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    made = {row["student"]: row for row in rows(out.read_text())}
    assert (made["ann"][FIRST], made["ann"]["total"], made["ann"]["out_of"]) == ("20", "100", "100")
    assert (made["bob"][FIRST], made["bob"]["total"]) == ("10", "50")
    assert (made["zoë"][FIRST], made["zoë"]["total"], made["zoë"]["name"]) == ("", "0", "'=Zoë")
    plain = rows(grader("export", "--db", db, "--format", "wide").stdout)
    assert plain[1][FIRST] == "20"


def test_canvas_own_file_comes_back_filled_in(grader: Run, db: str, tmp_path: Path) -> None:
    path = tmp_path / "canvas.csv"
    path.write_text(
        'Student,ID,Section,Inspect a chunk (9)\n    Points Possible,,,100\n"Lee, Ann",1,A,\nStranger,2,A,3\n'
    )
    done = grader("export", "--db", db, "--format", "canvas", "--fill", str(path))
    assert done.stdout.splitlines()[2:] == ['"Lee, Ann",1,A,100', "Stranger,2,A,3"]
    assert done.returncode == 1
    assert "bob: " in done.stderr and "has grades and no row in this file" in done.stderr
    assert "1 grade filled in; " in done.stderr


def test_json_lines_and_moodle(grader: Run, db: str) -> None:
    made = [
        json.loads(line)
        for line in grader("export", "--db", db, "--format", "jsonl", "--challenge", "1").stdout.splitlines()
    ]
    assert [(each["student"], each["points"]) for each in made] == [("ann", 20), ("bob", 20), ("cem", 8), ("zoë", None)]
    moodle = grader("export", "--db", db, "--format", "moodle", "--challenge", "1").stdout
    assert moodle.splitlines()[:2] == ["ID number,Email address,Inspect a chunk", "ann,ann@x.edu,20"]


def test_the_report_shows_challenges_misconceptions_and_who_is_stuck(grader: Run, db: str) -> None:
    done = grader("report", "--db", db, "--plain", COLUMNS="160")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "4 students" in lines
    assert f"{FIRST} 3 2 67% 6 0.80 –" in lines
    assert any(line.startswith("buffers-body 2 1 1 1") for line in lines)
    assert f"cem · {FIRST}: buffers-body, 3 times in a row" in lines
    assert "Tried nothing: zoë (1 of 4)" in lines
    as_json = json.loads(grader("report", "--db", db, "--json", "--section", "A").stdout)
    assert (as_json["schema"], as_json["students"], as_json["challenges"][0]["students"]) == (
        "grader/class-stats/v1",
        1,
        1,
    )


def test_the_report_fits_a_terminal_of_80_columns_with_every_name_whole(grader: Run, db: str) -> None:
    done = grader("report", "--db", db, "--plain", COLUMNS="80")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "…" not in done.stdout
    assert {"03-stream-then-validate", "buffers-body", "difficulty"} <= set(done.stdout.split())


def test_a_section_that_nobody_is_in_is_named_with_those_there_are(grader: Run, db: str) -> None:
    done = grader("report", "--db", db, "--section", "Z")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "grader: --section Z: nobody is in it. There are: A, B.\n"


def test_similar_shows_groups_side_by_side_and_accuses_nobody(grader: Run, db: str) -> None:
    done = grader("similar", "--db", db, "--plain", COLUMNS="140")
    assert done.returncode == 0, done.stderr
    assert f"{FIRST}, group 1: ann, bob" in done.stdout
    assert "Alike is not copied" in done.stdout
    for word in ("plagiar", "cheat", "guilty", "suspect", "misconduct", "stole"):
        assert word not in done.stdout.lower()
    made = json.loads(grader("similar", "--db", db, "--json").stdout)
    assert [group["students"] for group in made["groups"]] == [["ann", "bob"]]
    assert made["groups"][0]["excerpts"]


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["export", "--db", "sqlite:///nowhere.db"], "nowhere.db: no such database. `grader class SUBMISSIONS"),
        (["report", "--db", "mysql://x/y"], "mysql"),
        (["export", "--format", "canvas"], "say --fill FILE"),
        (["export", "--fill", "x.csv"], "--fill goes with --format canvas or moodle"),
        (["export", "--format", "exam"], "exam"),
        (["class", "tests", "--before", "2026-09-23 12:00"], "--before: '2026-09-23 12:00' does not say its time zone"),
        (["similar", "--given", "nowhere.py"], "--given nowhere.py: cannot be read"),
        (["report", "--policy", "nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
def test_what_was_typed_wrong_is_a_sentence(grader: Run, tmp_path: Path, args: list[str], what: str) -> None:
    done = grader(*args)
    assert done.returncode == 2
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path(ROOT / "nowhere.db").exists()


def test_a_policy_that_speaks_of_strangers_says_so(grader: Run, db: str, tmp_path: Path) -> None:
    (tmp_path / "class.toml").write_text('[[extensions]]\nstudent = "nobody"\ndays = 1\n')
    done = grader("export", "--db", db, "--policy", str(tmp_path / "class.toml"))
    assert done.returncode == 0
    assert "speaks of 'nobody', and nobody in" in done.stderr
