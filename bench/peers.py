"""What else grades a class: nbgrader, check50, a pytest process each. Each in a virtual environment of its own.

They are built on demand, in the user's cache folder, and stay there. Where no package can be had they are left out.
Each calls the learner's function once against a bare server, and compares the text: what they were made to do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.pool import processors

NEEDS = ("requests", "openai")  # what the submissions import
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "stream-challenge-kit" / "bench"


class Unavailable(Exception):
    """A peer that cannot be had here. The message says why."""


@dataclass(frozen=True)
class Work:
    """One program, handed in by several students, that is called once by each peer."""

    source: str
    function: str
    args: tuple[object, ...]
    text: str  # what it must return
    env: dict[str, str]  # where the server is
    path: Path  # what the program may import

    @property
    def check(self) -> str:
        """Lines that fail where the function does not return the text."""
        call = f"{self.function}(*{self.args!r})"
        return (
            f"value = {call}\ngot = value['text'] if isinstance(value, dict) else value[0]\nassert got == {self.text!r}"
        )


Peer = Callable[[Path, Work, int, Path], float]


def seconds(name: str, work: Work, count: int, folder: Path) -> float:
    """How long the peer takes for `count` submissions, all told. Raises Unavailable."""
    home = _environment(name)
    folder.mkdir(parents=True)
    return PEERS[name](home, work, count, folder)


def _environment(name: str) -> Path:
    home = CACHE / name
    built = home / "built"
    if not built.exists():
        print(f"bench: building {home}, once …", file=sys.stderr, flush=True)
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        command = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name]
        done = subprocess.run([*command, *NEEDS], capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            raise Unavailable(f"{name} cannot be installed here ({reason})")
        built.touch()
    return home


def _run(command: Sequence[str | Path], work: Work, home: Path, cwd: Path, **more: str) -> str:
    """Raises RuntimeError where it fails: then nothing was measured."""
    env = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "TMPDIR")}
    env |= {"HOME": str(cwd), "PYTHONPATH": str(work.path), "PATH": f"{home / 'bin'}:{env['PATH']}", **work.env, **more}
    done = subprocess.run(list(command), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} left with {done.returncode}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def _side_by_side(each: Callable[[int], object], count: int) -> float:
    """As many at a time as there are processors."""
    started = time.perf_counter()
    with ThreadPoolExecutor(processors()) as pool:
        list(pool.map(each, range(count)))
    return time.perf_counter() - started


def _pytest(home: Path, work: Work, count: int, folder: Path) -> float:
    """A process each."""
    body = "\n".join("    " + line for line in work.check.splitlines())
    for number in range(count):
        (folder / str(number)).mkdir()
        (folder / str(number) / "solution.py").write_text(f"{work.source}\n# {number}\n")
        test = f"from solution import {work.function}\n\n\ndef test_text():\n{body}\n"
        (folder / str(number) / "test_solution.py").write_text(test)
    command = [home / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return _side_by_side(lambda number: _run(command, work, home, folder / str(number)), count)


def _check50(home: Path, work: Work, count: int, folder: Path) -> float:
    """A process each, which starts one more for its check."""
    checks = folder / "checks"
    checks.mkdir()
    (checks / ".cs50.yaml").write_text("check50: true\n")
    body = "\n".join("    " + line for line in work.check.splitlines())
    (checks / "__init__.py").write_text(
        "import sys\n\nimport check50\n\n\n@check50.check()\ndef text():\n"
        f'    """returns the text"""\n    sys.path.insert(0, ".")\n    from solution import {work.function}\n{body}\n'
    )
    for number in range(count):
        (folder / str(number)).mkdir()
        (folder / str(number) / "solution.py").write_text(f"{work.source}\n# {number}\n")

    def check(number: int) -> None:
        command = [home / "bin" / "check50", "--dev", "-o", "json", "--", str(checks)]
        said = _run(command, work, home, folder / str(number))
        (result,) = json.loads(said[said.index("{\n") if "{\n" in said else said.index("{") :])["results"]
        if not result["passed"]:
            raise RuntimeError(f"check50 says {result}")

    return _side_by_side(check, count)


def _nbgrader(home: Path, work: Work, count: int, folder: Path) -> float:
    """`nbgrader autograde` of the whole assignment: one call, as an instructor makes it."""
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    (source / "stream.ipynb").write_text(json.dumps(_notebook(work, "### BEGIN SOLUTION\n### END SOLUTION\n")))
    dirs = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    nbgrader = home / "bin" / "nbgrader"
    _run([nbgrader, "generate_assignment", "ps1"], work, home, folder, **dirs)
    released = json.loads((folder / "release" / "ps1" / "stream.ipynb").read_text())
    for number in range(count):
        handed = folder / "submitted" / f"s{number}" / "ps1"
        handed.mkdir(parents=True)
        released["cells"][0]["source"] = f"{work.source}\n# {number}\n"
        (handed / "stream.ipynb").write_text(json.dumps(released))
    started = time.perf_counter()
    _run([nbgrader, "autograde", "ps1"], work, home, folder, **dirs)
    taken = time.perf_counter() - started
    _run([nbgrader, "export", "--to=grades.csv"], work, home, folder, **dirs)
    rows = (folder / "grades.csv").read_text().splitlines()[1:]
    if len(rows) != count or not all(",1.0,1.0" in row for row in rows):
        raise RuntimeError(f"nbgrader did not grade all of it: {rows[:3]}")
    return taken


def _notebook(work: Work, solution: str) -> dict[str, object]:
    def cell(id: str, source: str, **about: object) -> dict[str, object]:
        marks = {"schema_version": 3, "grade_id": id, "task": False, **about}
        return {
            "cell_type": "code", "id": id, "metadata": {"nbgrader": marks}, "source": source, "outputs": [],
            "execution_count": None,
        }  # fmt: skip

    return {
        "cells": [
            cell("answer", solution, grade=False, locked=False, solution=True),
            cell("check", work.check, grade=True, locked=True, solution=False, points=1),
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


PEERS: dict[str, Peer] = {"nbgrader": _nbgrader, "check50": _check50, "pytest": _pytest}
