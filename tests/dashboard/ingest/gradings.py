"""Real reports, as `grader grade` makes them; each is made once (tests/kept.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from grader.signing import new_key, private_key, sign
from grader.stored import report_in
from tests import kept
from tests.commands.kits import ROOT, environment

SOLUTION = ROOT / "solutions" / "01-inspect-a-chunk.py"
WRONG = ROOT / "tests" / "submissions" / "01-inspect-a-chunk" / "wrong" / "buffers-body--list-of-lines.py"
ANOTHER = ROOT / "tests" / "submissions" / "01-inspect-a-chunk" / "wrong" / "chokes-on-comment--strict-check.py"


@cache
def graded(file: Path, challenge: str = "1", seed: int = 7) -> bytes:
    """The report's file."""
    name = f"{file.stem}-{challenge}-{seed}"
    made: str = kept.once(name, [file.read_bytes()], lambda: {"report": _graded(file, challenge, seed)})["report"]
    return made.encode()


def _graded(file: Path, challenge: str, seed: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        subprocess.run(
            [sys.executable, "-m", "grader", "grade", challenge, "--file", str(file), "--seed", str(seed),
             "--format", "json", "--out", str(out)],
            cwd=ROOT, env=environment(ROOT), capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        report = out.read_text("utf-8")
        assert json.loads(report)["status"] != "error", report
        return report


def key_pair(folder: Path) -> tuple[Path, str]:
    """The private key's file, and the fingerprint."""
    path = folder / "course.key"
    return path, new_key(path)


def signed(content: bytes, key: Path) -> bytes:
    return sign(report_in(content, Path("report.json")), private_key(key)).encode()
