"""`grader doctor` says what this machine can do, and what is to be done about what it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.commands.kits import copy_kit, grader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is missing elsewhere is another list")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_kit(tmp_path_factory.mktemp("doctor"))


def said(text: str) -> dict[str, str]:
    """What stands behind the name of each finding, with its glyph in front."""
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line[:1] in "✓✗" and line.strip()]
    return {name: f"{glyph} {rest.strip()}" for glyph, name, rest in lines}


def test_it_names_the_tier_and_what_it_means(kit: Path) -> None:
    done = grader(kit, "doctor", "--plain")
    found = said(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found["confinement"].split()[1] in ("confined:", "limited:")
    assert found["kit"].startswith("✓ 9 challenges in")
    assert "127.0.0.1 can be reached" in found["loopback"]


def test_what_is_missing_is_named(kit: Path) -> None:
    found = said(grader(kit, "doctor", "--plain", GRADER_ISOLATION="separate").stdout)
    assert found["confinement"].startswith("✗ separate:")
    assert "GRADER_ISOLATION=separate asks for less" in found["missing"]


def test_without_fork_each_run_is_a_fresh_interpreter(kit: Path) -> None:
    assert found_in(kit, GRADER_JAIL="fresh")["runs"].startswith("✗ a fresh interpreter each")


def test_outside_of_a_kit_it_says_so(kit: Path) -> None:
    done = grader(kit, "doctor", "--plain", GRADER_KIT=str(kit / "challenges" / "01-inspect-a-chunk"))
    assert done.returncode == 3
    assert said(done.stdout)["kit"].startswith("✗")


def found_in(kit: Path, **env: str) -> dict[str, str]:
    return said(grader(kit, "doctor", "--plain", **env).stdout)
