"""The code of a notebook that a student handed in."""

from __future__ import annotations

import json
from typing import Any

from grader.classroom.collect.entries import Unreadable


def code(content: bytes) -> bytes:
    """What is graded of it: nbgrader's solution cells, and the locked cells that hand out what these need.

    Test cells and cells of the student's own are left out: they would run when the file is loaded. A notebook that has
    no cell of nbgrader's gives all its code cells. Magics and shell lines become comments, so that lines keep their
    numbers within a cell. Raises Unreadable where it is no notebook.
    """
    try:
        book = json.loads(content.decode("utf-8-sig"))
        cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
        sources = [(_source(cell), _role(cell)) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable("is no notebook of version 4, expected JSON with `cells`. Save it anew in Jupyter.") from None
    by_nbgrader = any(role != "own" for _, role in sources)
    kept = [source for source, role in sources if role in ("solution", "given") or not by_nbgrader]
    return "\n\n\n".join(without_magics(source) for source in kept).encode("utf-8", "replace") + b"\n"


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _role(cell: dict[str, Any]) -> str:
    """solution, given (locked, no test), test, or own: the student's, which nbgrader does not know."""
    about = cell.get("metadata", {}).get("nbgrader")
    if not isinstance(about, dict):
        return "own"
    if about.get("solution"):
        return "solution"
    return "test" if about.get("grade") else "given" if about.get("locked") else "own"


def without_magics(source: str) -> str:
    """A cell's source with magics and shell lines as comments."""
    lines = source.splitlines()
    if lines and lines[0].lstrip().startswith("%%"):
        return "\n".join(f"# {line}" for line in lines)
    return "\n".join(f"# {line}" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)
