"""An autograder for Classroom 50, as CLASSROOM/autograders/ASSIGNMENT/autograder.py: fill in where the kit is.

It runs with the student's checkout as its working folder, and leaves result.json and release-body.md there. It exits
with 0 when it could grade, whatever the verdict.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

KIT_URL = os.environ.get("KIT_URL", "https://github.com/OWNER/KIT.git")
KIT_REF = os.environ.get("KIT_REF", "v1")
CHALLENGES = os.environ.get("CHALLENGES", "").split()  # all where it is empty


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        kit, out = Path(folder) / "kit", Path(folder) / "graded"
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", "--branch", KIT_REF, KIT_URL, str(kit)], check=True)
        subprocess.run(["make", "-C", str(kit), ".venv/.kit"], check=True)
        subprocess.run(["sh", str(kit / "ci" / "grade.sh"), ".", str(out), *CHALLENGES], check=False)
        report = out / "report.json"
        if not report.is_file():
            print("The grader did not finish; this says nothing about the submission.", file=sys.stderr)
            return 1
        for format, name in (("classroom50", "result.json"), ("markdown", "release-body.md")):
            command = [kit / ".venv" / "bin" / "grader", "convert", report, "--format", format, "--out", name]
            subprocess.run([str(word) for word in command], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
