"""A report as far as it can be looked at without the database.

Pure and done before anything waits for a lock: so it may be done in another process (`readers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.dashboard.ingest.believed import Believed, NotOfThisCourse, Sheet, believed
from grader.dashboard.ingest.opening import opened
from grader.dashboard.ingest.senders import sha256


@dataclass(frozen=True)
class Looked:
    """What was found in the body of a request."""

    body_sha256: str
    fingerprint: str | None  # of the key that signed it
    believed: Sequence[Believed]  # a challenge each
    refusal: str = ""  # why it is not of this course: then nothing is believed


def looked_at(body: bytes, sheet: Sheet) -> Looked:
    """Raises HTTPException: see `opened`."""
    found = opened(body)
    try:
        return Looked(sha256(body), found.fingerprint, believed(found.report, sheet))
    except NotOfThisCourse as why:
        return Looked(sha256(body), found.fingerprint, (), str(why))
