"""The roster: who is in the class. A CSV with the columns id, name, email, section, and `also`; only id is needed.

`also` holds other names that a student goes by, separated by semicolons: a login, a Canvas or Moodle number, a folder.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.model import Problem, Student
from grader.errors import UsageError

COLUMNS = ("id", "name", "email", "section", "also")
MAX_ROSTER = 16 * 1024 * 1024  # bytes


class Ambiguous(Exception):
    """Several students could be meant. The message names them."""

    def __init__(self, said: str, students: Sequence[Student]) -> None:
        super().__init__(said)
        self.students = list(students)


@dataclass(frozen=True)
class Row:
    student: Student
    also: tuple[str, ...] = ()


class Roster:
    """Finds students by whatever a download calls them. An empty one knows nobody."""

    def __init__(self, rows: Iterable[Row] = (), problems: Iterable[Problem] = ()) -> None:
        self.rows, self.problems = list(rows), list(problems)
        self.students = [row.student for row in self.rows]
        self._levels = [self._index(*args) for args in (("id",), ("also",), ("email",), ("name",), ("sortable",))]

    def _index(self, kind: str) -> dict[str, list[Student]]:
        index: dict[str, list[Student]] = defaultdict(list)
        for row in self.rows:
            for key in {_key(text) for text in _texts(row, kind)} - {""}:
                index[key].append(row.student)
        return index

    def knows(self, name: str) -> bool:
        """Whether this is one student's id, or another name of theirs."""
        try:
            return self.find([name]) is not None
        except Ambiguous:
            return True

    def find(self, names: Iterable[str]) -> Student | None:
        """The student that one of these names: an id before an `also`, that before an email, a name, Canvas' sort name.

        Raises Ambiguous.
        """
        keys = [key for name in names if (key := _key(name))]
        for level in self._levels:
            for key in keys:
                if len(found := level.get(key, [])) == 1:
                    return found[0]
                if found:
                    known = ", ".join(student.id for student in found)
                    raise Ambiguous(
                        f"{key!r} could be {known}. Put what the download calls them into the roster's column `also`.",
                        found,
                    )
        return None


def _texts(row: Row, kind: str) -> Iterable[str]:
    if kind == "also":
        return row.also
    if kind == "sortable":
        return _sortable(row.student.name)
    return (str(getattr(row.student, kind)),)


def _sortable(name: str) -> Iterable[str]:
    """What Canvas could make of a name: "Doe, Jane" without anything but letters, wherever the last name begins."""
    words = [re.sub(r"\W", "", word) for word in name.replace(",", " ").split()]
    return ("".join(words[i:] + words[:i]) for i in range(len(words))) if len(words) > 1 else ()


def _key(text: str) -> str:
    """As names are compared: composed, without case, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def load(path: Path) -> Roster:
    """The roster, and what is wrong with which of its rows. Raises UsageError where it is no roster at all."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_ROSTER + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Check the path given to --roster.") from None
    return parse(decoded(content, str(path)), str(path))


def decoded(content: bytes, shown: str) -> str:
    """The text of a roster's file. Raises UsageError."""
    if len(content) > MAX_ROSTER:
        raise UsageError(f"{shown}: is larger than {MAX_ROSTER // 2**20} MiB, expected a CSV with a row a student.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{shown}: is not UTF-8 ({error.reason} at byte {error.start}). Save it as “CSV UTF-8”."
        ) from None


def parse(text: str, shown: str) -> Roster:
    """Rows that are wrong are left out and told about. Raises UsageError where there is no column `id`."""
    lines = text.splitlines(keepends=True)
    head = next((line for line in lines if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    columns: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, shown)
                continue
            row, wrong = _row(columns, cells, seen, reader.line_num)
            if row:
                seen[_key(row.student.id)] = reader.line_num
                rows.append(row)
            problems += [Problem(row.student.id if row else None, f"{shown} line {reader.line_num}", w) for w in wrong]
    except csv.Error as error:
        raise UsageError(f"{shown} line {reader.line_num}: not valid CSV ({error}). Save it anew as CSV.") from None
    if columns is None:
        raise UsageError(f"{shown}: is empty, expected a first line with the columns {', '.join(COLUMNS)}.")
    return Roster(rows, problems)


def _columns(cells: list[str], shown: str) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise UsageError(f"{shown}: has the column {name!r} twice. Keep one.")
    if "id" not in columns:
        found = ", ".join(columns)
        raise UsageError(
            f"{shown}: has no column `id` (found: {found}). Expected {', '.join(COLUMNS)} in the first line."
        )
    return columns


def _row(columns: list[str], cells: list[str], seen: dict[str, int], line: int) -> tuple[Row | None, list[str]]:
    """A row that can be used, and what is wrong with it."""
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        return None, [f"has {len(cells)} cells, expected {len(columns)}. Quote cells that hold a comma."]
    by_name = {name: _tidy(cell) for name, cell in zip(columns, cells, strict=False) if name in COLUMNS}
    id = by_name.get("id", "")
    if not id:
        return None, ["has no id. Give each student one."]
    if _key(id) in seen:
        return None, [f"has the id {id!r} of line {seen[_key(id)]}. Give each student one of their own."]
    wrong = []
    email = by_name.get("email", "")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        wrong.append(f"has the email {email!r}, expected one such as name@school.edu. It is left out.")
        email = ""
    student = Student(id, by_name.get("name", ""), email, by_name.get("section", ""))
    also = tuple(text for part in by_name.get("also", "").split(";") if (text := part.strip()))
    return Row(student, also), wrong


def _tidy(cell: str) -> str:
    text = unicodedata.normalize("NFC", cell)
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text).strip()
