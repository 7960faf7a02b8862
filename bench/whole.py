"""Grading all challenges, the whole process, beside a Python that only imports what learners' code imports."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import ROOT, Row, alternately, environment
from grader.challenge import Kit, load_all

BOUND = 3.0


def solved_kit(root: Path) -> Kit:
    """A copy of the kit, package and all, in which the solutions stand in the learner's files."""
    for folder in ("grader", "challenges", "fixtures", "solutions"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    kit = Kit(root)
    for challenge in load_all(kit):
        shutil.copy(challenge.solution, challenge.file)
    return kit


def process(root: Path, *arguments: str) -> float:
    """How long a Python takes, in seconds, that works with the kit at `root`."""
    env = environment() | {"GRADER_KIT": str(root), "PYTHONPATH": str(root)}
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], env=env, cwd=root, capture_output=True, text=True)
    taken = time.perf_counter() - started
    if done.returncode != 0:
        raise RuntimeError(f"{arguments} left with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return taken


def imports(root: Path) -> float:
    """The reference: a Python that only imports."""
    return process(root, "-c", "import openai, requests, pydantic")


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        kit = solved_kit(Path(folder))
        numbers = [challenge.number.lstrip("0") for challenge in load_all(kit)]
        yield alternately(
            f"whole: grade {' '.join(numbers)}",
            lambda: process(kit.root, "-m", "grader", "grade", *numbers),
            lambda: imports(kit.root),
            times=11,
            bound=BOUND,
        )
