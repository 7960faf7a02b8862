"""A folder a student, in the ways in which students and instructors fill it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.classroom.collect import collect
from grader.errors import UsageError
from tests.classroom.handing_in import CODE, FIRST, SECOND, gathered, pairs, put, said, zipped
from tests.corpus import ROOT, challenges


def test_a_challenge_is_known_by_its_folder_or_by_the_name_of_its_stub(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            f"alice/{FIRST}/inspect_chunk.py": CODE,
            f"bob/{SECOND}/main.py": CODE,
            "carl/prove_usage.py": CODE,
            f"dora/week 3/{FIRST}.py": CODE,
            "emil/Inspect_Chunk.PY": CODE,
            "fred/inspect_chunk (2).py": CODE,
            "gina/inspect_chunk.py.txt": CODE,
        },
    )
    found = gathered(tmp_path)
    assert said(found.problems) == ""
    assert pairs(found) == [
        ("alice", "01"), ("bob", "02"), ("carl", "02"), ("dora", "01"), ("emil", "01"), ("fred", "01"), ("gina", "01"),
    ]  # fmt: skip
    assert {each.source for each in found.handed} == {CODE}


def test_of_a_clone_only_the_challenges_count_and_no_untouched_stub(tmp_path: Path) -> None:
    stub = challenges()[SECOND].stub.read_bytes()
    put(
        tmp_path / "alice" / "kit",
        {
            f"challenges/{FIRST}/inspect_chunk.py": CODE,
            f"challenges/{FIRST}/checks.py": "",
            f"challenges/{FIRST}/.stub.py": "",
            f"challenges/{SECOND}/prove_usage.py": stub.replace(b"\n", b"\r\n"),
            "challenges/common.py": "",
            f"solutions/{SECOND}.py": "the kit's own",
            f"tests/submissions/{SECOND}/right/plain.py": "the kit's own",
            "grader/cli.py": "",
        },
    )
    found = gathered(tmp_path)
    assert pairs(found) == [("alice", "01")]
    assert said(found.problems) == ""


def test_two_files_for_one_challenge_are_a_problem_that_names_both_unless_they_are_the_same(tmp_path: Path) -> None:
    put(tmp_path, {"alice/inspect_chunk.py": CODE, "alice/old/inspect_chunk.py": CODE + b"# old\n"})
    put(tmp_path, {"bob/inspect_chunk.py": CODE, "bob/old/inspect_chunk.py": CODE})
    found = gathered(tmp_path)
    assert pairs(found) == [("bob", "01")]
    [problem] = found.problems
    assert problem.student == "alice"
    assert "inspect_chunk.py and" in problem.message
    assert "old/inspect_chunk.py" in problem.message


def test_what_says_nothing_of_its_challenge_is_a_problem_and_never_guessed(tmp_path: Path) -> None:
    put(tmp_path, {"alice/homework.py": CODE, "bob/notes.txt": "hi", f"carl/{FIRST}/prove_usage.py": CODE})
    (tmp_path / "dora").mkdir()
    found = gathered(tmp_path)
    assert found.handed == []
    assert [student.id for student in found.students] == ["alice", "bob", "carl", "dora"]
    text = said(found.problems)
    assert "could be for any challenge. Name it as its stub (inspect_chunk.py" in text
    assert "bob: " in text and "holds no Python file" in text
    assert "named as another challenge's" in text
    assert "dora: " in text


def test_litter_of_systems_and_tools_is_not_handed_in(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "alice/inspect_chunk.py": CODE,
            "alice/__MACOSX/._inspect_chunk.py": b"\0\5\x16\7",
            "alice/.DS_Store": b"\0",
            "alice/__pycache__/inspect_chunk.py": "x",
            "alice/venv/lib/inspect_chunk.py": "x",
            "alice/.ipynb_checkpoints/inspect_chunk.ipynb": "x",
            ".DS_Store": b"\0",
            "__MACOSX/alice/inspect_chunk.py": "x",
            "roster.csv": "id\nalice\n",
        },
    )
    found = gathered(tmp_path)
    assert pairs(found) == [("alice", "01")]
    assert said(found.problems) == ""


def test_bytes_are_kept_as_they_are_and_what_no_python_reads_is_a_problem(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + CODE.replace(b"\n", b"\r\n")
    put(
        tmp_path,
        {
            "alice/inspect_chunk.py": windows,
            "bob/inspect_chunk.py": CODE.decode().encode("utf-16"),
            "carl/inspect_chunk.py": b"\0binary",
            "dora/inspect_chunk.py": b"#" * (1024 * 1024 + 1),
            "emil/inspect_chunk.py": b"",
        },
    )
    found = gathered(tmp_path)
    assert {each.student: each.source for each in found.handed} == {"alice": windows, "emil": b""}
    text = said(found.problems)
    assert "bob: " in text and "is UTF-16 text, expected UTF-8. Save it as UTF-8." in text
    assert "carl: " in text and "binary" in text
    assert "dora: " in text and "larger than 1024 KiB" in text


def test_links_out_of_a_students_folder_are_not_followed_and_links_within_are(tmp_path: Path) -> None:
    put(tmp_path, {"alice/inspect_chunk.py": CODE, "bob/real/solution.py": CODE, "secret/inspect_chunk.py": "s3cret"})
    submissions = tmp_path / "class"
    submissions.mkdir()
    for name in ("alice", "bob"):
        (tmp_path / name).rename(submissions / name)
    (submissions / "alice" / "prove_usage.py").symlink_to(tmp_path / "secret" / "inspect_chunk.py")
    (submissions / "alice" / "cut_short.py").symlink_to("../bob/real/solution.py")
    (submissions / "alice" / SECOND).symlink_to(tmp_path / "secret")
    (submissions / "bob" / "inspect_chunk.py").symlink_to("real/solution.py")
    (submissions / "bob" / "loop").symlink_to("..")
    found = gathered(submissions)
    assert pairs(found) == [("alice", "01"), ("bob", "01")]
    assert {each.source for each in found.handed} == {CODE}
    assert said(found.problems).count("leads out of the student's folder") == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo_keeps_nobody_waiting(tmp_path: Path) -> None:
    put(tmp_path, {"alice/prove_usage.py": CODE})
    os.mkfifo(tmp_path / "alice" / "inspect_chunk.py")
    assert pairs(gathered(tmp_path)) == [("alice", "02")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_that_students_problem(tmp_path: Path) -> None:
    put(tmp_path, {"alice/inspect_chunk.py": CODE, "bob/inspect_chunk.py": CODE})
    (tmp_path / "alice" / "inspect_chunk.py").chmod(0)
    found = gathered(tmp_path)
    assert pairs(found) == [("bob", "01")]
    assert "alice: " in said(found.problems)


def test_a_timestamp_says_when_it_was_handed_in_where_students_cannot_have_written_it(tmp_path: Path) -> None:
    put(tmp_path, {f"alice/{FIRST}/inspect_chunk.py": CODE, "alice/timestamp.txt": "2026-11-25T17:00:00+01:00\n"})
    put(tmp_path, {f"bob/{FIRST}/inspect_chunk.py": CODE, "bob/timestamp.txt": "yesterday"})
    put(tmp_path, {f"carl/{FIRST}/inspect_chunk.py": CODE, "carl/timestamp.txt": "2026-11-25 17:00"})
    assert {each.at for each in gathered(tmp_path).handed} == {None}
    os.utime(tmp_path / "bob" / FIRST / "inspect_chunk.py", (1_000_000_000, 1_000_000_000))
    found = gathered(tmp_path, times=True)
    times = {each.student: each.at for each in found.handed}
    assert times["alice"] == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert times["bob"] == datetime.fromtimestamp(1_000_000_000, UTC)
    assert "'yesterday' is no date" in said(found.problems)
    assert "does not say its time zone" in said(found.problems)


def test_modification_times_count_only_when_asked_for(tmp_path: Path) -> None:
    put(tmp_path, {"alice/inspect_chunk.py": CODE})
    os.utime(tmp_path / "alice" / "inspect_chunk.py", (1_000_000_000, 1_000_000_000))
    assert gathered(tmp_path).handed[0].at is None
    assert gathered(tmp_path, times=True).handed[0].at == datetime.fromtimestamp(1_000_000_000, UTC)


def test_a_student_may_hand_in_a_zip(tmp_path: Path) -> None:
    put(tmp_path, {"alice/work.zip": zipped({"work/inspect_chunk.py": CODE, "__MACOSX/work/._inspect_chunk.py": "x"})})
    put(
        tmp_path, {"bob.zip": zipped({f"kit-main/challenges/{FIRST}/inspect_chunk.py": CODE, "kit-main/README.md": ""})}
    )
    put(tmp_path, {"carl/work.zip": b"PK no zip", "dora/work.rar": b"Rar!"})
    put(tmp_path, {"emil/a.zip": zipped({"b.zip": zipped({"inspect_chunk.py": CODE})})})
    found = gathered(tmp_path)
    assert pairs(found) == [("alice", "01"), ("bob", "01")]
    text = said(found.problems)
    assert "carl: " in text and "is not a readable zip" in text
    assert text.count("is packed in a way that is not opened. Hand in the .py file.") == 2


def test_a_folder_named_as_a_challenge_holds_the_students_of_that_challenge(tmp_path: Path) -> None:
    put(tmp_path, {f"{FIRST}/alice/main.py": CODE, f"{FIRST}/bob/inspect_chunk.py": CODE})
    put(tmp_path, {f"{FIRST}/carl/a.py": CODE, f"{FIRST}/carl/b.py": CODE + b"#"})
    found = gathered(tmp_path)
    assert pairs(found) == [("alice", "01"), ("bob", "01")]
    assert "carl: " in said(found.problems)


def test_a_file_outside_of_all_students_folders_is_nobodys(tmp_path: Path) -> None:
    put(tmp_path, {"inspect_chunk.py": CODE, "alice/inspect_chunk.py": CODE})
    found = gathered(tmp_path)
    assert pairs(found) == [("alice", "01")]
    assert "nothing says whose it is" in said(found.problems)


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("nowhere", "no such folder"),
        ("https://github.com/someone/kit", "only local clones are read"),
        ("git@github.com:someone/kit.git", "only local clones are read"),
        (str(ROOT / "pyproject.toml"), "is a file, expected a folder of submissions or a zip"),
    ],
)
def test_what_was_typed_wrong_says_what_was_expected(where: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        gathered(where)


def test_of_the_challenges_that_are_not_asked_for_nothing_is_said(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"alice/inspect_chunk.py": CODE, "alice/prove_usage.py": CODE, "alice/old/prove_usage.py": CODE + b"#"},
    )
    found = collect(tmp_path, [challenges()[FIRST]])
    assert pairs(found) == [("alice", "01")]
    assert found.problems == []


def test_no_file_name_acts_on_the_terminal_that_shows_it(tmp_path: Path) -> None:
    put(tmp_path, {"alice/\x1b[2Jhomework\u202e.py": CODE})
    [problem] = gathered(tmp_path).problems
    assert problem.where.isprintable()
    assert "homework\\u202e.py" in problem.where


@pytest.mark.parametrize("shut", ["", "alice", FIRST])
def test_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shut: str) -> None:
    put(tmp_path, {"alice/inspect_chunk.py": CODE, f"{FIRST}/bob/inspect_chunk.py": CODE})
    listed = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path) == tmp_path / shut:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = gathered(tmp_path)
    assert len(found.handed) == (1 if shut else 0)
    assert f"{tmp_path / shut}: cannot be read (Permission denied)" in said(found.problems)


def test_folders_that_lead_round_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path, {f"{FIRST}/alice/inspect_chunk.py": CODE, "export/submission_metadata.yml": "{}"})
    put(tmp_path, {"export/submission_1/inspect_chunk.py": CODE})
    (tmp_path / FIRST / FIRST).symlink_to(tmp_path / FIRST)
    (tmp_path / "export" / "again").symlink_to(tmp_path / "export")
    (tmp_path / "loop.zip").symlink_to(tmp_path / "loop.zip")
    (tmp_path / FIRST / "alice" / "prove_usage.py").symlink_to(tmp_path / FIRST / "alice" / "prove_usage.py")
    assert ("alice", "01") in pairs(gathered(tmp_path))
