"""Moodle's "Download all submissions": a folder a student, or flat, `Full Name_12345_assignsubmission_file_…`.

12345 numbers a participant of one assignment, and is another one in the next; the full name is what stays. Feedback
files (`assignfeedback_…`) and online texts are not submissions of a file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from grader.classroom.collect.area import Area, Split, Who, grouped
from grader.classroom.collect.entries import Entry
from grader.classroom.model import Problem

_NAMED = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL
)


def fits(parts: tuple[str, ...]) -> bool:
    return _NAMED.fullmatch(parts[0]) is not None


def split(entries: Iterable[Entry]) -> Split:
    found = [(match, entry) for entry in entries if (match := _NAMED.fullmatch(entry.parts[0]))]
    numbers: dict[str, set[str]] = defaultdict(set)
    for match, _ in found:
        numbers[match["name"]].add(match["number"])
    areas: list[Area] = grouped(
        (_who(match, len(numbers[match["name"]]) > 1), entry.origin, _own(match, entry))
        for match, entry in found
        if match["kind"] == "file"
    )
    problems = [_same_name(name, several) for name, several in numbers.items() if len(several) > 1]
    return Split(areas, problems)


def _who(match: re.Match[str], shared: bool) -> Who:
    name, number = match["name"], match["number"]
    return Who((f"{name}_{number}", number), name) if shared else Who((name, number), name)


def _own(match: re.Match[str], entry: Entry) -> Entry:
    """Below the student's folder, or under the file's own name where the download is flat."""
    return entry.below(1) if len(entry.parts) > 1 else entry.below(0, match["rest"] or entry.name)


def _same_name(name: str, numbers: set[str]) -> Problem:
    shown = " and ".join(sorted(numbers))
    advice = "A roster tells them apart: put the number into its column `also`."
    message = f"several participants have this name ({shown}). {advice}"
    return Problem(None, name, message)
