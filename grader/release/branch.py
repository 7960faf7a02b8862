"""A released kit as a branch of a git repository, without touching what is checked out there.

The branch has a history of its own. A branch that grew out of the instructor's would carry every solution along, in
commits that nobody looks at and anybody can fetch.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader import kitlock
from grader.errors import UsageError
from grader.release.build import write
from grader.release.contents import Entry

KEPT = ("solutions", "tests", "bench", "challenges/*/private", "challenges/*/equivalent.toml")


def commit(entries: Sequence[Entry], repository: Path, name: str, message: str) -> str | None:
    """Commits to branch `name`; gives the commit, or None where the branch has just that. Raises UsageError."""
    _git(repository, "rev-parse", "--git-dir", otherwise=f"{repository}: is no git repository. `git init` makes one.")
    _git(repository, "check-ref-format", "--branch", name, otherwise=f"--branch {name}: is no name for a branch.")
    ref = f"refs/heads/{name}"
    if _checked_out(repository, ref):
        raise UsageError(f"--branch {name}: is checked out, and would change under your hands. Name another branch.")
    before = _git(repository, "rev-parse", "--verify", "--quiet", ref, may_fail=True)
    if before:
        _fit_to_go_on(repository, name, ref)
    tree = _tree(repository, entries)
    if before and _git(repository, "rev-parse", f"{before}^{{tree}}") == tree:
        return None
    parent = ["-p", before] if before else []
    made = _git(repository, "commit-tree", tree, *parent, "-m", message)
    _git(repository, "update-ref", "-m", "grader release", ref, made, before or "0" * len(made))
    return made


def _fit_to_go_on(repository: Path, name: str, ref: str) -> None:
    tip = _git(repository, "ls-tree", "--name-only", ref).splitlines()
    kept = _git(
        repository, "log", "--format=%h", "-1", ref, "--", *(f":(glob,top){kind}/**" for kind in KEPT), *KEPT[4:]
    )
    if kitlock.NAME not in tip or kept:
        why = f"commit {kept} of it holds what learners must not get" if kept else f"it holds no {kitlock.NAME}"
        raise UsageError(f"--branch {name}: was not made by `grader release`: {why}. Name a new branch.")


def _checked_out(repository: Path, ref: str) -> bool:
    lines = _git(repository, "worktree", "list", "--porcelain").splitlines()
    return f"branch {ref}" in lines


def _tree(repository: Path, entries: Sequence[Entry]) -> str:
    """The id of a tree with these files, made by an index of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        work, index = Path(scratch) / "kit", Path(scratch) / "index"
        try:
            write(entries, work)
        except OSError as error:
            raise UsageError(f"{error.filename}: cannot be written ({error.strerror}). Is the disk full?") from None
        # What a person's own settings say of line ends, ignored names and filters is not meant for this.
        plain = ("-c", "core.autocrlf=false", "-c", f"core.attributesFile={os.devnull}", "-c", "core.fileMode=true")
        where = ("--work-tree", str(work), *plain)
        _git(repository, *where, "add", "--all", "--force", "--", str(work), index=index)
        return _git(repository, "write-tree", index=index)


def _git(repository: Path, *words: str, otherwise: str = "", may_fail: bool = False, index: Path | None = None) -> str:
    """What git prints. Raises UsageError with `otherwise`, or with git's own last line."""
    apart = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or "NAME" in name
             or "EMAIL" in name or "DATE" in name}  # fmt: skip
    env = apart | {"LC_ALL": "C"} | ({"GIT_INDEX_FILE": str(index)} if index else {})
    try:
        folder = _git_dir(repository, env) if index else []
        done = subprocess.run(
            ["git", "-C", str(repository), *folder, *words], env=env, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise UsageError("--branch needs git, which is not installed here. `--zip` does without.") from None
    if done.returncode == 0:
        return done.stdout.strip()
    if may_fail:
        return ""
    said = (done.stderr.strip().splitlines() or ["it failed"])[-1]
    raise UsageError(otherwise or f"{repository}: git {words[0]}: {said}.")


def _git_dir(repository: Path, env: dict[str, str]) -> list[str]:
    """As an option: with a work tree elsewhere git does not look for its folder by itself."""
    command = ["git", "-C", str(repository), "rev-parse", "--absolute-git-dir"]
    return ["--git-dir", subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()]
