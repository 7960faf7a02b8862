"""`grader dashboard --demo`, as somebody types it who wants to look around."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.classroom.small import INSPECT, small_kit
from tests.commands.kits import ROOT, begun, grader
from tests.commands.ready import Begun

Process = Begun | subprocess.Popen[str]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def started(kit: Path, *more: str) -> Iterator[Process]:
    with begun(kit, "dashboard", "--demo", *more) as process:
        try:
            yield process
        finally:
            process.kill()


def said_until(process: Process, word: str) -> list[str]:
    said = []
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if word in line:
            return said
    raise AssertionError(f"it did not say {word!r}, but {said}")


def ended(process: Process) -> str:
    """What it says after Ctrl-C."""
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    rest = process.stderr.read()
    assert process.wait(20) == 0
    return rest


def status(address: str, path: str = "/") -> int:
    with urllib.request.urlopen(address + path, timeout=20) as answer:
        return int(answer.status)


def test_it_serves_at_once_grades_meanwhile_and_starts_again_from_what_is_kept(tmp_path: Path) -> None:
    kit = small_kit(tmp_path)
    shutil.copytree(ROOT / "tests" / "submissions" / INSPECT, kit / "tests" / "submissions" / INSPECT)
    with started(kit, "--port", "0") as process:
        said = said_until(process, "the dashboard is at")
        assert "submissions are to be graded" in said[0]
        address = ADDRESS.search(said[-1]).group()  # type: ignore[union-attr]
        assert status(address) == 200
        with started(kit, "--port", address.rpartition(":")[2]) as second:
            other = said_until(second, "the dashboard is at")[-1]
            assert address not in other, "another port, where this one is taken"
        assert "all is graded" in said_until(process, "all is graded")[-1]
        assert ended(process) == ""
    with started(kit, "--port", "0") as process:
        (only,) = said_until(process, "the dashboard is at")
        assert "read-only" in only
        assert status(ADDRESS.search(only).group()) == 200  # type: ignore[union-attr]
        assert ended(process) == ""


def test_a_kit_without_the_corpus_says_so(tmp_path: Path) -> None:
    done = grader(small_kit(tmp_path), "dashboard", "--demo")
    assert done.returncode == 2
    assert "comes without tests/submissions/" in done.stderr
    assert "learner's" in done.stderr
