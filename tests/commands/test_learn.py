"""`list`, `hint` and `reset`: what a learner uses between two gradings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.challenge import find_kit, load_all
from grader.commands import learn
from grader.errors import UsageError
from tests.commands.kits import ROOT, copy_kit, grader

WRONG = ROOT / "tests" / "submissions" / "01-inspect-a-chunk" / "wrong" / "not-flushed--stdout-buffer.py"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return copy_kit(tmp_path)


def learners_file(kit: Path) -> Path:
    return kit / "challenges" / "01-inspect-a-chunk" / "inspect_chunk.py"


def test_hints_get_stronger_one_at_a_time_and_start_over_with_another_mistake(kit: Path) -> None:
    shutil.copy(WRONG, learners_file(kit))
    first = grader(kit, "grade", "1").stdout
    assert "hint 2" not in first
    assert "hint 2" in grader(kit, "hint", "1").stdout
    assert "hint 3" in grader(kit, "hint", "1").stdout
    assert "These are all of them" in grader(kit, "hint", "1").stdout
    shutil.copy(WRONG.with_name("silent--returns-only.py") if WRONG.with_name("silent--returns-only.py").exists()
                else next(WRONG.parent.glob("silent--*.py")), learners_file(kit))  # fmt: skip
    grader(kit, "grade", "1")
    assert "hint 3" not in grader(kit, "hint", "1").stdout


def test_after_a_pass_there_is_nothing_to_hint_at_and_the_list_says_so(kit: Path) -> None:
    shutil.copy(kit / "solutions" / "01-inspect-a-chunk.py", learners_file(kit))
    grader(kit, "grade", "1")
    assert "nothing to hint at" in grader(kit, "hint", "1").stdout
    listed = grader(kit, "list").stdout.splitlines()
    assert "passed" in listed[0]
    assert "not started" in listed[1]


def test_grading_another_file_changes_nothing_that_is_remembered(kit: Path) -> None:
    grader(kit, "grade", "1", "--file", str(kit / "solutions" / "01-inspect-a-chunk.py"))
    assert "not started" in grader(kit, "list").stdout.splitlines()[0]


@pytest.mark.parametrize(
    "memory",
    [
        '{"01-inspect-a-chunk": [1, 2',
        '{"01-inspect-a-chunk": {"status": "fail", "points": "many", "hints": "x"}}',
        '{"01-inspect-a-chunk": {"status": "fail", "points": 1e999}}',
        '{"01-inspect-a-chunk": {"status": ["fail"]}}',
        "[" * 100_000,
    ],
    ids=["cut", "texts", "endless", "a list", "deep"],
)
def test_a_damaged_memory_is_no_trouble(kit: Path, memory: str) -> None:
    (kit / ".grader").mkdir()
    (kit / ".grader" / "progress.json").write_text(memory)
    for command in (("list",), ("hint", "1")):
        done = grader(kit, *command)
        assert "Traceback" not in done.stderr
    assert "not started" in grader(kit, "list").stdout.splitlines()[0]


def test_reset_asks_first_and_keeps_a_backup(kit: Path) -> None:
    path = learners_file(kit)
    stub = path.read_bytes()
    path.write_text("# my work\n")
    refused = grader(kit, "reset", "1", stdin="n\n")
    assert "Nothing was changed" in refused.stdout
    assert path.read_text() == "# my work\n"
    done = grader(kit, "reset", "1", stdin="y\n")
    assert done.returncode == 0
    assert path.read_bytes() == stub
    assert (path.parent / "inspect_chunk.backup-1.py").read_text() == "# my work\n"
    path.write_text("# more work\n")
    grader(kit, "reset", "1", "--yes")
    assert (path.parent / "inspect_chunk.backup-2.py").read_text() == "# more work\n"


def test_reset_without_an_answer_changes_nothing(kit: Path) -> None:
    learners_file(kit).write_text("# my work\n")
    done = grader(kit, "reset", "1", stdin="")
    assert learners_file(kit).read_text() == "# my work\n"
    assert "Nothing was changed" in done.stdout
    assert "`grader reset 1 --yes`" in done.stdout


def test_reset_where_nothing_can_be_written_loses_nothing(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.chdir(kit)
    monkeypatch.setattr(learn.shutil, "copy2", refuses)
    learners_file(kit).write_text("# my work\n")
    with pytest.raises(UsageError, match=r"inspect_chunk\.py: cannot be replaced \(Read-only file system"):
        learn.reset("1", yes=True, plain=True)
    assert learners_file(kit).read_text() == "# my work\n"


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_path_of_the_list_is_broken_over_lines(
    kit: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.chdir(kit)
    learn.show_list(plain=True)
    listed = capsys.readouterr().out
    assert all(challenge.card.file in listed for challenge in load_all(find_kit(kit)))
    assert ("challenges/01-inspect-a-chunk/inspect_chunk.py" in listed) is (width >= 100)


def test_a_learners_file_that_is_no_source_says_how_to_get_the_stub_back(kit: Path) -> None:
    (kit / "challenges" / "01-inspect-a-chunk" / "inspect_chunk.py").write_bytes(b"\0")
    assert "`make reset C=1` brings the stub back" in grader(kit, "grade", "1").stderr


def test_reset_of_an_untouched_stub_says_so(kit: Path) -> None:
    assert "is the stub already" in grader(kit, "reset", "1").stdout
