"""Canvas' gradebook: its exported CSV, filled in. Columns are never added: one that Canvas does not know becomes a new
assignment.

First line `Student,ID,SIS User ID,SIS Login ID,Section,<assignment> (<id>),…`; then, perhaps after others, a line
`Points Possible`; then the students. Canvas' computed columns are read-only there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.challenge import Challenge
from grader.classroom.export.filling import Filled, Filler, columns_of, points_in
from grader.classroom.export.sheetfile import SheetFile
from grader.classroom.model import Problem, Student
from grader.classroom.policy import Policy, Sheet
from grader.errors import UsageError

IDENTITY = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
_POSSIBLE = "points possible"


def fill(
    file: SheetFile,
    sheets: Sequence[Sheet],
    challenges: Sequence[Challenge],
    policy: Policy,
    elsewhere: Iterable[Student] = (),
) -> Filled:
    """Grades, scaled to Canvas' points. Raises UsageError where it is not Canvas' file, or no column is known."""
    if file.column("Student") is None or file.column("ID") is None:
        raise UsageError(
            f"{file.shown}: has no columns `Student` and `ID`: expected the file that Canvas' gradebook exports."
        )
    possible = next((i for i, row in enumerate(file.rows) if row and row[0].strip().casefold() == _POSSIBLE), None)
    if possible is None:
        raise UsageError(
            f"{file.shown}: has no line `Points Possible`: expected the file that Canvas' gradebook exports."
        )
    known = {file.column(name) for name in IDENTITY}
    places = [place for place in range(len(file.columns)) if place not in known]
    columns = columns_of(file, places, challenges, policy)
    if not columns:
        raise UsageError(
            f"{file.shown}: no column is named as a challenge ({', '.join(c.card.title for c in challenges)}). "
            'Say which is which in class.toml: [challenge.1] column = "…"'
        )
    out_of = {place: points_in(_at(file.rows[possible], place)) for place in columns}
    worth = {place: points for place, points in out_of.items() if points}
    filler = Filler(file, sheets, {place: id for place, id in columns.items() if place in worth}, elsewhere)
    for unset in out_of.keys() - worth.keys():
        message = "has no points possible, so nothing is filled in. Set them in Canvas, and export anew."
        filler.done.problems.append(Problem(None, f"{file.shown}: {file.columns[unset]}", message))
    identity = ("SIS User ID", "SIS Login ID", "ID", "Student")
    names = [place for name in identity if (place := file.column(name)) is not None]
    for line in range(possible + 1, len(file.rows)):
        filler.fill(line, (_at(file.rows[line], place) for place in names), worth)
    filler.missing()
    return filler.done


def _at(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""
