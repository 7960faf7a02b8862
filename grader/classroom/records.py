"""What is read of a class: the store's side of it, as narrow as exports, statistics and comparisons need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from grader.challenge import Challenge
from grader.classroom.model import Attempt, Student
from grader.classroom.policy import Policy, Sheet, counted, sheets


class Records(Protocol):
    """A store, read only."""

    def students(self) -> list[Student]:
        """All of them."""

    def attempts(self) -> Iterator[Attempt]:
        """Of each submission the newest grading that counts."""

    def source(self, sha256: str) -> bytes | None:
        """A submission's bytes."""


@dataclass(frozen=True)
class Reading:
    """A class as it stands, seen through a policy. `challenges` are those that are asked about, in the kit's order."""

    records: Records
    challenges: Sequence[Challenge]
    policy: Policy

    @cached_property
    def students(self) -> list[Student]:
        return self.records.students()

    @cached_property
    def attempts(self) -> list[Attempt]:
        """Of these challenges; others may be there that the kit does not have any more."""
        ids = {challenge.id for challenge in self.challenges}
        return [attempt for attempt in self.records.attempts() if attempt.challenge in ids]

    @cached_property
    def max_points(self) -> dict[str, float]:
        """What the kit's checks give for each challenge."""
        return {challenge.id: sum(check.points for check in challenge.checks()) for challenge in self.challenges}

    @cached_property
    def by_pair(self) -> dict[tuple[str, str], list[Attempt]]:
        """Each student's attempts at each challenge, in the order in which they were handed in."""
        return counted(self.attempts, self.policy)

    @cached_property
    def sheets(self) -> list[Sheet]:
        return sheets(self.students, self.attempts, self.max_points, self.policy)
