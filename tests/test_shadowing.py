"""What a learner puts beside their file, or into the kit's root, cannot change what `grader grade` says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kits import ROOT, copy_kit, environment

SUBMISSION = ROOT / "tests" / "submissions" / "01-inspect-a-chunk" / "wrong" / "mojibake--response-encoding.py"
CHALLENGE = Path("challenges") / "01-inspect-a-chunk"

# Turns every failure of a pytest run into a pass.
CONFTEST = """
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        report.outcome, report.longrepr = "passed", None

import grader.grading
from grader.report import CheckReport
grader.grading._checked = lambda check, lab: CheckReport(
    id=check.id, title=check.title, status="pass", points=check.points, max_points=check.points
)
"""

# Whoever imports this ends at once: the judge, the warm parent, or the learner's process.
DEADLY = "import os\nos._exit(99)\n"
SHADOWS = ("json", "random", "asyncio", "typing", "requests", "openai", "pydantic", "h11", "rich", "checks")
STARTUP = ("sitecustomize", "usercustomize")


def make_hostile(kit: Path) -> None:
    for folder in (kit, kit / "challenges", kit / CHALLENGE):
        (folder / "conftest.py").write_text(CONFTEST)
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -p evil\n")
        (folder / "evil.py").write_text(CONFTEST)
        (folder / "grader_checks_01.py").write_text(DEADLY)
        for name in (*SHADOWS, *STARTUP):
            if name != "checks" or folder == kit:
                (folder / f"{name}.py").write_text(DEADLY)
    (kit / CHALLENGE / "checks").mkdir()
    (kit / CHALLENGE / "checks" / "__init__.py").write_text(DEADLY)
    (kit / CHALLENGE / "grader").mkdir()
    (kit / CHALLENGE / "grader" / "__init__.py").write_text(DEADLY)


def verdict(kit: Path, command: list[str], env: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [*command, "grade", "1", "--json", "--seed", "11"],
        cwd=kit, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    challenge = json.loads(done.stdout)["challenges"][0]
    assert challenge["diagnosis"] == "mojibake"
    return {key: challenge[key] for key in ("status", "points", "submission_sha256", "checks")}


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    kit = copy_kit(tmp_path)
    shutil.copy(SUBMISSION, kit / CHALLENGE / "inspect_chunk.py")
    return kit


def test_the_command_takes_nothing_from_the_folder_it_is_called_in(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "grader"  # as pip writes it: its own folder is on the path, the current one is not
    script.write_text("import sys\nfrom grader.cli import main\nsys.exit(main())\n")
    command, env = [sys.executable, str(script)], environment(kit)
    before = verdict(kit, command, env)
    make_hostile(kit)
    (kit / "grader").mkdir()
    (kit / "grader" / "__init__.py").write_text(DEADLY)
    assert verdict(kit, command, env) == before


def test_a_kit_used_in_its_own_folder_takes_its_package_from_there_and_nothing_else(kit: Path) -> None:
    shutil.copytree(ROOT / "grader", kit / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "grader"]
    env = {name: value for name, value in environment(kit).items() if name not in ("PYTHONPATH", "GRADER_KIT")}
    before = verdict(kit, command, env)
    make_hostile(kit)
    assert verdict(kit, command, env) == before


@pytest.mark.parametrize("name", STARTUP)
def test_in_the_kit_s_own_environment_nothing_from_its_folder_runs_at_startup(name: str, tmp_path: Path) -> None:
    """An editable install puts the kit's folder on the path, last; `requirements/install.sh` sees to what comes first."""
    folder = tmp_path / "requirements"
    shutil.copytree(ROOT / "requirements", folder)
    (folder / "kit.txt").write_text("")
    (folder / "build.txt").write_text("")
    packages = tmp_path / "lib"
    packages.mkdir()
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\ncase $1 in -m) ;; *) echo {packages} ;; esac\n")
    python.chmod(0o755)
    subprocess.run(
        ["sh", folder / "install.sh", tmp_path, "kit"], cwd=tmp_path, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    (tmp_path / f"{name}.py").write_text(DEADLY)
    env = {**environment(tmp_path), "PYTHONPATH": f"{packages}:{tmp_path}"}
    assert subprocess.run([sys.executable, "-c", "pass"], env=env, check=False).returncode == 0


def test_the_conftest_does_change_what_pytest_says(kit: Path) -> None:
    """Or the two above would prove nothing about it."""
    (kit / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-p", "grader.pytest_plugin", str(CHALLENGE), "-q"]
    done = subprocess.run(
        command, cwd=kit, env=environment(kit), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
