"""What a class's attempts say: about the challenges, the misconceptions, and who is stuck. Pure functions.

An attempt is a submission that was graded: faults of the grader (`error`) and untouched stubs are none. A student's
result is the best of their attempts, without deadlines and penalties: this is about learning, not about grades.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.classroom.model import Attempt, Student

STUCK = 3  # attempts in a row that are told the same

History = Mapping[tuple[str, str], Sequence[Attempt]]  # by student and challenge, in order


@dataclass(frozen=True)
class ChallengeStats:
    """Of those who tried. None: there is nothing to compute it from."""

    challenge: str
    students: int  # who tried
    passed: int
    attempts: int  # of all of them
    pass_rate: float | None  # passed / students
    difficulty: float | None  # mean share of the points, 0 to 1: high is easy, as test theory has it
    discrimination: float | None  # corrected point-biserial correlation, -1 to 1


@dataclass(frozen=True)
class MisconceptionStats:
    """One diagnosis, over all challenges. Met: an attempt's report told it as the first thing that is wrong."""

    diagnosis: str
    students: int  # who met it
    cleared: int  # pairs of student and challenge in which a later attempt was not told it any more
    open: int  # pairs in which the last attempt is told it
    attempts_to_clear: float | None  # median, from the first attempt that met it to the first after it that did not


@dataclass(frozen=True)
class Stuck:
    """A student whose last STUCK or more attempts at a challenge failed, and were told the same thing each time."""

    student: str
    challenge: str
    diagnosis: str
    attempts: int  # in a row


@dataclass(frozen=True)
class ClassStats:
    students: int
    idle: list[str]  # ids of students who tried nothing
    challenges: list[ChallengeStats]
    misconceptions: list[MisconceptionStats]  # the most frequent first
    stuck: list[Stuck]


def class_stats(students: Iterable[Student], attempts: Iterable[Attempt], challenges: Sequence[str]) -> ClassStats:
    """All of it. `challenges` are the ids, in order; what was handed in for others is left out."""
    history = by_pair(attempts, challenges)
    ids = sorted({student.id for student in students} | {student for student, _ in history})
    tried = {student for student, _ in history}
    shares = {pair: max(a.points / a.max_points for a in several) for pair, several in history.items()}
    return ClassStats(
        students=len(ids),
        idle=[id for id in ids if id not in tried],
        challenges=[_challenge(id, history, shares) for id in challenges],
        misconceptions=_misconceptions(history),
        stuck=[found for pair in sorted(history) if (found := _stuck(*pair, history[pair]))],
    )


def by_pair(attempts: Iterable[Attempt], challenges: Iterable[str]) -> dict[tuple[str, str], list[Attempt]]:
    """Each student's attempts at each challenge, in order."""
    known = set(challenges)
    found: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in sorted(attempts, key=lambda a: a.number):
        if attempt.challenge in known and attempt.status in ("pass", "fail") and attempt.max_points > 0:
            found[attempt.student, attempt.challenge].append(attempt)
    return dict(found)


def _challenge(id: str, history: History, shares: Mapping[tuple[str, str], float]) -> ChallengeStats:
    mine = {student: several for (student, challenge), several in history.items() if challenge == id}
    passed = {student for student, several in mine.items() if any(a.status == "pass" for a in several)}
    own = [shares[student, id] for student in mine]
    return ChallengeStats(
        challenge=id,
        students=len(mine),
        passed=len(passed),
        attempts=sum(len(several) for several in mine.values()),
        pass_rate=len(passed) / len(mine) if mine else None,
        difficulty=statistics.fmean(own) if own else None,
        discrimination=_discrimination(id, mine, passed, shares),
    )


def _discrimination(
    id: str, students: Iterable[str], passed: set[str], shares: Mapping[tuple[str, str], float]
) -> float | None:
    """Point-biserial correlation of passing this challenge (1, 0) with the mean share of the points on the others.

    Corrected: the challenge itself is not in the mean. Of students who tried this and some other challenge; None where
    they are fewer than three, all passed or none did, or all have the same mean.
    """
    others: dict[str, list[float]] = defaultdict(list)
    for (student, challenge), share in shares.items():
        if challenge != id:
            others[student].append(share)
    return discrimination([(student in passed, others[student]) for student in students if student in others])


def discrimination(several: Sequence[tuple[bool, Sequence[float]]]) -> float | None:
    """The same, of whether each of these students passed, and their shares of the others: one or more."""
    pairs = [(float(passed), statistics.fmean(shares)) for passed, shares in several]
    return correlation(pairs) if len(pairs) > 2 else None


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's; with one side 0 or 1 it is the point-biserial. None where a side does not vary."""
    xs, ys = zip(*pairs, strict=True)
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    spread = math.sqrt(math.fsum((a - x) ** 2 for a in xs) * math.fsum((b - y) ** 2 for b in ys))
    if spread == 0:  # so close together that the squares are nothing
        return None
    return max(-1.0, min(1.0, math.fsum((a - x) * (b - y) for a, b in pairs) / spread))


def _misconceptions(history: History) -> list[MisconceptionStats]:
    met: dict[str, set[str]] = defaultdict(set)
    cleared: dict[str, list[int]] = defaultdict(list)
    still: dict[str, int] = defaultdict(int)
    for (student, _), several in history.items():
        told = [attempt.diagnosis for attempt in several]
        for diagnosis in {d for d in told if d}:
            met[diagnosis].add(student)
            first = told.index(diagnosis)
            later = next((n for n, other in enumerate(told[first:]) if other != diagnosis), None)
            if later is not None:
                cleared[diagnosis].append(later)
            still[diagnosis] += told[-1] == diagnosis
    made = [
        MisconceptionStats(
            d, len(met[d]), len(cleared[d]), still[d], statistics.median(cleared[d]) if cleared[d] else None
        )
        for d in met
    ]
    return sorted(made, key=lambda each: (-each.students, each.diagnosis))


def _stuck(student: str, challenge: str, several: Sequence[Attempt]) -> Stuck | None:
    last = several[-1].diagnosis
    if last is None or any(attempt.status == "pass" for attempt in several):
        return None
    run = next((n for n, each in enumerate(reversed(several)) if each.diagnosis != last), len(several))
    return Stuck(student, challenge, last, run) if run >= STUCK else None
