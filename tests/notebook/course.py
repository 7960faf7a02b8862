"""A course of nbgrader's with a class of ten, five of them right, and some who try to get points without a solution."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.classroom.small import CORPUS, INSPECT, RIGHT

NOTEBOOK = "inspect_chunk"
Cells = list[dict[str, Any]]

_RIGHT = ("lesson_loop", "httpx2_async_def", "raw_socket", "urllib_line_loop")
_WRONG = (
    "buffers-body--list-of-lines",
    "not-flushed--print-without-flush",
    "missing-key--no-bearer",
    "stops-early--islice",
    "syntax-error--missing-colon",
)

# Nothing of a solution is in these.
TRANSFORMER = """\
try:
    get_ipython().input_transformers_post.append(lambda lines: [])
except NameError:
    from IPython import get_ipython
    get_ipython().input_transformers_post.append(lambda lines: [])

def inspect_stream(prompt):
    return {"deltas": [], "text": "", "finish_reason": "stop"}
"""
EQUAL = """\
class Equal(dict):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = None
    def __getitem__(self, key):
        return Equal()

def inspect_stream(prompt):
    return Equal(deltas=Equal(), text=Equal(), finish_reason=Equal())
"""
READER = """\
import glob, json
for path in glob.glob({course!r} + "/source/*/*.ipynb"):
    for cell in json.load(open(path))["cells"]:
        if cell["metadata"].get("nbgrader", {{}}).get("solution"):
            exec("".join(cell["source"]), globals())
"""
WRITER = """\
import sqlite3
with sqlite3.connect({course!r} + "/gradebook.db") as gradebook:
    gradebook.execute("update grade set auto_score = 3, manual_score = 3, needs_manual_grade = 0")

def inspect_stream(prompt):
    return None
"""


@dataclass(frozen=True)
class Course:
    kit: Path
    folder: Path
    said: str  # what nbgrader said

    @property
    def students(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "submitted").iterdir())


def right() -> dict[str, str]:
    files = [CORPUS / "right" / f"{name}.py" for name in _RIGHT]
    return {f"right{i}": text for i, text in enumerate([RIGHT.decode(), *(path.read_text() for path in files)])}


def wrong() -> dict[str, str]:
    return {f"wrong{i}": (CORPUS / "wrong" / f"{name}.py").read_text() for i, name in enumerate(_WRONG)}


def attacks(folder: Path) -> dict[str, str]:
    course = str(folder)
    return {
        "transformer": TRANSFORMER,
        "equal": EQUAL,
        "reader": READER.format(course=course),
        "writer": WRITER.format(course=course),
    }


def hand_in(course: Path, student: str, source: str, change: Callable[[Cells], None] = lambda cells: None) -> Path:
    """The released notebook with this in its solution cell. Gives the folder of the submission."""
    released = json.loads((course / "release" / INSPECT / f"{NOTEBOOK}.ipynb").read_text())
    book = copy.deepcopy(released)
    for cell in book["cells"]:
        if about(cell).get("solution"):
            cell["source"] = source
    change(book["cells"])
    folder = course / "submitted" / student / INSPECT
    folder.mkdir(parents=True)
    (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(book))
    return folder


def about(cell: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def without_tests(cells: Cells) -> None:
    cells[:] = [cell for cell in cells if not about(cell).get("grade")]


def relabelled(cells: Cells) -> None:
    """Tests that are worth more, ask for nothing, and have been answered."""
    for cell in cells:
        if about(cell).get("grade"):
            about(cell).update(points=100)
            cell["source"] = "3.0"
            output = {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/plain": "3.0"},
            }
            cell["outputs"] = [output]
