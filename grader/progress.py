"""What the kit remembers between commands: how each challenge stood, and how many hints were shown for it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from grader import files, nested
from grader.challenge import Kit
from grader.report import MOST, ChallengeReport, Report


@dataclass
class Standing:
    status: str = "not-started"
    points: float = 0
    max_points: float = 0
    diagnosis: str | None = None
    check: str = ""
    line: int | None = None
    source: str = ""
    hints: int = 0  # shown so far, for this diagnosis of this check
    sha256: str = ""  # of the file that was graded

    def __post_init__(self) -> None:
        """Raises TypeError, ValueError where it is read from a file that somebody has edited."""
        for name, kinds in _KINDS.items():
            if type(getattr(self, name)) not in kinds:
                raise TypeError(f"{name}: {getattr(self, name)!r}")
        if not all(0 <= number <= MOST for number in (self.points, self.max_points, self.hints, self.line or 0)):
            raise ValueError("a number that nothing of ours has")


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("status", "check", "source", "sha256"), (str,)),
    **dict.fromkeys(("points", "max_points"), (int, float)),
    "diagnosis": (str, type(None)),
    "line": (int, type(None)),
    "hints": (int,),
}


def load(kit: Kit) -> dict[str, Standing]:
    """By challenge id. A file that is damaged counts as none: it holds nothing that cannot be graded again."""
    try:
        table = nested.read(_path(kit).read_text("utf-8"))
        return {id: Standing(**entry) for id, entry in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def tell_hints(kit: Kit, report: Report) -> None:
    """Puts into the report how many hints had been shown for each challenge before it was graded."""
    known = load(kit)
    for challenge in report.challenges:
        challenge.hints = known.get(challenge.id, Standing()).hints


def remember(kit: Kit, report: Report, hints: int) -> None:
    note(kit, report.challenges, hints)


def note(kit: Kit, challenges: list[ChallengeReport], hints: int) -> None:
    known = load(kit)
    for challenge in challenges:
        before = known.get(challenge.id, Standing())
        first = next((check for check in challenge.checks if check.status == "fail"), None)
        same = first is not None and before.diagnosis == first.diagnosis and before.check == first.id
        known[challenge.id] = Standing(
            status=challenge.status,
            points=challenge.points,
            max_points=challenge.max_points,
            diagnosis=first.diagnosis if first else None,
            check=first.id if first else "",
            line=first.line if first else None,
            source=first.source if first else "",
            hints=max(before.hints, hints) if same else hints,
            sha256=challenge.submission_sha256,
        )
    save(kit, known)


def one_more_hint(kit: Kit, id: str, most: int) -> int:
    """Counts that one hint more was shown, up to `most`; gives how many were shown by now."""
    known = load(kit)
    standing = known.setdefault(id, Standing())
    standing.hints = min(standing.hints + 1, most)
    save(kit, known)
    return standing.hints


def current(kit: Kit) -> str:
    """The id of the challenge that watch mode stood at; "" where that is not known."""
    try:
        return (kit.state / "current").read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def stand_at(kit: Kit, id: str) -> None:
    """Best effort, as `save`."""
    with contextlib.suppress(OSError):
        files.write(kit.state / "current", id + "\n")


def save(kit: Kit, known: dict[str, Standing]) -> None:
    """Best effort: a kit on a read-only disk grades all the same."""
    with contextlib.suppress(OSError):
        files.write(_path(kit), json.dumps({id: asdict(standing) for id, standing in known.items()}, indent=1))


def _path(kit: Kit) -> Path:
    return kit.state / "progress.json"
