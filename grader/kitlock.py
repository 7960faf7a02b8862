"""KIT.lock: what a kit was handed out as. `grader release` writes it, and every grading compares the kit with it.

The file is in the form that `sha256sum -c KIT.lock` reads: a hash, two spaces, a path; `#` begins a comment.
A learner's own files are not in it. It is there so that a kit that was changed, or damaged on its way, is *noticed*: in
the report, and in a line below it. It changes no verdict, and it proves nothing: whoever may edit the grader may edit
this file, and what says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.challenge import Kit

NAME = "KIT.lock"
MOST_NAMED = 20  # changed files that a report lists
_LINE = re.compile(r"([0-9a-f]{64})  ([^\\\n]+)")


@dataclass(frozen=True)
class Compared:
    """`lock` is the SHA-256 of the lock itself, which says which release it is; empty where a kit has none."""

    lock: str = ""
    changed: tuple[str, ...] = ()  # paths in the kit, at most MOST_NAMED, the first of them


def text(files: Iterable[tuple[str, bytes]], about: str) -> str:
    """The lock of these: paths with `/`, and their content. `about` is one line for people."""
    lines = [f"# {about}", f"# `sha256sum -c {NAME}` compares this kit with it; so does each grading."]
    for path, content in sorted(files):
        if not _LINE.fullmatch(f"{hashlib.sha256(content).hexdigest()}  {path}"):
            raise ValueError(f"{path!r} cannot stand in a lock")
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {path}")
    return "\n".join(lines) + "\n"


def is_locked(kit: Kit) -> bool:
    """Is this a kit as `grader release` makes it?"""
    return (kit.root / NAME).is_file()


def compare(kit: Kit) -> Compared:
    """The kit as it is now, with its lock. Reads, and never raises: what cannot be read is not as it was."""
    try:
        content = (kit.root / NAME).read_bytes()
    except FileNotFoundError:
        return Compared()
    except OSError:
        return Compared(changed=(NAME,))
    found = hashlib.sha256(content).hexdigest()
    lines = [_LINE.fullmatch(line) for line in content.decode("utf-8", "replace").splitlines() if line[:1] != "#"]
    if not lines or not all(line and _inside(line[2]) for line in lines):
        return Compared(found, (NAME,))
    changed = [line[2] for line in lines if line and _hash(kit.root / line[2]) != line[1]]
    return Compared(found, tuple(changed[:MOST_NAMED]))


def _inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
