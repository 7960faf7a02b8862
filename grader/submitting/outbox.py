"""Reports that could not be delivered yet, in the kit's `.grader/outbox`. No token is kept with them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from grader import files, nested
from grader.errors import UsageError

SCHEMA = "grader/outbox/v1"
MOST = 100  # reports that wait


@dataclass(frozen=True)
class Waiting:
    """A report, byte for byte, and the dashboard that it is for."""

    path: Path
    to: str
    body: bytes
    since: float


class Outbox:
    def __init__(self, state: Path) -> None:
        """`state` is the kit's `.grader`."""
        self.folder = state / "outbox"

    def waiting(self) -> list[Waiting]:
        """The oldest first. What somebody has damaged is left alone."""
        found = [_read(path) for path in self.folder.glob("*.json")]
        return sorted((one for one in found if one is not None), key=lambda one: (one.since, one.path.name))

    def keep(self, key: str, to: str, body: bytes) -> Path:
        """Raises UsageError where it cannot be kept."""
        path = self.folder / f"{key}.json"
        if not path.exists() and len(list(self.folder.glob("*.json"))) >= MOST:
            raise UsageError(f"{self.folder}: {MOST} reports wait there already, and no more are kept. Look why.")
        entry = {"schema": SCHEMA, "to": to, "since": time.time(), "body": body.decode("utf-8")}
        try:
            files.write(path, json.dumps(entry, ensure_ascii=False))
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror}). The report was not delivered.") from None
        return path

    def put_aside(self, one: Waiting) -> Path:
        """What will never be taken is kept, and not sent again."""
        aside = self.folder / "refused" / one.path.name
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            one.path.replace(aside)
        except OSError:
            return one.path
        return aside

    def delivered(self, one: Waiting) -> None:
        one.path.unlink(missing_ok=True)


def _read(path: Path) -> Waiting | None:
    try:
        entry = nested.read(path.read_text("utf-8"))
        if entry["schema"] != SCHEMA or not isinstance(entry["to"], str):
            return None
        return Waiting(path, entry["to"], entry["body"].encode("utf-8"), float(entry["since"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
