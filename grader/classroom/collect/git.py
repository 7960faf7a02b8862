"""The files of a commit, read from a clone's objects: nothing is checked out, no hook and no filter runs.

The clone's own configuration is a student's. What it could have git do while objects are read is switched off: no
transport (a partial clone would fetch), no replaced objects, no pager, no signature programs (`rev-list` and `cat-file`
know none).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from grader.classroom.collect.entries import MAX_ENTRIES, Entry, Unreadable, clean, is_litter
from grader.classroom.collect.zips import Opened
from grader.classroom.model import Problem
from grader.errors import UsageError

TIMEOUT = 60  # seconds, for one look into one clone


@dataclass(frozen=True)
class Moment:
    """Which commit: `at` (a hash, tag or branch), or the last one of HEAD's history not after `before`; else HEAD."""

    at: str | None = None
    before: datetime | None = None


def git_dir(folder: Path) -> Path | None:
    """Where a clone (or a bare one) has its objects; None: it is no clone.

    Raises Unreadable where its `.git` leads out of it.
    """
    inside = folder / ".git"
    found = inside if inside.exists() or inside.is_symlink() else folder if _is_bare(folder) else None
    if found is None:
        return None
    home = Path(os.path.realpath(folder))
    if not found.is_dir() or not Path(os.path.realpath(found)).is_relative_to(home) or (found / "commondir").exists():
        raise Unreadable("its .git leads to another folder. Put a full clone there (`git clone`).")
    return found


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def read_commit(repository: Path, shown: str, moment: Moment, wanted: Callable[[tuple[str, ...]], bool]) -> Opened:
    """The files of a commit whose path is `wanted`, each dated by the last commit that changed it.

    A commit's date is what its maker's machine said. Raises Unreadable where there is no such commit.
    """
    commit = _commit(repository, moment)
    short = commit[:10]
    entries: list[Entry] = []
    problems: list[Problem] = []
    listing = _git(repository, "ls-tree", "-r", "-l", "-z", "--full-tree", commit).split(b"\0")
    for line in listing[:MAX_ENTRIES]:
        head, _, raw = line.partition(b"\t")
        name = os.fsdecode(raw)
        parts = tuple(clean(part) for part in name.split("/"))
        if not raw or any(is_litter(part) for part in parts) or not wanted(parts):
            continue
        mode, _, hash, size = head.decode().split()
        origin = f"{shown} at {short}: {clean(name)}"
        if mode == "120000":
            problems.append(Problem(None, origin, "is a link, and is not followed. Commit the file itself."))
        elif mode.startswith("100"):
            dated = partial(_changed, repository, commit, name)
            entries.append(Entry(parts, origin, partial(_blob, repository, hash, size), dated))
    return Opened(entries, problems)


def _commit(repository: Path, moment: Moment) -> str:
    """Its hash."""
    if moment.before is None:
        name = moment.at or "HEAD"
        found = _git(
            repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", may_fail=True
        )
        if not found.strip():
            what = "holds no commit yet" if moment.at is None else f"knows no commit {moment.at!r}"
            raise Unreadable(
                f"{what}. Fetch it (`git fetch`), or remove its .git folder to take the files as they are."
            )
        return found.decode().strip()
    start = _commit(repository, Moment(moment.at))
    until = int(moment.before.timestamp())
    found = _git(repository, "rev-list", "-1", f"--before={until}", start)
    if not found.strip():
        raise Unreadable(f"holds no commit from before {moment.before.isoformat()}: nothing had been handed in.")
    return found.decode().strip()


def _changed(repository: Path, commit: str, name: str) -> datetime | None:
    out = _git(repository, "rev-list", "-1", "--format=%ct", commit, "--", name)
    try:
        return datetime.fromtimestamp(int(out.split()[-1]), UTC)
    except (IndexError, ValueError, OverflowError, OSError):
        return None  # a date that no clock shows


def _blob(repository: Path, hash: str, size: str, limit: int) -> bytes:
    if not size.isdigit():  # `BAD`, of an object that is not there
        raise Unreadable("git cannot read it (its object is missing). Clone it anew.")
    if int(size) > limit:
        raise Unreadable(f"is larger than {limit // 1024} KiB, expected a short Python file. Commit that file alone.")
    return _git(repository, "cat-file", "blob", hash)


def _git(repository: Path, *args: str, may_fail: bool = False) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise UsageError("git: not found, and there are clones among the submissions. Install git.")
    try:
        done = subprocess.run(
            [program, "--no-pager", f"--git-dir={repository}", "--literal-pathspecs", *args],
            env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unreadable(f"git took longer than {TIMEOUT} s. Look at it by hand (`git fsck`).") from None
    if done.returncode and not may_fail:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise Unreadable(f"git cannot read it ({clean(said[-1])}). Clone it anew.")
    return done.stdout


def _environment() -> dict[str, str]:
    settings = {"safe.directory": "*", "core.fsmonitor": "false", "core.hooksPath": os.devnull, "core.pager": ""}
    numbered: dict[str, str] = {}
    for i, (key, value) in enumerate(settings.items()):
        numbered |= {f"GIT_CONFIG_KEY_{i}": key, f"GIT_CONFIG_VALUE_{i}": value}
    return {
        "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_COUNT": str(len(settings)), **numbered,
        "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_ATTR_NOSYSTEM": "1",
    }  # fmt: skip
