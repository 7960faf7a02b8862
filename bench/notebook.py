"""nbgrader's autograding of a class of ten: ours, out of band, beside its own, which executes the notebooks.

Both grade the same ten notebooks with the same checks, by nbgrader's own command: what is different is one line of its
configuration. Needs the environment of `make notebook`; the figure is of the whole command, its start included.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Row, alternately, environment

CHALLENGE, NOTEBOOK = "01-inspect-a-chunk", "inspect_chunk"
CORPUS = ROOT / "tests" / "submissions" / CHALLENGE
RIGHT = ("lesson_loop", "httpx2_async_def", "raw_socket", "urllib_line_loop", "match_case")
WRONG = (
    "buffers-body--list-of-lines",
    "not-flushed--print-without-flush",
    "missing-key--no-bearer",
    "decodes-reads--strict",
    "parses-done--no-check",
)
TIMES = 3
BOUND = 0.8
STOCK = """
c.Autograde.pop("autograde_preprocessors")
c.Execute.timeout = 120
"""


def rows() -> Iterator[Row]:
    interpreter = Path(os.environ.get("GRADER_NBGRADER_PYTHON", ROOT / ".venv-nbgrader" / "bin" / "python"))
    if not interpreter.exists():
        print(f"notebook: no nbgrader at {interpreter}: `make notebook` installs it. Left out.", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ours, stock = Path(folder, "ours"), Path(folder, "stock")
        env = environment() | {"PATH": f"{interpreter.parent}:{os.environ['PATH']}", "GRADER_KIT": str(ROOT)}
        command = [str(interpreter), "-m", "grader", "notebook", "build", str(ours), "--challenge", CHALLENGE]
        subprocess.run(command, env=env, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        _nbgrader(ours, env, "generate_assignment", CHALLENGE)
        _hand_in(ours)
        shutil.copytree(ours, stock)
        with open(stock / "nbgrader_config.py", "a") as config:
            config.write(STOCK)
        yield alternately(
            "notebook: autograde, ten of 01",
            lambda: _autograde(ours, env),
            lambda: _autograde(stock, env),
            times=TIMES, bound=BOUND, before=0,
        )  # fmt: skip
        assert _scores(ours, env) == _scores(stock, env), "both grade the same"


def _nbgrader(course: Path, env: dict[str, str], *args: str) -> None:
    done = subprocess.run(["nbgrader", *args], env=env, cwd=course, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)


def _autograde(course: Path, env: dict[str, str]) -> float:
    shutil.rmtree(course / "autograded", ignore_errors=True)
    started = time.monotonic()
    _nbgrader(course, env, "autograde", CHALLENGE)
    return time.monotonic() - started


def _scores(course: Path, env: dict[str, str]) -> list[str]:
    _nbgrader(course, env, "export", "--to", "grades.csv")
    rows = (course / "grades.csv").read_text("utf-8").splitlines()[1:]
    return sorted(",".join(row.split(",")[3:4] + row.split(",")[-2:]) for row in rows)


def _hand_in(course: Path) -> None:
    """Without the cell that tries the function at a real reply's speed: that is no part of grading."""
    released = json.loads((course / "release" / CHALLENGE / f"{NOTEBOOK}.ipynb").read_text("utf-8"))
    files = [*(CORPUS / "right" / f"{n}.py" for n in RIGHT), *(CORPUS / "wrong" / f"{n}.py" for n in WRONG)]
    for number, path in enumerate(files):
        book = json.loads(json.dumps(released))
        book["cells"] = [cell for cell in book["cells"] if not _tries(cell)]
        for cell in book["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = path.read_text("utf-8").partition("\nif __name__ ==")[0]
        to = course / "submitted" / f"s{number}" / CHALLENGE / f"{NOTEBOOK}.ipynb"
        to.parent.mkdir(parents=True)
        to.write_text(json.dumps(book), "utf-8")


def _tries(cell: dict[str, Any]) -> bool:
    own = cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]
    return own and "import check" not in "".join(cell["source"])
