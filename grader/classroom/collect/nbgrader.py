"""nbgrader's `submitted/<student>/<assignment>/<notebook>.ipynb`, with a timestamp.txt beside it.

Below `submitted/` it is a folder a student, as in the plain layout; the assignment or the notebook has the challenge's
id, or the notebook the name of its stub. Which cells are taken is `notebook.code`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.classroom.collect import plain
from grader.classroom.collect.area import Split
from grader.classroom.collect.entries import Entry

# Beside it in a course's folder: not what students handed in.
_STEPS = ("source", "release", "autograded", "feedback")


def fits(parts: tuple[str, ...]) -> bool:
    return len(parts) > 2 and parts[0].lower() == "submitted"


def split(entries: Iterable[Entry]) -> Split:
    return plain.split(entry.below(1) for entry in entries if fits(entry.parts))
