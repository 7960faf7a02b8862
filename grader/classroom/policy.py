"""From attempts to grades: pure functions, applied when grades are read. What is stored stays as it was graded.

For each student and challenge: of the submissions that count (the first `attempts`), one is the grade: the last, or
the one that is worth most. A late one loses `late_penalty` of what it reached for each day begun after the deadline;
free late days are used up in the order of the deadlines, and only where they gain something. Faults of the grader
(`error`) and untouched stubs are no attempts; neither is what comes from further away than `trust`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from grader.classroom.model import PROVENANCE, Attempt, Student

DAY = 86_400  # seconds


@dataclass(frozen=True)
class Rules:
    """Of one challenge."""

    counts: Literal["best", "last"] = "best"
    attempts: int | None = None  # None: all
    deadline: datetime | None = None  # aware, UTC
    grace: float = 0.0  # seconds
    late_penalty: float = 0.0  # share of what was reached, per day begun
    late_limit: int | None = None  # days after which nothing counts
    trust: str = PROVENANCE[-1]  # whose word counts: this one's, and that of those before it


NO_RULES = Rules()


@dataclass(frozen=True)
class Extension:
    """More time for one student: `days` more, or a deadline of their own. `challenge` None: for all."""

    student: str
    challenge: str | None
    days: int = 0
    deadline: datetime | None = None


@dataclass(frozen=True)
class Policy:
    """All of a class's rules; the default has none: the best of all attempts, each challenge by its points."""

    rules: Mapping[str, Rules] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)  # without one: the challenge's points
    columns: Mapping[str, str] = field(default_factory=dict)
    total_column: str = ""
    late_days: int = 0  # free ones, for each student
    only: tuple[str, ...] = ()  # challenges that count for the total; none named: all
    extensions: tuple[Extension, ...] = ()
    handed_in: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def of(self, challenge: str) -> Rules:
        return self.rules.get(challenge, NO_RULES)

    def deadline(self, student: str, challenge: str) -> datetime | None:
        """With what this student was given; the latest, where there are several extensions."""
        general = self.of(challenge).deadline
        if general is None:
            return None
        mine = [e for e in self.extensions if e.student == student and e.challenge in (None, challenge)]
        return max([general, *(e.deadline or general + timedelta(days=e.days) for e in mine)])

    def strangers(self, students: Iterable[Student]) -> list[str]:
        """Ids that the policy speaks of and nobody in the class has."""
        known = {student.id for student in students}
        named = [e.student for e in self.extensions] + [student for student, _ in self.handed_in]
        return sorted({student for student in named if student not in known})


@dataclass(frozen=True)
class Grade:
    """One student's for one challenge. `attempt` None: nothing was handed in that could be graded."""

    student: str
    challenge: str
    points: float  # after the penalty
    max_points: float
    attempt: Attempt | None = None
    attempts: int = 0  # submissions that count as attempts
    days_late: int = 0
    free_days: int = 0  # of them, that were taken from the student's free ones
    waiting: bool = False  # something was handed in, and the grader failed on all of it

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.points / self.max_points if self.max_points else 0.0


@dataclass(frozen=True)
class Sheet:
    """One student's grades, a challenge each, and what they come to."""

    student: Student
    grades: dict[str, Grade]
    total: float
    out_of: float


def sheets(
    students: Iterable[Student], attempts: Iterable[Attempt], max_points: Mapping[str, float], policy: Policy
) -> list[Sheet]:
    """A sheet for each student, in their order. `max_points` are those of the challenges, whose order is theirs."""
    by_pair = counted(attempts, policy)
    by_deadline = sorted(max_points, key=lambda id: (d.timestamp() if (d := policy.of(id).deadline) else math.inf, id))
    return [_sheet(student, by_pair, by_deadline, max_points, policy) for student in students]


def counted(attempts: Iterable[Attempt], policy: Policy) -> dict[tuple[str, str], list[Attempt]]:
    """By student and challenge, in the order in which they were handed in, with the times that the policy knows better.

    Of several gradings of the same submission the newest is kept.
    """
    newest: dict[tuple[str, str, str], Attempt] = {}
    for attempt in attempts:
        key = (attempt.student, attempt.challenge, attempt.submission_sha256)
        if key not in newest or newest[key].graded_at <= attempt.graded_at:
            newest[key] = attempt
    by_pair: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in sorted(newest.values(), key=lambda a: a.number):
        by_pair[attempt.student, attempt.challenge].append(attempt)
    for pair, several in by_pair.items():
        if at := policy.handed_in.get(pair):
            several[-1] = replace(several[-1], at=at)
    return dict(by_pair)


def _sheet(
    student: Student,
    by_pair: Mapping[tuple[str, str], list[Attempt]],
    by_deadline: Sequence[str],
    max_points: Mapping[str, float],
    policy: Policy,
) -> Sheet:
    left = policy.late_days
    made: dict[str, Grade] = {}
    for challenge in by_deadline:
        grade = _grade(
            student.id, challenge, by_pair.get((student.id, challenge), []), max_points[challenge], policy, left
        )
        left -= grade.free_days
        made[challenge] = grade
    grades = {challenge: made[challenge] for challenge in max_points}
    weights = {id: policy.weights.get(id, max_points[id]) for id in max_points if not policy.only or id in policy.only}
    total = sum(weight * grades[id].share for id, weight in weights.items())
    return Sheet(student, grades, total, sum(weights.values()))


def _grade(student: str, challenge: str, handed: list[Attempt], points: float, policy: Policy, left: int) -> Grade:
    rules = policy.of(challenge)
    believed = [attempt for attempt in handed if _is_believed(attempt, rules)]
    real = [attempt for attempt in believed if attempt.status not in ("error", "not-started")]
    waiting = any(attempt.status == "error" for attempt in believed) and not real
    none = Grade(student, challenge, 0.0, points, attempts=len(real), waiting=waiting)
    deadline = policy.deadline(student, challenge)
    possible = [_worth(none, each, rules, deadline, left) for each in real[: rules.attempts]]
    if not possible:
        return none
    if rules.counts == "last":
        return possible[-1]
    # Of equals the one that takes fewest free days, and of these the first.
    return max(possible, key=lambda grade: (grade.points, -grade.free_days))


def _is_believed(attempt: Attempt, rules: Rules) -> bool:
    return attempt.provenance in PROVENANCE[: PROVENANCE.index(rules.trust) + 1]


def _worth(none: Grade, attempt: Attempt, rules: Rules, deadline: datetime | None, left: int) -> Grade:
    """The grade, if this attempt makes it."""
    reached = none.max_points * (attempt.points / attempt.max_points if attempt.max_points else 0.0)
    days = days_late(attempt.at, deadline, rules.grace)
    over = rules.late_limit is not None and days > rules.late_limit
    free = min(days, left) if rules.late_penalty and reached and not over else 0
    kept = 0.0 if over else max(0.0, 1.0 - rules.late_penalty * (days - free))
    return Grade(
        none.student, none.challenge, reached * kept, none.max_points, attempt, none.attempts, days,
        free if kept else 0,
    )  # fmt: skip


def days_late(at: datetime | None, deadline: datetime | None, grace: float) -> int:
    """Days begun after the deadline and `grace` seconds; 0 where either is not known.

    The grace excuses: who is later than that is as late as they are, counted from the deadline.
    """
    if at is None or deadline is None:
        return 0
    late = (at - deadline).total_seconds()
    return 0 if late <= grace else math.ceil(late / DAY)
