"""What the README and `make help` say can be typed, is there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RECIPES = {
    "grade": "grader grade 2",
    "watch": "grader watch 2",
    "hint": "grader hint 2",
    "play": "grader play 2",
    "reset": "grader reset 2",
    "serve": "grader serve 2",
    "live": "grader live 2",
    "lint": "grader lint 2",
    "notebook": "sh requirements/course.sh",
    "solutions": "grader grade 2 --solutions",
    "list": "grader list",
    "new": "grader new 10-mine",
    "pytest": "python -m pytest challenges",
    "class": "grader class submissions",
    "dashboard": "grader dashboard --demo --open",
    "release": "grader release learners 2",
    "test": "python -m pytest -n 3",
    "fuzz": "python -m tests.fuzz",
}

GIVEN = ("C=2", "N=10-mine", "S=submissions", "T=learners")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def dry(*words: str) -> subprocess.CompletedProcess[str]:
    """What make would do, also where these tests are run by a make of their own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize("target", RECIPES)
def test_a_target_runs_what_it_is_named_after(target: str) -> None:
    done = dry(target, *GIVEN)
    assert done.returncode == 0, done.stderr
    assert RECIPES[target] in done.stdout.splitlines()[-1]


def test_what_is_said_to_be_typed_can_be_typed() -> None:
    pages = (ROOT / "README.md", ROOT / "Makefile", *(ROOT / "docs").glob("*.md"))
    typed = re.compile(r"(?:^(?:#|   ) +|`)make ([a-z]+)", re.MULTILINE)
    said = {name for page in pages for name in typed.findall(page.read_text("utf-8"))}
    assert len(said) > 10
    assert {name: dry(name, *GIVEN).returncode for name in said} == dict.fromkeys(said, 0)


def test_no_target_hides_another() -> None:
    assert "warning" not in dry("help").stderr
