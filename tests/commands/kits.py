"""Copies of the kit for commands to work in, and a way to run them as a person would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import breadth
from tests.commands.ready import Begun, waiting

ROOT = Path(__file__).parents[2]


def copy_kit(to: Path, *, solved: bool = False, only: tuple[str, ...] = ()) -> Path:
    """A kit of its own; `solved` puts the solutions where the stubs are; `only` are the numbers that it has."""
    kit = to / "kit"
    for folder in ("challenges", "fixtures", "solutions"):
        shutil.copytree(ROOT / folder, kit / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (kit / "challenges").glob("[0-9]*"):
        if only and folder.name[:2] not in only:
            shutil.rmtree(folder)
            shutil.rmtree(kit / "fixtures" / folder.name, ignore_errors=True)
            (kit / "solutions" / f"{folder.name}.py").unlink()
    if solved:
        for solution in (kit / "solutions").glob("*.py"):
            stub = next(
                path
                for path in (kit / "challenges" / solution.stem).glob("*.py")
                if path.name != "checks.py" and path.name[0] != "."
            )
            shutil.copy(solution, stub)
    return kit


def environment(kit: Path) -> dict[str, str]:
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START")}
    return {**keep, "PYTHONPATH": str(ROOT), "GRADER_KIT": str(kit), "PYTHONUTF8": "1"}


def _ready(kit: Path, env: dict[str, str]) -> bool:
    """Whether one that has loaded already will do: a kit with a grader of its own uses that, settings of Python are for
    one that starts."""
    others = kit != ROOT and (kit / "grader").exists()
    return not breadth.WHOLE and not others and not any(name.startswith("PYTHON") for name in env)


def begun(kit: Path, *args: str, **env: str) -> Begun | subprocess.Popen[str]:
    """The command, under way; stdout and stderr are pipes with text."""
    if _ready(kit, env):
        return waiting().begin(list(args), kit, environment(kit) | env)
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *args],
        cwd=kit, env=environment(kit) | env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def begun_at(terminal: int, kit: Path, *args: str, **env: str) -> Begun | subprocess.Popen[bytes]:
    """The command, under way; it leads the session of a terminal (a descriptor), as a shell does."""
    if _ready(kit, env):
        return waiting().begin_at(terminal, list(args), kit, environment(kit) | env)
    return at_terminal(terminal, [sys.executable, "-m", "grader", *args], kit, **env)


def at_terminal(terminal: int, command: list[str], kit: Path, **env: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=kit, env=environment(kit) | env, close_fds=True,
        preexec_fn=lambda: os.login_tty(os.dup(terminal)),
    )  # fmt: skip


def grader(kit: Path, *args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end; stdout and stderr are text."""
    if _ready(kit, env):
        return waiting().run(list(args), kit, environment(kit) | env, stdin, timeout=120)
    return subprocess.run(
        [sys.executable, "-m", "grader", *args],
        cwd=kit, env=environment(kit) | env, input=stdin, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
