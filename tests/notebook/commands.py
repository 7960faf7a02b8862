"""nbgrader's own commands, run in the environment that has nbgrader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.commands.kits import ROOT, environment

# One interpreter for several commands: nbgrader takes seconds to be imported. Each is launched as its script would.
_ONE_AFTER_THE_OTHER = """
import json, os, sys
from nbgrader.apps.nbgraderapp import NbGraderApp
import grader.cli
here = os.getcwd()
for command in json.loads(sys.argv[1]):
    sys.argv = command
    print("$", *command, flush=True)
    os.chdir(here)
    try:
        if command[0] == "grader":
            grader.cli.main()
        else:
            NbGraderApp.launch_instance()
    except SystemExit as left:
        print("left with", left.code or 0, flush=True)
    NbGraderApp.clear_instance()
    for app in list(NbGraderApp.__mro__):
        getattr(app, "clear_instance", lambda: None)()
    import traitlets.config
    for kind in traitlets.config.Application.__subclasses__():
        kind.clear_instance()
"""


def python() -> Path:
    """Of the environment with nbgrader. Skips the test where there is none; in CI there has to be one."""
    named = os.environ.get("GRADER_NBGRADER_PYTHON")
    found = Path(named) if named else ROOT / ".venv-nbgrader" / "bin" / "python"
    if not found.exists():
        why = f"no nbgrader: {found} is missing. `make .venv-nbgrader/.nbgrader` makes it."
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


def run(kit: Path, folder: Path, *commands: Sequence[str]) -> str:
    """What the commands said, one after the other, each in `folder`."""
    interpreter = python()
    env = environment(kit) | {"PATH": f"{interpreter.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(interpreter), "-c", _ONE_AFTER_THE_OTHER, json.dumps([list(command) for command in commands])],
        cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def grader(kit: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Our command in this environment, as an instructor types it."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *args],
        cwd=folder, env=environment(kit), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
