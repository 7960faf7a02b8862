"""An instructor's kit with one challenge, solved, and a private check of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

from grader.commands.release import run
from tests.commands.kits import ROOT, copy_kit

ID = "01-inspect-a-chunk"
SOLUTION = (ROOT / "solutions" / f"{ID}.py").read_text("utf-8")
PRIVATE_FIXTURE = (ROOT / "fixtures" / ID / "plain.sse").read_text("utf-8")
PRIVATE_CHECKS = '''"""What learners have not seen."""

from types import ModuleType

from grader.checking import Lab, Scenario, check
from grader.stream import cut

public: ModuleType  # checks.py

TRICKY = Scenario("private-tricky", "a stream of the final grading", "private/tricky", cut=cut.byte_by_byte)


@check(points=4, after=public.prints_every_chunk_as_it_arrives)
def reads_what_nobody_has_seen(lab: Lab) -> None:
    """reads a stream that nobody has seen"""
    public.reads_right(lab.run(TRICKY))
'''


def release(
    kit: Path, target: Path, *names: str, zip: bool = False, branch: str | None = None, gradescope: bool = False
) -> None:
    """`grader release` in that kit. Raises UsageError."""
    with patch.dict("os.environ", GRADER_KIT=str(kit)):
        run(target, list(names), zip=zip, branch_name=branch, gradescope=gradescope)


def instructors_kit(to: Path, *, only: tuple[str, ...] = ("01",)) -> Path:
    """All of this kit but its tests, with these challenges alone; 01 has a private check."""
    kit = copy_kit(to, only=only, solved=True)
    for tree in ("grader", "requirements", "ci", "docs", ".devcontainer", ".vscode"):
        shutil.copytree(ROOT / tree, kit / tree, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", ".gitignore", "README.md"):
        shutil.copy(ROOT / name, kit / name)
    if "01" in only:
        private = kit / "challenges" / ID / "private"
        private.mkdir()
        (private / "checks.py").write_text(PRIVATE_CHECKS)
        (private / "tricky.sse").write_text(PRIVATE_FIXTURE)
        shutil.copy(ROOT / "fixtures" / ID / "plain.toml", private / "tricky.toml")
        (kit / "challenges" / ID / "my_solution.py").write_text(SOLUTION)
    return kit
