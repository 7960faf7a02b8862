"""A course folder as nbgrader has it: the source notebooks, and a configuration that has them graded by us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.challenge import Challenge
from grader.errors import UsageError
from grader.notebook.percent import percent

CONFIG = "nbgrader_config.py"
PREPROCESSOR = "grader.notebook.preprocessor.OutOfBand"
_CONFIG = f"""\
# Made by `grader notebook build`, and yours from now on.
from pathlib import Path

c = get_config()

c.CourseDirectory.root = str(Path(__file__).parent)
c.CourseDirectory.course_id = "streamed-replies"
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}

# Challenges are graded by replaying streams to the solution cell, in a process of its own and confined. Nothing of a
# notebook is executed: this stands where nbgrader has `Execute`. Other assignments are executed as ever.
c.Autograde.autograde_preprocessors = [
    "{PREPROCESSOR}",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""


@dataclass(frozen=True)
class Written:
    """One file of the course folder. `replaced` is where one that was different is kept."""

    path: Path
    changed: bool
    replaced: Path | None = None


def needs_nbgrader() -> None:
    """Raises UsageError where the libraries are missing that only notebooks need."""
    missing = [name for name in ("jupytext", "nbgrader") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"{missing[0]} is not installed, which notebooks need: `make notebook` installs it into an environment of "
            "its own, or `pip install 'stream-challenge-kit[nbgrader]'`."
        )


def notebook_path(challenge: Challenge) -> Path:
    """Below a step's folder, or a student's: the assignment is the challenge, the notebook has the stub's name."""
    return Path(challenge.id, Path(challenge.card.file).with_suffix(".ipynb"))


def build(course: Path, challenges: list[Challenge]) -> list[Written]:
    """Makes `source/` and the configuration. What differs is kept in `replaced/`, what is the same stays as it is.

    Raises UsageError where nothing can be written there, or a challenge cannot be made into a notebook.
    """
    needs_nbgrader()
    texts = [(challenge, percent(challenge, challenge.checks())) for challenge in challenges]
    try:
        return list(_written(course, texts))
    except OSError as error:
        raise UsageError(
            f"{error.filename or course}: cannot be written ({error.strerror}). Name another folder."
        ) from None


def _written(course: Path, texts: list[tuple[Challenge, str]]) -> Iterator[Written]:
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for challenge, text in texts:
        below = notebook_path(challenge)
        yield _put(course / "source" / below, notebook(text), course / "replaced" / now / below)
    config = course / CONFIG
    if not config.exists():
        yield _put(config, _CONFIG, config)
    elif PREPROCESSOR not in config.read_text("utf-8", "replace"):
        raise UsageError(
            f"{config}: does not name {PREPROCESSOR}, so notebooks would be executed, not graded. Put it in place of "
            "nbgrader.preprocessors.Execute in c.Autograde.autograde_preprocessors, or move the file away and build."
        )
    else:
        yield Written(config, changed=False)


def _put(path: Path, text: str, keep: Path) -> Written:
    before = path.read_text("utf-8") if path.exists() else None
    if before == text:
        return Written(path, changed=False)
    if before is not None:
        keep.parent.mkdir(parents=True, exist_ok=True)
        path.replace(keep)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return Written(path, changed=True, replaced=keep if before is not None else None)


def notebook(text: str) -> str:
    """The notebook (.ipynb, format 4.5) of py:percent text. The same text gives the same bytes."""
    import jupytext
    import nbformat

    book = jupytext.reads(text, fmt="py:percent")
    book.nbformat, book.nbformat_minor = 4, 5
    book.metadata.setdefault("language_info", {"name": "python"})
    for number, cell in enumerate(book.cells):
        cell["id"] = _cell_id(cell, number)
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own, about blank lines
    return str(nbformat.writes(book, version=4)) + "\n"


def _cell_id(cell: Any, number: int) -> str:
    """Ids are drawn at random otherwise, and two builds would differ."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number}"))[:64]
