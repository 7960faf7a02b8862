"""Classes to be graded: a kit whose one challenge is a single run, folders of submissions, and the command."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.challenge import Challenge, Kit, load_all
from grader.classroom.store.graded import kit_of
from grader.classroom.task import Task
from tests.commands.kits import ROOT, copy_kit, environment, grader

INSPECT = "01-inspect-a-chunk"
CORPUS = ROOT / "tests" / "submissions" / INSPECT
RIGHT = (ROOT / "solutions" / f"{INSPECT}.py").read_bytes()
WRONG = (CORPUS / "wrong" / "buffers-body--list-of-lines.py").read_bytes()
FIRST_OF_THE_REST = "@check(points=2, after=asks_for_one_stream_by_hand)\ndef finds_the_finish_reason"


def small_kit(to: Path) -> Path:
    """Challenge 01 alone, and of it what one run of a plain stream shows."""
    kit = copy_kit(to, only=("01",))
    checks = kit / "challenges" / INSPECT / "checks.py"
    text = checks.read_text()
    assert FIRST_OF_THE_REST in text
    checks.write_text(text[: text.index(FIRST_OF_THE_REST)])
    return kit


def challenge_of(kit: Path) -> Challenge:
    (challenge,) = load_all(Kit(kit))
    return challenge


def task(challenge: Challenge, student: str = "ada", source: bytes = RIGHT) -> Task:
    return Task(student, challenge.id, "0" * 64, source, f"sub/{student}", kit_of(challenge), "fixed:7", 7, True, 0)


def class_of(folder: Path, sources: dict[str, bytes]) -> Path:
    """A folder of submissions: a student's file each."""
    for student, source in sources.items():
        path = folder / student / INSPECT / "inspect_chunk.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)
    return folder


def numbered(source: bytes, count: int) -> dict[str, bytes]:
    """The same program by so many students, whose files differ."""
    return {f"s{i:03}": source + f"\n# {i}\n".encode() for i in range(count)}


def grade_class(kit: Path, folder: Path, db: str, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
    return grader(kit, "class", str(folder), "--db", db, *more, **env)


@contextlib.contextmanager
def begun(kit: Path, folder: Path, db: str, *more: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """The command, under way."""
    command = [sys.executable, "-m", "grader", "class", str(folder), "--db", db, *more]
    with subprocess.Popen(
        command, cwd=kit, env=environment(kit) | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


def recorded(path: Path) -> list[tuple[str, str]]:
    """Student and status of each report in an SQLite database, each as often as it is there."""
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        try:
            return connection.execute(
                "SELECT student, status FROM reports JOIN handed ON handed.id = handed_id ORDER BY student"
            ).fetchall()
        except sqlite3.OperationalError:
            return []  # there are no tables yet


def descendants(pid: int) -> list[int]:
    """Of a process, by /proc, wherever their sessions are."""
    found: list[int] = []
    for task_folder in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task_folder.read_text().split()):
                found += [child, *descendants(child)]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
