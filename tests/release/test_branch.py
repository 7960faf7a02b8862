"""`grader release --branch`: a branch of its own history, and nothing else in the repository changes."""

import os
import subprocess
from pathlib import Path

import pytest

from grader import kitlock
from grader.errors import UsageError
from grader.release import branch
from grader.release.contents import Entry

ENTRIES = [
    Entry("KIT.lock", b"# a lock\n"),
    Entry(".gitattributes", b"* -text\n"),
    Entry("fixtures/01-one/crlf.sse", b"data: 1\r\n\r\n"),
    Entry("run", b"#!/bin/sh\n", executable=True),
    Entry("ignored.log", b"kept all the same\n"),
]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The instructor's: one commit with a solution, and work that is under way."""
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}.items():
        monkeypatch.setenv(name, value)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "T")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "t@example.org")
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01-one.py").write_text("answer = 42\n")
    (tmp_path / ".gitignore").write_text("*.log\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "the course")
    git(tmp_path, "config", "core.autocrlf", "true")
    (tmp_path / "under-way.txt").write_text("not committed")
    git(tmp_path, "add", "under-way.txt")
    return tmp_path


def git(repository: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(repository), *words], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_the_branch_has_the_files_byte_for_byte_and_no_commit_of_the_instructors(repository: Path) -> None:
    made = branch.commit(ENTRIES, repository, "learners", "handed out")
    assert git(repository, "log", "--format=%H %s", "learners") == f"{made} handed out"
    assert git(repository, "ls-tree", "-r", "--name-only", "learners").splitlines() == sorted(e.path for e in ENTRIES)
    for entry in ENTRIES:
        command = ["git", "-C", str(repository), "cat-file", "blob", f"learners:{entry.path}"]
        assert subprocess.run(command, capture_output=True, check=True).stdout == entry.content
    modes = {line.split()[3]: line.split()[0] for line in git(repository, "ls-tree", "-r", "learners").splitlines()}
    assert modes["run"] == "100755"
    assert modes["KIT.lock"] == "100644"
    shared = subprocess.run(["git", "-C", str(repository), "merge-base", "main", "learners"], check=False)
    assert shared.returncode == 1


def test_what_is_under_way_in_the_repository_stays_as_it_is(repository: Path) -> None:
    before = git(repository, "status", "--porcelain"), git(repository, "rev-parse", "HEAD")
    branch.commit(ENTRIES, repository, "learners", "handed out")
    assert (git(repository, "status", "--porcelain"), git(repository, "rev-parse", "HEAD")) == before


def test_the_next_release_goes_on_and_the_same_one_makes_no_commit(repository: Path) -> None:
    first = branch.commit(ENTRIES, repository, "learners", "one")
    assert branch.commit(ENTRIES, repository, "learners", "again") is None
    second = branch.commit(ENTRIES[:-1], repository, "learners", "two")
    assert git(repository, "rev-list", "learners").splitlines() == [second, first]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("main", "is checked out"),
        ("course", "commit [0-9a-f]+ of it holds what learners must not get"),
        ("other", f"holds no {kitlock.NAME}"),
        ("not a name", "is no name for a branch"),
    ],
)
def test_a_branch_that_would_carry_more_along_is_refused(repository: Path, name: str, says: str) -> None:
    git(repository, "branch", "course")
    tree = git(repository, "mktree", "--missing")
    git(repository, "branch", "other", git(repository, "commit-tree", tree, "-m", "something else"))
    before = git(repository, "for-each-ref")
    with pytest.raises(UsageError, match=says):
        branch.commit(ENTRIES, repository, name, "handed out")
    assert git(repository, "for-each-ref") == before


def test_a_solution_that_was_once_committed_to_the_branch_is_noticed(repository: Path) -> None:
    branch.commit([*ENTRIES, Entry("challenges/01-one/private/checks.py", b"")], repository, "learners", "a slip")
    with pytest.raises(UsageError, match="holds what learners must not get"):
        branch.commit(ENTRIES, repository, "learners", "handed out")


def test_where_there_is_no_repository_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no git repository"):
        branch.commit(ENTRIES, tmp_path, "learners", "handed out")
