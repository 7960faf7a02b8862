"""When the class works: what was handed in, and what of it passed, by day, by weekday and by hour. All in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.reading.part import Part


class hour_of(GenericFunction[int]):  # noqa: N801 - a function of SQL's
    """The hour of a moment, UTC, 0 to 23."""

    type = sa.Integer()
    inherit_cache = True


@compiles(hour_of, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    """There a moment is a text: 2026-11-30 12:34:56."""
    return f"CAST(substr({compiler.process(element.clauses, **how)}, 12, 2) AS INTEGER)"


@compiles(hour_of, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"CAST(EXTRACT(hour FROM {compiler.process(element.clauses, **how)} AT TIME ZONE 'UTC') AS INTEGER)"


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
    where = (
        of.day.between(first.isoformat(), last.isoformat()),
        of.status.in_(("pass", "fail")),
        of.max_points > 0,
        part.has(of.student, of.challenge),
    )
    by_day = [(date.fromisoformat(day), *counts) for day, *counts in _counts(store, of.day, where)]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Activity(
        days=days,
        by_day=_sums([((day - first).days, *counts) for day, *counts in by_day], len(days)),
        by_hour=_sums(_counts(store, hour_of(of.at), where), 24),
        by_weekday=_sums([(day.weekday(), *counts) for day, *counts in by_day], 7),
    )


def _counts(store: Store, of: sa.ColumnElement[Any], where: Sequence[sa.ColumnElement[bool]]) -> list[Any]:
    """Triples of what they are counted by, how many attempts, and how many of them passed."""
    passed = sa.func.count().filter(attempts.c.status == "pass")
    return list(store.read(sa.select(of, sa.func.count(), passed).where(*where).group_by(of)))


def _sums(rows: Sequence[tuple[int, ...]], bins: int) -> list[tuple[int, int]]:
    tried, passed = [0] * bins, [0] * bins
    for at, count, of_them in rows:
        tried[at] += count
        passed[at] += of_them
    return list(zip(tried, passed, strict=True))


def span(store: Store, part: Part) -> tuple[date, date] | None:
    """The first and the last day with an attempt; None where there is none."""
    of = attempts.c
    ends = sa.select(sa.func.min(of.day).label("first"), sa.func.max(of.day).label("last"))
    (row,) = store.read(ends.where(part.has(of.student, of.challenge)))
    return None if row.first is None else (date.fromisoformat(row.first), date.fromisoformat(row.last))
