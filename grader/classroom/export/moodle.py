"""Moodle: a CSV for Grades > Import, or one of Moodle's own files filled in.

Own files are a gradebook export (a column a grade item, `… (Real)`), and an assignment's grading worksheet (`Grade`,
`Maximum Grade`), which is for one challenge. Feedback columns are never written: importing feedback without its grade
wipes the grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.challenge import Challenge
from grader.classroom.export.cells import table
from grader.classroom.export.filling import Filled, Filler, columns_of, points_in
from grader.classroom.export.sheetfile import SheetFile
from grader.classroom.model import Problem, Student
from grader.classroom.policy import Policy, Sheet
from grader.errors import UsageError

IDENTITY = ("ID number", "Email address", "Username", "Full name", "Identifier")
_ITEM = re.compile(r"^(?:\w+:)?\s*(?P<name>.+?)\s*(?:\((?:Real|Points)\))?\s*$")


def new(sheets: Sequence[Sheet], challenges: Sequence[Challenge]) -> str:
    """A CSV to import: who (ID number and email address), and a column of points for each challenge."""
    ids = [challenge.id for challenge in challenges]
    rows = (
        [s.student.id, s.student.email, *(g.points if (g := s.grades[id]).attempt else None for id in ids)]
        for s in sheets
    )
    return table(["ID number", "Email address", *(challenge.card.title for challenge in challenges)], rows)


def fill(
    file: SheetFile,
    sheets: Sequence[Sheet],
    challenges: Sequence[Challenge],
    policy: Policy,
    max_points: dict[str, float],
    elsewhere: Iterable[Student] = (),
) -> Filled:
    """Grades, scaled to the worksheet's maximum. Raises UsageError where it is not clear what the file is for."""
    names = [place for name in IDENTITY if (place := file.column(name)) is not None]
    first, last = file.column("First name"), file.column("Last name", "Surname")
    if not names and (first is None or last is None):
        raise UsageError(
            f"{file.shown}: has no column that says whose row it is, expected `Email address` or `ID number`. "
            "Export it with Moodle set to English."
        )
    grade, most = file.column("Grade"), file.column("Maximum Grade")
    if grade is not None and most is not None:
        return _worksheet(file, sheets, challenges, (grade, most), names, elsewhere)
    columns = columns_of(_plain(file), range(len(file.columns)), challenges, policy)
    columns |= columns_of(file, range(len(file.columns)), challenges, policy)
    if not columns:
        raise UsageError(
            f"{file.shown}: no column is named as a challenge ({', '.join(c.card.title for c in challenges)}). "
            'Say which is which in class.toml: [challenge.1] column = "…"'
        )
    filler = Filler(file, sheets, columns, elsewhere)
    totals = sheets[0].out_of if sheets else 1.0
    worth = {place: max_points.get(id, totals) for place, id in columns.items()}
    for line in range(1, len(file.rows)):
        row = file.rows[line]
        whole = f"{_at(row, first)} {_at(row, last)}" if first is not None and last is not None else ""
        filler.fill(line, [*(_at(row, place) for place in names), whole], worth)
    filler.missing()
    return filler.done


def _worksheet(
    file: SheetFile,
    sheets: Sequence[Sheet],
    challenges: Sequence[Challenge],
    places: tuple[int, int],
    names: list[int],
    elsewhere: Iterable[Student],
) -> Filled:
    if len(challenges) != 1:
        raise UsageError(f"{file.shown}: is the worksheet of one assignment. Say of which challenge: --challenge 1")
    grade, most = places
    filler = Filler(file, sheets, {grade: challenges[0].id}, elsewhere)
    changeable = file.column("Grade can be changed")
    for line in range(1, len(file.rows)):
        row = file.rows[line]
        out_of = points_in(_at(row, most))
        shut = changeable is not None and _at(row, changeable).strip().casefold() in ("no", "0")
        if out_of is None or shut:
            why = "Moodle does not let this grade be changed" if shut else "it has no maximum grade"
            filler.done.problems.append(Problem(None, f"{file.shown} line {line + 1}", f"is left as it is: {why}."))
        else:
            filler.fill(line, (_at(row, place) for place in names), {grade: out_of})
    return filler.done


def _plain(file: SheetFile) -> SheetFile:
    """With the grade items' own names: `Assignment: Inspect a chunk (Real)` becomes `Inspect a chunk`."""
    plain = [match["name"] if (match := _ITEM.match(column)) else column for column in file.columns]
    return replace(file, rows=[plain, *file.rows[1:]])


def _at(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
