"""Gradescope's "Export Submissions": folders `submission_123456/`, and a submission_metadata.yml that says whose.

The YAML is Ruby's: its keys begin with a colon. A group's submission is each member's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from grader.classroom.collect.area import Area, Split, Who, parse_time
from grader.classroom.collect.entries import Entry, Unreadable, clean
from grader.classroom.model import Problem
from grader.errors import UsageError

METADATA = "submission_metadata.yml"
MAX_METADATA = 64 * 1024 * 1024  # bytes: it holds each test's result of each submission
_FOLDER = re.compile(r"submission_\d+")


def fits(parts: tuple[str, ...]) -> bool:
    return _FOLDER.fullmatch(parts[0]) is not None if len(parts) > 1 else parts[0].lower() == METADATA


def split(entries: Iterable[Entry]) -> Split:
    folders: dict[str, list[Entry]] = defaultdict(list)
    metadata = None
    for entry in entries:
        if not fits(entry.parts):
            continue
        if len(entry.parts) == 1:
            metadata = entry
        else:
            folders[entry.parts[0]].append(entry.below(1))
    problems: list[Problem] = []
    known = _metadata(metadata, problems) if metadata else {}
    areas = []
    for folder, own in folders.items():
        at, people = known.get(folder, (None, []))
        if not people:
            message = f"{METADATA} does not say whose it is. Export it again, with that file, or name the folder."
            problems.append(Problem(None, own[0].origin, message))
        areas += [Area(who, own[0].origin, own, at) for who in people or [Who((folder,))]]
    return Split(areas, problems)


def _metadata(entry: Entry, problems: list[Problem]) -> dict[str, tuple[datetime | None, list[Who]]]:
    try:
        loaded = _yaml(entry.read(MAX_METADATA))
        if not isinstance(loaded, dict):
            raise Unreadable("is not what Gradescope writes, expected `submission_…:` entries. Export it again.")
    except Unreadable as error:
        problems.append(Problem(None, entry.origin, str(error)))
        return {}
    return {str(folder): _about(about) for folder, about in loaded.items() if isinstance(about, dict)}


def _yaml(content: bytes) -> Any:
    try:
        yaml: Any = import_module("yaml")  # here: only Gradescope's exports need it
    except ImportError:
        raise UsageError(
            f"{METADATA}: reading it needs PyYAML. Install the kit's class extra: pip install -e '.[class]'"
        ) from None
    try:
        return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, AttributeError) as error:
        raise Unreadable(f"is not valid YAML ({str(error).splitlines()[0]}). Export it again.") from None


def _about(about: dict[Any, Any]) -> tuple[datetime | None, list[Who]]:
    said = about.get(":submitters")
    people = [_who(person) for person in said if isinstance(person, dict)] if isinstance(said, list) else []
    return _time(about.get(":created_at")), [who for who in people if who.keys]


def _who(person: dict[Any, Any]) -> Who:
    said = (str(person.get(key) or "") for key in (":name", ":sid", ":email"))
    name, sid, email = (clean(text) if text.strip() else "" for text in said)
    return Who(tuple(key for key in (sid, email, name) if key), name, email)


def _time(value: object) -> datetime | None:
    """PyYAML gives a date that it knows; one without a zone is UTC in this file."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    try:
        return parse_time(str(value))
    except ValueError:
        return None
