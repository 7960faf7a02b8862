"""The files that a dashboard would like to have, of those that a report is about. No others are looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError
from grader.stored import report_in

MOST_BYTES = 256 * 1024  # which is what dashboards take


def wanted_in(report: bytes, wanted: tuple[str, ...], folders: tuple[Path, ...]) -> Iterator[tuple[str, bytes | None]]:
    """Each submission of the report that is wanted: its file's name, and its bytes; None where it is not as it was.

    `folders` are the kit's, from which a submission in it is named, and the one from which another was given.
    """
    try:
        challenges = report_in(report, Path("report")).challenges
    except UsageError:
        return
    for challenge in challenges:
        if challenge.file and challenge.submission_sha256 in wanted:
            tried = (_unchanged(folder / challenge.file, challenge.submission_sha256) for folder in folders)
            yield challenge.file, next((content for content in tried if content is not None), None)


def _unchanged(path: Path, sha256: str) -> bytes | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= MOST_BYTES and hashlib.sha256(content).hexdigest() == sha256 else None
