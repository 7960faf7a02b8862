"""Canvas' "Download Submissions": flat, `lastnamefirst_LATE_12345_67890_file-1.py`.

12345 is the user's id in Canvas, 67890 the upload's. `-1` is Canvas' own: the file's name had been uploaded before. The
download says LATE and not when.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from grader.classroom.collect.area import Area, Split, Who
from grader.classroom.collect.entries import Entry
from grader.classroom.model import Problem

_NAMED = re.compile(r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<user>\d+)_(?P<upload>\d+)_(?P<file>.+)", re.DOTALL)
_AGAIN = re.compile(r"-(\d+)(\.\w+)$")


def fits(parts: tuple[str, ...]) -> bool:
    return len(parts) == 1 and _NAMED.fullmatch(parts[0]) is not None and "_assignsubmission_" not in parts[0]


def split(entries: Iterable[Entry]) -> Split:
    users: dict[str, list[tuple[re.Match[str], Entry]]] = defaultdict(list)
    for entry in entries:
        if match := _NAMED.fullmatch(entry.parts[0]):
            users[match["user"]].append((match, entry))
    problems: list[Problem] = []
    areas = []
    for user, uploads in users.items():
        name = uploads[0][0]["name"]
        newest = _newest(uploads, problems)
        if any(match["late"] for match, _ in uploads):
            message = (
                "is marked LATE, and Canvas' download does not say when it came. It counts as in time unless "
                f'class.toml says when: [[handed_in]] with student = "{user}" and at.'
            )
            problems.append(Problem(None, uploads[0][1].origin, message))
        areas.append(Area(Who((user, name), name), uploads[0][1].origin, newest))
    return Split(areas, problems)


def _newest(uploads: list[tuple[re.Match[str], Entry]], problems: list[Problem]) -> list[Entry]:
    """Of the uploads of one file name, the last one, under the name that it had before Canvas numbered it."""
    by_name: dict[str, list[tuple[int, int, Entry]]] = defaultdict(list)
    for match, entry in uploads:
        again = _AGAIN.search(match["file"])
        plain = _AGAIN.sub(r"\2", match["file"])
        by_name[plain].append((int(again[1]) if again else 0, int(match["upload"]), entry))
    kept = []
    for plain, several in by_name.items():
        *older, (_, _, newest) = sorted(several, key=lambda each: each[:2])
        kept.append(newest.below(0, plain))
        if older:
            message = (
                f"was uploaded {len(several)} times as {plain}: the last one is taken. Look at the others by hand."
            )
            problems.append(Problem(None, newest.origin, message))
    return kept
