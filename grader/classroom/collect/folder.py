"""The files of a folder, each below it for certain: links that lead out of it are not followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from grader.classroom.collect.entries import MAX_DEPTH, MAX_ENTRIES, Entry, Unreadable, clean, is_litter
from grader.classroom.model import Problem

_LINK_OUT = "is a link that leads out of the student's folder, and is not followed. Put the file itself there."


class Walk:
    """The entries of one folder; `problems` is complete once they have been taken.

    `times`: a file's modification time is when it was handed in. `start` is the only folder below it that is looked at.
    """

    def __init__(
        self, folder: Path, *, start: tuple[str, ...] = (), times: bool = False, limit: int = MAX_ENTRIES
    ) -> None:
        self._root, self._start, self._times, self._limit = folder, start, times, limit
        self._real = Path(os.path.realpath(folder))
        self._count = 0
        self.problems: list[Problem] = []

    def entries(self) -> Iterator[Entry]:
        """In the order of their names, so that two walks are the same."""
        yield from self._below(self._root.joinpath(*self._start), self._start)

    def _below(self, folder: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
        for item in self._listed(folder):
            if is_litter(item.name):
                continue
            self._count += 1
            if self._count > self._limit:
                if self._count == self._limit + 1:
                    self._problem(
                        folder, f"more than {self._limit} files: the rest is left out. Keep to what is handed in."
                    )
                return
            yield from self._item(item, (*parts, clean(item.name)))

    def _listed(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                return sorted(found, key=lambda item: item.name)
        except OSError as error:
            self._problem(folder, f"cannot be read ({error.strerror}). Check its permissions.")
            return []

    def _item(self, item: os.DirEntry[str], parts: tuple[str, ...]) -> Iterator[Entry]:
        path = Path(item.path)
        if item.is_symlink():
            target = Path(os.path.realpath(path))
            if not target.is_relative_to(self._real):
                self._problem(path, _LINK_OUT)
            elif target.is_file():
                yield self._entry(target, path, parts)
        elif item.is_dir(follow_symlinks=False):
            if len(parts) < MAX_DEPTH:
                yield from self._below(path, parts)
            else:
                self._problem(path, f"lies more than {MAX_DEPTH} folders deep and is left out.")
        elif item.is_file(follow_symlinks=False):
            yield self._entry(path, path, parts)

    def _entry(self, path: Path, shown: Path, parts: tuple[str, ...]) -> Entry:
        dated = partial(_modified, path) if self._times else lambda: None
        return Entry(parts, clean(str(shown)), partial(read, path), dated)

    def _problem(self, path: Path, message: str) -> None:
        self.problems.append(Problem(None, clean(str(path)), message))


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def read(path: Path, limit: int) -> bytes:
    """A regular file that is no link, whole. Raises Unreadable, also where it is larger than `limit` bytes."""
    try:
        # O_NONBLOCK: a FIFO that took the file's place must not make the grader wait for somebody to write.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable("is no regular file. Hand in the file itself.")
            content = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror}). Check its permissions.") from None
    return within(content, limit)


def within(content: bytes, limit: int) -> bytes:
    """The content. Raises Unreadable where it is larger than `limit` bytes."""
    if len(content) > limit:
        raise Unreadable(f"is larger than {limit // 1024} KiB, expected a short Python file. Hand in that file alone.")
    return content
