"""When the class works: what was handed in, and what of it passed, by day, by weekday and by hour. All in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.reading.part import Part


@dataclass(frozen=True)
class Activity:
    """Pairs of how many attempts, and how many of them passed."""

    days: list[date]  # all from the first to the last
    by_day: list[tuple[int, int]]
    by_hour: list[tuple[int, int]]  # 24
    by_weekday: list[tuple[int, int]]  # 7, from Monday on

    @property
    def attempts(self) -> int:
        return sum(count for count, _ in self.by_day)

    @property
    def passes(self) -> int:
        return sum(passed for _, passed in self.by_day)


def activity(store: Store, part: Part, first: date, last: date) -> Activity:
    """Of these days, both among them. Attempts are graded ones: neither faults of ours nor untouched stubs."""
    of = attempts.c
    select = (
        sa.select(
            of.day, of.hour, sa.func.count().label("tried"), sa.func.count().filter(of.status == "pass").label("passed")
        )
        .where(of.day.between(first.isoformat(), last.isoformat()), of.status.in_(("pass", "fail")), of.max_points > 0)
        .where(part.has(of.student, of.challenge))
        .group_by(of.day, of.hour)
    )
    rows = [(date.fromisoformat(row.day), row.hour, row.tried, row.passed) for row in store.read(select)]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Activity(
        days=days,
        by_day=_sums([((day - first).days, *counts) for day, _, *counts in rows], len(days)),
        by_hour=_sums([(hour, *counts) for _, hour, *counts in rows], 24),
        by_weekday=_sums([(day.weekday(), *counts) for day, _, *counts in rows], 7),
    )


def _sums(rows: Sequence[tuple[int, ...]], bins: int) -> list[tuple[int, int]]:
    tried, passed = [0] * bins, [0] * bins
    for at, count, of_them in rows:
        tried[at] += count
        passed[at] += of_them
    return list(zip(tried, passed, strict=True))


def span(store: Store, part: Part) -> tuple[date, date] | None:
    """The first and the last day with an attempt, which is a graded one as in `activity`; None where there is none."""
    of = attempts.c
    day, mine = of.day, sa.and_(part.has(of.student, of.challenge), of.status.in_(("pass", "fail")), of.max_points > 0)
    # Two looks at the ends of an index; asked for together, each attempt would be looked at.
    ends = [store.read(sa.select(day).where(mine).order_by(order).limit(1)) for order in (day.asc(), day.desc())]
    if not all(ends):
        return None
    first, last = (date.fromisoformat(rows[0][0]) for rows in ends)
    return first, last
