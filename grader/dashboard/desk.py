"""What all pages share: the store, the kit's challenges, the rules of the class, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi import Request

from grader.challenge import Challenge, Kit
from grader.classroom.policy import Policy
from grader.classroom.store.store import Store
from grader.dashboard.settings import Settings
from grader.diagnosis.misconceptions import Misconception, misconceptions

if TYPE_CHECKING:
    from grader.checking import Check


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Desk:
    settings: Settings
    store: Store
    kit: Kit
    challenges: list[Challenge]  # in the kit's order
    policy: Policy = field(default_factory=Policy)
    clock: Callable[[], datetime] = _now

    @cached_property
    def titles(self) -> dict[str, str]:
        """Of the challenges, by id, in the kit's order."""
        return {challenge.id: challenge.card.title for challenge in self.challenges}

    @cached_property
    def checks(self) -> dict[str, list[Check]]:
        """The kit's, by challenge. To read them takes a moment, so it is done once."""
        return {challenge.id: challenge.checks() for challenge in self.challenges}

    @cached_property
    def misconceptions(self) -> dict[str, Misconception]:
        """The kit's texts, by id."""
        return misconceptions(self.kit.challenges)

    @cached_property
    def max_points(self) -> dict[str, float]:
        """What the kit's checks give, by challenge."""
        return {id: sum(check.points for check in checks) for id, checks in self.checks.items()}


def desk_of(request: Request) -> Desk:
    """A dependency."""
    desk: Desk = request.app.state.desk
    return desk
