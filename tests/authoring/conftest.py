"""For all tests in this folder: its helper module can be imported, and a kit whose one challenge was just begun."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from begun import ID, ROOT

from grader.authoring.new import begin
from grader.challenge import Kit


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """It lints without an error; the one warning is that there are few right submissions."""
    kit = Kit(tmp_path / "kit")
    kit.challenges.mkdir(parents=True)
    shutil.copy(ROOT / "challenges" / "common.py", kit.challenges)
    (kit.root / "README.md").write_text(f"[ten](challenges/{ID}/README.md)")
    begin(kit, ID)
    return kit
