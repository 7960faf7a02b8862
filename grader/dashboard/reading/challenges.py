"""How hard the challenges are. What `grader.classroom.stats` counts, too, is the same here."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from grader.classroom.store.schema import checks
from grader.classroom.store.standing import standings
from grader.classroom.store.store import Store
from grader.dashboard.reading.misconceptions import median
from grader.dashboard.reading.part import Part

STEPS = (
    (600, "10 min"),
    (3600, "1 h"),
    (4 * 3600, "4 h"),
    (86400, "1 d"),
    (3 * 86400, "3 d"),
    (7 * 86400, "7 d"),
)
MOST_HINTS = 12  # a report may say anything
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

    share: float
    attempts: int
    to_pass_s: float | None
    hints: int | None


def summaries(store: Store, part: Part) -> list[Summary]:
    """Of all the part's challenges, in order."""
    return list(_summaries(store, part).values())


def details(store: Store, part: Part, challenge: str) -> Details:
    """The part's challenges are all that there are: how well this one tells students apart is seen at the others."""
    mine = _tried(store, part, challenge)
    return Details(
        summary=_summaries(store, part, challenge)[challenge],
        scores=_scores([one.share for one in mine]),
        attempts=_attempts([one.attempts for one in mine]),
        to_pass=_to_pass([one.to_pass_s for one in mine if one.to_pass_s is not None]),
        hints=_numbers([one.hints for one in mine if one.hints is not None]),
        checks=_checks(store, part, challenge),
    )


def _tried(store: Store, part: Part, challenge: str) -> list[_Tried]:
    of = standings.c
    select = sa.select(of.share, of.attempts, of.to_pass_s, of.hints).where(*_those(part), of.challenge == challenge)
    return [_Tried(*tuple[Any, ...](row)) for row in store.read(select)]


def _those(part: Part) -> tuple[sa.ColumnElement[bool], ...]:
    return standings.c.share.is_not(None), part.has(standings.c.student, standings.c.challenge)


# -- counted where they are: of a class of 2000 these are 18 000 rows --------------------------------------------------


def _summaries(store: Store, part: Part, only: str = "") -> dict[str, Summary]:
    """Of all the part's challenges, or of one. There are few different numbers of attempts, so they are counted."""
    of = standings.c
    where = (*_those(part), of.challenge == only) if only else _those(part)
    counts = sa.select(
        of.challenge,
        of.attempts,
        sa.func.count(),
        sa.func.count().filter(of.status == "pass"),
        sa.func.sum(of.share),
        sa.func.count(of.hints),
        sa.func.count().filter(of.hints > 0),
    )
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in store.read(counts.where(*where).group_by(of.challenge, of.attempts)):
        found[row[0]].append(tuple(row)[1:])
    apart = _discriminations(store, part, where)
    made = {}
    for id in [only] if only else part.challenges:
        several = found[id]
        students, passed, hints_known, hints_used = (sum(row[n] for row in several) for n in (1, 2, 4, 5))
        made[id] = Summary(
            challenge=id,
            students=students,
            passed=passed,
            attempts=sum(number * count for number, count, *_ in several),
            pass_rate=passed / students if students else None,
            difficulty=_rounded(math.fsum(row[3] for row in several) / students) if students else None,
            discrimination=apart.get(id),
            median_attempts=median({number: count for number, count, *_ in several}) if students else None,
            to_pass_s=_median_time(store, part, id, passed),
            hints_known=hints_known,
            hints_used=hints_used,
        )
    return made


def _discriminations(store: Store, part: Part, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, float]:
    """As `grader.classroom.stats` has them: passing, with the mean share on the others; by the sums of both."""
    of, tried = standings.c, standings.alias("tried")
    others = sa.cast(sa.func.count() - 1, sa.Float)  # as a float: PostgreSQL divides decimals ten times as slowly
    by_student = (
        sa.select(tried.c.student, others.label("others"), sa.func.sum(tried.c.share).label("sum"))
        .where(tried.c.share.is_not(None), part.has(tried.c.student, tried.c.challenge))
        .group_by(tried.c.student)
        .subquery()
    )
    both = (
        sa.select(
            of.challenge,
            sa.cast(of.status == "pass", sa.Integer).label("x"),
            ((by_student.c.sum - of.share) / by_student.c.others).label("y"),
        )
        .join(by_student, by_student.c.student == of.student)
        .where(*where, by_student.c.others > 0)
        .offset(0)  # so that both databases work `y` out once, and not wherever it stands
        .subquery()
    )
    x, y = both.c.x, both.c.y
    sums = (sa.func.sum(each) for each in (x, y, y * y, x * y))
    select = sa.select(both.c.challenge, sa.func.count(), *sums, sa.func.max(y) - sa.func.min(y))
    select = select.group_by(both.c.challenge)
    rows = [tuple[Any, ...](row) for row in store.read(select)]
    return {row[0]: value for row in rows if (value := _correlation(*row[1:])) is not None}


def _correlation(n: int, x: float, y: float, yy: float, xy: float, width: float) -> float | None:
    """Pearson's, of sums; x is 0 or 1. None of fewer than three, and where a side does not vary (`width`: y's)."""
    spread = (x - x * x / n) * (yy - y * y / n)
    if n < 3 or width < 1e-9 or spread <= 0:
        return None
    return _rounded(max(-1.0, min(1.0, (xy - x * y / n) / math.sqrt(spread))))


def _rounded(value: float) -> float:
    """A database adds up in any order, so the last digits are nobody's."""
    return round(value, 9)


def _median_time(store: Store, part: Part, challenge: str, passed: int) -> float | None:
    """Of so many who passed. An index has them in order, so of the many times no more than two are read."""
    of = standings.c
    where = (of.challenge == challenge, of.to_pass_s.is_not(None), part.holds(of.student))
    select = (
        sa.select(of.to_pass_s).where(*where).order_by(of.to_pass_s).limit(2 - passed % 2).offset((passed - 1) // 2)
    )
    return statistics.median([row.to_pass_s for row in store.read(select)]) if passed else None


# -- how they are spread -----------------------------------------------------------------------------------------------


def _scores(shares: Sequence[float]) -> list[tuple[str, int]]:
    """Whoever has all points has a bin of their own."""
    counts = Counter(min(int(share * 10 + 1e-9), 10) for share in shares)
    return [(f"{10 * n}", counts[n]) for n in range(11)]


def _attempts(numbers: Sequence[int]) -> list[tuple[str, int]]:
    counts = Counter(min(number, MOST_ATTEMPTS) for number in numbers)
    return [(f"{n}+" if n == MOST_ATTEMPTS else f"{n}", counts[n]) for n in range(1, MOST_ATTEMPTS + 1)]


def _to_pass(seconds: Sequence[float]) -> list[tuple[str, int]]:
    counts = Counter(next((i for i, (most, _) in enumerate(STEPS) if each <= most), len(STEPS)) for each in seconds)
    return [(name, counts[i]) for i, (_, name) in enumerate(STEPS)] + [("more", counts[len(STEPS)])]


def _numbers(values: Sequence[int]) -> list[tuple[str, int]]:
    counts = Counter(min(value, MOST_HINTS) for value in values)
    last = min(max([3, *values]), MOST_HINTS)
    return [(f"{n}+" if n == MOST_HINTS else f"{n}", counts[n]) for n in range(last + 1)]


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
