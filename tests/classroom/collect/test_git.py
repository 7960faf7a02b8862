"""Clones: read at a commit or before a moment, without running anything that a student put there."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.classroom.handing_in import CODE, FIRST, SECOND, gathered, pairs, put, said
from tests.corpus import challenges

FILE = f"challenges/{FIRST}/inspect_chunk.py"
DAY = 86_400
START = 1_790_000_000  # seconds since 1970


def git(folder: Path, *args: str, at: int = START) -> str:
    stamp = f"{at} +0200"
    env = os.environ | {
        "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip
    who = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *args], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, files: dict[str, bytes | str], day: int) -> str:
    """A commit of that day; its hash."""
    if not (folder / ".git").exists():
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "-q")
    put(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "work", at=START + day * DAY)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """Two clones of the kit; alice's last commit is of day 3."""
    stub = challenges()[SECOND].stub.read_text()
    for name in ("alice", "bob"):
        commit(tmp_path / name, {FILE: CODE, f"challenges/{SECOND}/prove_usage.py": stub}, 1)
    commit(tmp_path / "alice", {FILE: CODE + b"# late\n"}, 3)
    return tmp_path


def test_a_clone_gives_what_is_committed_and_when_each_file_last_changed(classroom: Path) -> None:
    (classroom / "bob" / FILE).write_text("not committed")
    found = gathered(classroom)
    assert pairs(found) == [("alice", "01"), ("bob", "01")]
    assert [each.source for each in found.handed] == [CODE + b"# late\n", CODE]
    assert [each.at for each in found.handed] == [
        datetime.fromtimestamp(START + 3 * DAY, UTC), datetime.fromtimestamp(START + DAY, UTC),
    ]  # fmt: skip
    assert said(found.problems) == ""


def test_before_a_deadline_it_is_the_last_commit_that_had_been_made(classroom: Path) -> None:
    found = gathered(classroom, before=datetime.fromtimestamp(START + 2 * DAY, UTC))
    assert {each.source for each in found.handed} == {CODE}
    found = gathered(classroom, before=datetime.fromtimestamp(START - DAY, UTC))
    assert found.handed == []
    assert [student.id for student in found.students] == ["alice", "bob"]
    assert said(found.problems).count("nothing had been handed in") == 2


def test_at_names_a_commit_and_who_does_not_have_it_is_told(classroom: Path) -> None:
    first = git(classroom / "alice", "rev-parse", "HEAD~1")
    git(classroom / "alice", "tag", "handed-in", first)
    found = gathered(classroom, at="handed-in")
    assert [(each.student, each.source) for each in found.handed] == [("alice", CODE)]
    assert "bob: " in said(found.problems) and "knows no commit 'handed-in'" in said(found.problems)
    assert gathered(classroom / "alice", at="--help").handed == []


def test_bare_clones_and_file_urls_are_read_too(classroom: Path, tmp_path: Path) -> None:
    bare = tmp_path / "repos of all"
    bare.mkdir()
    git(bare, "clone", "-q", "--bare", str(classroom / "alice"), "alice.git")
    assert pairs(gathered(bare)) == [("alice", "01")]
    assert pairs(gathered(f"file://{str(bare / 'alice.git').replace(' ', '%20')}")) == [("alice", "01")]
    assert pairs(gathered(classroom / "bob")) == [("bob", "01")]


def test_a_folder_of_students_that_lies_in_a_repository_is_no_clone(tmp_path: Path) -> None:
    commit(tmp_path, {"alice/inspect_chunk.py": CODE}, 1)
    put(tmp_path, {"bob/inspect_chunk.py": CODE})
    assert pairs(gathered(tmp_path)) == [("alice", "01"), ("bob", "01")]


def test_nothing_that_the_clone_is_set_up_with_runs(classroom: Path, tmp_path: Path) -> None:
    trap, sprung = tmp_path / "trap.sh", tmp_path / "sprung"
    put(tmp_path, {"trap.sh": f"#!/bin/sh\necho ran >> '{sprung}'\ncat\n"})
    trap.chmod(0o755)
    alice = classroom / "alice"
    put(alice, {".gitattributes": "*.py filter=trap diff=trap\n"})
    commit(alice, {FILE: CODE + b"# filtered\n"}, 4)
    for key, value in {
        "filter.trap.smudge": trap, "filter.trap.clean": trap, "diff.trap.textconv": trap, "diff.external": trap,
        "core.fsmonitor": trap, "core.pager": trap, "core.sshCommand": trap, "gpg.program": trap, "log.showSignature": "true",
        "core.hooksPath": tmp_path, "alias.ls-tree": f"!{trap}", "alias.rev-list": f"!{trap}", "core.editor": trap,
        "remote.origin.url": f"ext::{trap}", "remote.origin.promisor": "true", "extensions.partialClone": "origin",
        "remote.origin.uploadpack": trap, "protocol.allow": "always", "protocol.ext.allow": "always",
    }.items():  # fmt: skip
        git(alice, "config", key, str(value))
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        put(alice / ".git" / "hooks", {hook: trap.read_text()})
        (alice / ".git" / "hooks" / hook).chmod(0o755)
    sprung.unlink(missing_ok=True)
    found = gathered(classroom)
    assert found.handed[0].source == CODE + b"# filtered\n"
    blob = git(alice, "rev-parse", f"HEAD:{FILE}")
    (alice / ".git" / "objects" / blob[:2] / blob[2:]).unlink()  # a partial clone would go and fetch it
    assert "git cannot read it" in said(gathered(classroom).problems)
    assert not sprung.exists()


def test_what_leads_out_of_a_clone_is_not_followed(classroom: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    commit(other, {FILE: "another student's"}, 1)
    (classroom / "carl").mkdir()
    (classroom / "carl" / ".git").write_text(f"gitdir: {other / '.git'}\n")
    (classroom / "dora").mkdir()
    (classroom / "dora" / ".git").symlink_to(other / ".git")
    bob = classroom / "bob"
    (bob / FILE).unlink()
    (bob / FILE).symlink_to("/etc/passwd")
    commit(bob, {}, 2)
    other.rename(tmp_path.parent / f"{tmp_path.name}-elsewhere")
    found = gathered(classroom)
    assert pairs(found) == [("alice", "01")]
    text = said(found.problems)
    assert text.count("its .git leads to another folder") == 2
    assert "is a link, and is not followed" in text


def test_a_clone_without_a_commit_or_with_damage_is_that_students_problem(classroom: Path) -> None:
    (classroom / "carl").mkdir()
    git(classroom / "carl", "init", "-q")
    (classroom / "bob" / ".git" / "HEAD").write_text("nonsense")
    found = gathered(classroom)
    assert pairs(found) == [("alice", "01")]
    text = said(found.problems)
    assert "carl: " in text and "holds no commit yet" in text
    assert "bob: " in text
