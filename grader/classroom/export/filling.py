"""Grades into a platform's own file: whose row is it, which challenge's column, out of how many points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.challenge import Challenge
from grader.classroom.export.cells import number
from grader.classroom.export.sheetfile import SheetFile
from grader.classroom.model import Problem, Student
from grader.classroom.policy import Policy, Sheet
from grader.classroom.roster import Ambiguous, Roster, Row

TOTAL = "total"
_NUMBERED = re.compile(r"\s*\(\d+\)\s*$")  # Canvas puts the assignment's id behind its name


@dataclass
class Filled:
    """The file, and what could not be filled in."""

    file: SheetFile
    cells: int = 0
    problems: list[Problem] = field(default_factory=list)


def columns_of(
    file: SheetFile, places: Iterable[int], challenges: Sequence[Challenge], policy: Policy
) -> dict[int, str]:
    """Which column is which challenge's: as class.toml says, else by the challenge's title, id or file name."""
    found: dict[int, str] = {}
    for place in places:
        name = file.columns[place].strip()
        plain = _NUMBERED.sub("", name).casefold()
        if policy.total_column and name == policy.total_column.strip():
            found[place] = TOTAL
            continue
        named = [id for id, column in policy.columns.items() if column.strip() == name]
        alike = [c.id for c in challenges if c.id not in policy.columns and plain in _names(c)]
        if len(fits := named or alike) == 1:
            found[place] = fits[0]
    return found


def _names(challenge: Challenge) -> set[str]:
    title = challenge.card.title
    names = {
        title,
        challenge.id,
        challenge.card.file,
        f"{challenge.number} {title}",
        f"{int(challenge.number)}. {title}",
    }
    return {name.casefold() for name in names}


class Filler:
    """Fills rows in. `out_of`, of a column: what the platform gives for full points; grades are scaled to it.

    `elsewhere` are the others on the roster: a row that is one of theirs is nobody's of these sheets, whatever its
    name is like. Nothing is told of them.
    """

    def __init__(
        self, file: SheetFile, sheets: Sequence[Sheet], columns: Mapping[int, str], elsewhere: Iterable[Student] = ()
    ) -> None:
        self.done = Filled(file)
        self._columns = columns
        self._sheets = {sheet.student.id: sheet for sheet in sheets}
        self._roster = Roster(Row(student) for student in (*(sheet.student for sheet in sheets), *elsewhere))
        self._met: dict[str, int] = {}

    def fill(self, line: int, names: Iterable[str], out_of: Mapping[int, float]) -> None:
        """One row; `names` are what the file calls this student. What has no grade stays as it is."""
        row = self.done.file.rows[line]
        sheet = self._sheet(line, [name for text in names if (name := text.strip())])
        if sheet is None:
            return
        for place, challenge in self._columns.items():
            share = self._share(sheet, challenge)
            if share is not None:
                row.extend([""] * (place + 1 - len(row)))
                row[place] = number(share * out_of[place])
                self.done.cells += 1

    def _sheet(self, line: int, names: list[str]) -> Sheet | None:
        try:
            student = self._roster.find([*names, *(_turned(name) for name in names)])
        except Ambiguous as error:
            self._uncertain(line, error)
            return None
        if student is None or student.id not in self._sheets:
            return None
        if student.id in self._met:
            self._problem(
                line, f"is {student.id!r}, as is line {self._met[student.id] + 1}. Neither is certain: compare."
            )
            return None
        self._met[student.id] = line
        return self._sheets[student.id]

    def _uncertain(self, line: int, error: Ambiguous) -> None:
        ours = [student.id for student in error.students if student.id in self._sheets]
        if len(ours) == len(error.students):
            self._problem(line, str(error))
        elif ours:
            said = "or somebody who is not among yours. Compare, and fill this row in by hand."
            self._problem(line, f"could be {', '.join(ours)}, {said}")

    @staticmethod
    def _share(sheet: Sheet, challenge: str) -> float | None:
        """0 to 1; None: nothing was graded, so that nothing is claimed."""
        if challenge == TOTAL:
            graded = any(grade.attempt for grade in sheet.grades.values())
            return sheet.total / sheet.out_of if graded and sheet.out_of else None
        grade = sheet.grades.get(challenge)
        return grade.share if grade and grade.attempt else None

    def missing(self) -> None:
        """Tells of students who have grades and no row."""
        for id, sheet in self._sheets.items():
            if id not in self._met and any(grade.attempt for grade in sheet.grades.values()):
                message = (
                    "has grades and no row in this file. Look whether the file calls them otherwise (a roster tells)."
                )
                self.done.problems.append(Problem(id, self.done.file.shown, message))

    def _problem(self, line: int, message: str) -> None:
        self.done.problems.append(Problem(None, f"{self.done.file.shown} line {line + 1}", message))


def points_in(text: str) -> float | None:
    """A number as platforms write it, `10.00` or `10,00`; None where it is none above 0."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None


def _turned(name: str) -> str:
    """`Doe, Jane` as `Jane Doe`."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name
