"""Noticing that a file was saved: told by the system, or by looking at what is in it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from grader.challenge import Challenge, Kit
from grader.errors import UsageError
from grader.scenario import Submission
from grader.watch.events import Event, Touched, Unwatchable

# A save is often several changes (truncate and write; write, then rename): they are taken together if no more than
# STEP_MS lie between two of them. This is also how long a verdict waits for its save, at least.
STEP_MS, TOGETHER_MS = 15, 200
LOOK_S = 0.5  # between two looks, where the system does not tell


class Watcher:
    """A thread that posts `Touched`. The folders are watched, not the files: editors put new ones in their place."""

    def __init__(self, kit: Kit, files: list[Path], post: Callable[[Event], None], *, manual: bool) -> None:
        self._folders = [folder for folder in (kit.challenges, kit.root / "fixtures") if folder.is_dir()]
        self._folders += {file.resolve().parent for file in files if file.is_symlink()}
        self._files, self._post, self._manual = files, post, manual
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look if manual else self._listen, name="watcher", daemon=True)

    def __enter__(self) -> Watcher:
        if not self._manual:
            # Here and not in the thread: what it imports parses Python (anyio), and two threads that do so at once may
            # both fail in CPython 3.11 ("AST constructor recursion depth mismatch").
            import_module("watchfiles")
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join(2)

    def _listen(self) -> None:
        try:
            import watchfiles

            for changes in watchfiles.watch(
                *self._folders,
                watch_filter=None,
                debounce=TOGETHER_MS,
                step=STEP_MS,
                stop_event=self._over,
                raise_interrupt=False,
            ):
                self._post(Touched(frozenset(Path(path) for _, path in changes)))
        except Exception as error:  # no more inotify watches, a file system that has none, a folder that was removed
            if not self._over.is_set():
                self._post(Unwatchable(str(error)))
                self._look()

    def _look(self) -> None:
        """By content: on a network drive neither events nor times of change can be relied on, but opening a file can.

        NFS promises that who opens a file after it was closed elsewhere reads what was written (close-to-open).
        """
        before = {path: _digest(path) for path in self._files}
        while not self._over.wait(LOOK_S):
            now = {path: _digest(path) for path in self._files}
            if changed := frozenset(path for path in self._files if now[path] != before[path]):
                self._post(Touched(changed))
            before = now


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return str(error.errno)


class Contents:
    """What is in the challenges' files, and what was in them when they were last taken in."""

    def __init__(self, challenges: list[Challenge]) -> None:
        self._seen = {challenge.id: read(challenge) for challenge in challenges}

    def changed(self, challenges: list[Challenge]) -> list[Challenge]:
        """Those whose content is not what was taken in last."""
        return [c for c in challenges if _known(read(c)) != _known(self._seen.get(c.id, ""))]

    def take(self, challenge: Challenge) -> Submission | str:
        """What is in the file now, or a sentence that says why that cannot be graded."""
        content = self._seen[challenge.id] = read(challenge)
        return content

    def take_all(self, challenges: list[Challenge]) -> None:
        for challenge in challenges:
            if not self.broken(challenge):
                self.take(challenge)

    def forget(self, challenge: Challenge) -> None:
        """Whatever is in it next is a change."""
        self._seen[challenge.id] = ""

    def broken(self, challenge: Challenge) -> bool:
        """Gone, or empty: many editors do that for a moment while they save."""
        try:
            return challenge.file.stat().st_size == 0
        except OSError:
            return True


def read(challenge: Challenge) -> Submission | str:
    try:
        return challenge.submission()
    except UsageError as error:
        return str(error)


def _known(content: Submission | str) -> str:
    return content if isinstance(content, str) else content.sha256
