"""How hard the challenges are. What `grader.classroom.stats` counts, too, is the same here."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from grader.classroom.stats import discrimination
from grader.classroom.store.schema import checks
from grader.classroom.store.standing import standings
from grader.classroom.store.store import Store
from grader.dashboard.reading.part import Part

STEPS = (
    (600, "10 min"),
    (3600, "1 h"),
    (4 * 3600, "4 h"),
    (86400, "1 d"),
    (3 * 86400, "3 d"),
    (7 * 86400, "7 d"),
)
MOST_ATTEMPTS = 10  # that have a bar of their own


@dataclass(frozen=True)
class Summary:
    """Of those who tried. None: there is nothing to compute it from."""

    challenge: str
    students: int  # who tried
    passed: int
    attempts: int  # of all of them
    pass_rate: float | None
    difficulty: float | None  # mean share of the points, 0 to 1: high is easy
    discrimination: float | None  # as in grader.classroom.stats
    median_attempts: float | None  # of each who tried
    to_pass_s: float | None  # median, from the first submission to the first that passed, of those who passed
    hints_known: int  # students of whom reports say how many hints they were shown
    hints_used: int  # of them, who were shown any


@dataclass(frozen=True)
class Details:
    """The same, and how it is spread. Bins are pairs of a label and how many students."""

    summary: Summary
    scores: list[tuple[str, int]]  # by share of the points, in per cent, of the best attempt
    attempts: list[tuple[str, int]]
    to_pass: list[tuple[str, int]]
    hints: list[tuple[str, int]]
    checks: list[CheckRate]


@dataclass(frozen=True)
class CheckRate:
    check: str
    passed: int
    failed: int
    skipped: int

    @property
    def rate(self) -> float:
        return self.passed / (self.passed + self.failed + self.skipped)


@dataclass(frozen=True)
class _Tried:
    """One student at one challenge."""

    student: str
    passed: bool
    share: float
    attempts: int
    to_pass_s: int | None
    hints: int | None


def summaries(store: Store, part: Part) -> list[Summary]:
    """Of all the part's challenges, in order."""
    tried = _tried(store, part)
    shares = _shares(tried)
    return [_summary(id, tried[id], shares) for id in part.challenges]


def details(store: Store, part: Part, challenge: str) -> Details:
    """The part's challenges are all that there are: how well this one tells students apart is seen at the others."""
    tried = _tried(store, part)
    mine = tried[challenge]
    return Details(
        summary=_summary(challenge, mine, _shares(tried)),
        scores=_scores([one.share for one in mine]),
        attempts=_attempts([one.attempts for one in mine]),
        to_pass=_to_pass([one.to_pass_s for one in mine if one.to_pass_s is not None]),
        hints=_numbers([one.hints for one in mine if one.hints is not None]),
        checks=_checks(store, part, challenge),
    )


def _tried(store: Store, part: Part) -> dict[str, list[_Tried]]:
    """By challenge. A class of 2000 is some 18 000 rows, so they are kept short."""
    of = standings.c
    seconds = sa.extract("epoch", of.passed_at) - sa.extract("epoch", of.first_at)
    columns = (of.challenge, of.student, of.status == "pass", of.share, of.attempts, seconds, of.hints)
    select = sa.select(*columns).where(of.share.is_not(None), part.has(of.student, of.challenge))
    found: dict[str, list[_Tried]] = defaultdict(list)
    for row in store.read(select):
        challenge, student, passed, share, attempts, to_pass, hints = tuple[Any, ...](row)
        to_pass = None if to_pass is None else int(to_pass)
        found[challenge].append(_Tried(student, bool(passed), share, attempts, to_pass, hints))
    return found


Shares = dict[str, dict[str, float]]  # by student and challenge


def _shares(tried: dict[str, list[_Tried]]) -> Shares:
    found: Shares = defaultdict(dict)
    for challenge, several in tried.items():
        for one in several:
            found[one.student][challenge] = one.share
    return found


def _summary(id: str, mine: Sequence[_Tried], shares: Shares) -> Summary:
    passed = sum(1 for one in mine if one.passed)
    others = [(one.passed, [s for c, s in shares[one.student].items() if c != id]) for one in mine]
    times = [one.to_pass_s for one in mine if one.to_pass_s is not None]
    hints = [one.hints for one in mine if one.hints is not None]
    return Summary(
        challenge=id,
        students=len(mine),
        passed=passed,
        attempts=sum(one.attempts for one in mine),
        pass_rate=passed / len(mine) if mine else None,
        difficulty=statistics.fmean(one.share for one in mine) if mine else None,
        discrimination=discrimination([pair for pair in others if pair[1]]),
        median_attempts=statistics.median(one.attempts for one in mine) if mine else None,
        to_pass_s=statistics.median(times) if times else None,
        hints_known=len(hints),
        hints_used=sum(1 for hint in hints if hint),
    )


def _scores(shares: Sequence[float]) -> list[tuple[str, int]]:
    """Whoever has all points has a bin of their own."""
    counts = Counter(min(int(share * 10 + 1e-9), 10) for share in shares)
    return [(f"{10 * n}", counts[n]) for n in range(11)]


def _attempts(numbers: Sequence[int]) -> list[tuple[str, int]]:
    counts = Counter(min(number, MOST_ATTEMPTS) for number in numbers)
    return [(f"{n}+" if n == MOST_ATTEMPTS else f"{n}", counts[n]) for n in range(1, MOST_ATTEMPTS + 1)]


def _to_pass(seconds: Sequence[int]) -> list[tuple[str, int]]:
    counts = Counter(next((i for i, (most, _) in enumerate(STEPS) if each <= most), len(STEPS)) for each in seconds)
    return [(name, counts[i]) for i, (_, name) in enumerate(STEPS)] + [("more", counts[len(STEPS)])]


def _numbers(values: Sequence[int]) -> list[tuple[str, int]]:
    counts = Counter(values)
    return [(str(n), counts[n]) for n in range(max([3, *values]) + 1)]


def _checks(store: Store, part: Part, challenge: str) -> list[CheckRate]:
    """In each student's best attempt. In the order in which the checks stand."""
    of = checks.c
    counts = (sa.func.count().filter(of.status == status).label(status) for status in ("pass", "fail", "skip"))
    select = (
        sa.select(of.check_id, *counts)
        .join(standings, standings.c.best_report == of.report_id)
        .where(standings.c.challenge == challenge, standings.c.share.is_not(None), part.holds(standings.c.student))
        .group_by(of.check_id)
        .order_by(sa.func.min(of.position), of.check_id)
    )
    rows = [row._mapping for row in store.read(select)]
    found = [CheckRate(row["check_id"], row["pass"], row["fail"], row["skip"]) for row in rows]
    return [each for each in found if each.passed + each.failed + each.skipped]
