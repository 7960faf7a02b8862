"""What a new grading changes: who gains, who loses, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.classroom.store.store import Store


@dataclass(frozen=True)
class Change:
    """One submission that stands otherwise than before. `why` has a line for each check that changed."""

    student: str
    challenge: str
    sha256: str
    was: float
    now: float
    max_points: float
    kits: tuple[str, str]
    why: tuple[str, ...]

    @property
    def gain(self) -> float:
        return self.now - self.was


def changes(store: Store, sitting: int) -> Iterator[Change]:
    """All that a sitting changes, by challenge and student."""
    for row in store.differences(sitting):
        was, now = (_challenge(store.report(id)) for id in (row.was_id, row.now_id))
        yield Change(
            row.student, row.challenge, row.sha256, row.was_points, row.now_points, now["max_points"],
            (row.was_kit, row.now_kit), tuple(why(was, now)),
        )  # fmt: skip


def _challenge(report: str) -> dict[str, Any]:
    (challenge,) = json.loads(report)["challenges"]
    return dict(challenge)


def why(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """A line for each check that changed between two challenges' reports; of these `checks` is read."""
    before = {check["id"]: check for check in was["checks"]}
    for check in now["checks"]:
        old = before.pop(check["id"], None)
        if old is None:
            yield f"{check['title']}: is new, {_standing(check)}"
        elif (old["status"], old["diagnosis"], old["points"]) != (check["status"], check["diagnosis"], check["points"]):
            yield f"{check['title']}: {_standing(old)} → {_standing(check)}"
    yield from (f"{old['title']}: is no longer asked, {_standing(old)}" for old in before.values())


def _standing(check: dict[str, Any]) -> str:
    word = {"pass": "passed", "fail": "failed", "skip": "not tried", "error": "the grader failed"}[check["status"]]
    because = f" ({check['because']})" if check["because"] else ""
    return f"{word}, {check['diagnosis']}{because}" if check["diagnosis"] else word
