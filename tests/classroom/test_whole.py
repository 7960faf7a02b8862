"""From what an instructor downloads to what they upload again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.classroom.collect.test_git import commit
from tests.classroom.handing_in import put, zipped
from tests.classroom.small import INSPECT, RIGHT, WRONG, small_kit
from tests.commands.here import grader_here
from tests.commands.kits import grader


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A kit, and a class in it: Moodle's zip, a clone, a folder, and somebody who handed in nothing."""
    folder = tmp_path_factory.mktemp("whole")
    kit = small_kit(folder)
    submissions = folder / "submissions"
    put(
        submissions,
        {
            "week1.zip": zipped({
                "Zoë Ångström_12_assignsubmission_file_/inspect_chunk.py": RIGHT,
                "Jane Doe_13_assignsubmission_file_/work.zip": zipped({"inspect_chunk.py": WRONG, ".DS_Store": "x"}),
            }),
            f"li/{INSPECT}/inspect_chunk.py": RIGHT + b"# li\n",
            "li/notes.py": "x = 1\n",
        },
    )  # fmt: skip
    commit(submissions / "ray", {f"challenges/{INSPECT}/inspect_chunk.py": WRONG + b"# ray\n"}, 1)
    commit(submissions / "ray", {f"challenges/{INSPECT}/inspect_chunk.py": RIGHT + b"# ray\n"}, 3)
    put(
        folder,
        {"roster.csv": "id,name,email\nzoe,Zoë Ångström,z@x.edu\njane,Jane Doe,\nli,Li Wei,\nray,Ray Ban,\nnia,Nia,\n"},
    )
    return kit, folder


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_mixed_class_is_graded_exported_reported_compared_and_gone_on_with(
    graded: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    kit, folder = graded
    db = ["--db", f"sqlite:///{kit / 'grades.db'}"]
    args = ["--roster", str(folder / "roster.csv"), "--before", "2026-09-23T12:00Z", "--plain"]
    done = grader(kit, "class", str(folder / "submissions"), *args)
    assert done.returncode == 1, done.stderr  # notes.py is nobody's business, and told
    assert "5 students, 4 submissions" in done.stdout
    assert "li: " in done.stdout and "could be for any challenge" in " ".join(done.stdout.split())
    wide = rows(grader_here(monkeypatch, capfd, kit, "export", *db, "--format", "wide").stdout)
    assert {student: row["total"] for student, row in wide.items()} == {
        "zoe": "9", "jane": "6", "li": "9", "ray": "6", "nia": "0",
    }  # fmt: skip
    put(
        folder,
        {
            "canvas.csv": 'Student,ID,SIS User ID,Inspect a chunk (9)\n Points Possible,,,10\n"Doe, Jane",1,jane,\nX,2,nia,\n'
        },
    )
    filled = grader_here(
        monkeypatch, capfd, kit, "export", *db, "--format", "canvas", "--fill", str(folder / "canvas.csv")
    ).stdout
    assert filled.splitlines()[2:] == ['"Doe, Jane",1,jane,6.67', "X,2,nia,"]
    stats = json.loads(grader_here(monkeypatch, capfd, kit, "report", *db, "--json").stdout)
    assert (stats["students"], stats["idle"], stats["challenges"][0]["passed"]) == (5, ["nia"], 2)
    alike = json.loads(grader_here(monkeypatch, capfd, kit, "similar", *db, "--json").stdout)
    assert [group["students"] for group in alike["groups"]] == [["jane", "ray"], ["li", "zoe"]]
    # A later look at the clones adds an attempt, and grades nothing else again.
    done = grader(kit, "class", str(folder / "submissions"), "--roster", str(folder / "roster.csv"), "--plain")
    assert "4 submissions, 3 graded before" in " ".join(done.stdout.split()), done.stdout + done.stderr
    long = list(csv.DictReader(io.StringIO(grader_here(monkeypatch, capfd, kit, "export", *db).stdout)))
    ray = [(row["attempt"], row["status"], row["counts"]) for row in long if row["student"] == "ray"]
    assert ray == [("1", "fail", "no"), ("2", "pass", "yes")]
