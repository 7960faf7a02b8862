"""What a regrading that is not decided yet would change, and what cannot be graded again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.differences import why
from grader.classroom.store.people import queue
from grader.classroom.store.schema import UNSEEN, checks, handed, reports, sittings, students
from grader.classroom.store.standing import attempts
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading import made


@dataclass(frozen=True)
class Sitting:
    id: int
    state: str
    policy: str
    who: str
    started_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Tally:
    """Submissions, by what the regrading does to them."""

    gain: int
    lose: int
    other: int  # the same points, for another reason
    errors: int  # reports that say that the grader failed; they change nothing

    @property
    def changed(self) -> int:
        return self.gain + self.lose + self.other


@dataclass(frozen=True)
class Change:
    student: str
    name: str
    challenge: str
    was_report: int
    now_report: int
    was: float
    now: float
    max_points: float
    kits: tuple[str, str]
    why: tuple[str, ...]

    @property
    def gain(self) -> float:
        return self.now - self.was


@dataclass(frozen=True)
class Lacking:
    """Submissions whose bytes are not here."""

    student: str
    name: str
    challenge: str
    count: int


def open_sitting(store: Store) -> Sitting | None:
    """The regrading that is to be decided; there is one at most."""
    found = sittings_of(store, sittings.c.state == "open", 1)
    return found[0] if found else None


def decided(store: Store, count: int) -> list[Sitting]:
    """The last regradings that were decided, the newest first."""
    return sittings_of(store, sittings.c.state != "open", count)


def sittings_of(store: Store, which: sa.ColumnElement[bool], count: int) -> list[Sitting]:
    columns = (sittings.c.id, sittings.c.state, sittings.c.policy, sittings.c.who, sittings.c.started_at,
               sittings.c.decided_by, sittings.c.decided_at)  # fmt: skip
    select = sa.select(*columns).where(sittings.c.kind == "regrade", which).order_by(sittings.c.id.desc()).limit(count)
    return [made(Sitting, row) for row in store.read(select)]


def policy_in_use(store: Store) -> str:
    """How the seeds of the last grading were made, so that a regrading differs by the kit alone."""
    last = sa.select(sittings.c.policy).where(sittings.c.kind == "grade").order_by(sittings.c.id.desc()).limit(1)
    rows = store.read(last)
    return str(rows[0].policy) if rows else "per-student"


def counts(store: Store) -> dict[str, tuple[int, int]]:
    """By challenge: submissions whose bytes are here, and those of which only a report is."""
    # Two questions, each of an index.
    count = sa.func.count()
    all = sa.select(handed.c.challenge, count).group_by(handed.c.challenge)
    without = all.where(UNSEEN)
    found, lacks = (
        {row[0]: int(row[1]) for row in map(tuple[Any, ...], store.read(select))} for select in (all, without)
    )
    return {challenge: (count - lacks.get(challenge, 0), lacks.get(challenge, 0)) for challenge, count in found.items()}


def lacking(store: Store, challenges: Sequence[str], count: int) -> list[Lacking]:
    """Whose submissions cannot be graded again here."""
    select = (
        sa.select(handed.c.student, students.c.name, handed.c.challenge, sa.func.count())
        .join_from(handed, students, students.c.id == handed.c.student)
        .where(UNSEEN, handed.c.challenge.in_(list(challenges)))
        .group_by(handed.c.student, students.c.name, handed.c.challenge)
        .order_by(handed.c.challenge, handed.c.student)
        .limit(count)
    )
    return [made(Lacking, row) for row in store.read(select)]


def waiting(store: Store) -> dict[str, int]:
    """What was sent and is to be graded here, by how far it is."""
    rows = store.read(sa.select(queue.c.state, sa.func.count()).group_by(queue.c.state))
    return {state: int(count) for state, count in map(tuple, rows)}


def graded(store: Store, sitting: int) -> int:
    """Submissions that a sitting has a report of."""
    return int(
        store.read(sa.select(sa.func.count(reports.c.handed_id.distinct())).where(reports.c.sitting_id == sitting))[0][
            0
        ]
    )


def tally(store: Store, sitting: int) -> Tally:
    was, now, join = _both(sitting)
    gain = now.c.points - was.c.points

    def how_many(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((which, 1), else_=0)), 0)

    row = store.read(
        sa.select(how_many(gain > 0), how_many(gain < 0), how_many(gain == 0))
        .select_from(join)
        .where(_differs(was, now))
    )[0]
    errors = sa.select(sa.func.count()).where(reports.c.sitting_id == sitting, reports.c.status == "error")
    gains, losses, others = (int(one) for one in row)
    return Tally(gains, losses, others, int(store.read(errors)[0][0]))


def changes(
    store: Store, scope: Scope, sitting: int, titles: Mapping[str, str], *, first: int, count: int
) -> list[Change]:
    """Who loses most first. `titles` are those of the kit's checks, by `challenge check`."""
    was, now, join = _both(sitting)
    select = (
        sa.select(
            handed.c.student, students.c.name, handed.c.challenge, was.c.id.label("was_report"),
            now.c.id.label("now_report"), was.c.points.label("was"), now.c.points.label("now"), now.c.max_points,
            was.c.kit.label("was_kit"), now.c.kit.label("now_kit"),
        )
        .select_from(join.join(handed, handed.c.id == now.c.handed_id).join(students))
        .where(_differs(was, now), scope.holds(handed.c.student))
        .order_by(now.c.points - was.c.points, handed.c.challenge, handed.c.student, now.c.id)
        .offset(first)
        .limit(count)
    )  # fmt: skip
    rows = store.read(select)
    said = _checks(store, [id for row in rows for id in (row.was_report, row.now_report)])
    return [
        Change(
            row.student, row.name, row.challenge, row.was_report, row.now_report, row.was, row.now, row.max_points,
            (row.was_kit, row.now_kit),
            tuple(why(*(_titled(row.challenge, said[id], titles) for id in (row.was_report, row.now_report)))),
        )
        for row in rows
    ]  # fmt: skip


def _both(sitting: int) -> tuple[Any, Any, Any]:
    """What counts, and what a sitting found, of the same submissions; faults of ours left out."""
    was, now = reports.alias("was"), reports.alias("now")
    found = (
        sa.select(sa.func.max(reports.c.id))
        .where(reports.c.sitting_id == sitting, reports.c.status != "error")
        .group_by(reports.c.handed_id)
    )
    join = sa.join(now, attempts, (attempts.c.handed_id == now.c.handed_id) & now.c.id.in_(found))
    return was, now, join.join(was, was.c.id == attempts.c.report_id)


def _differs(was: Any, now: Any) -> sa.ColumnElement[bool]:
    return sa.or_(
        now.c.points != was.c.points, now.c.status != was.c.status, now.c.diagnosis.is_distinct_from(was.c.diagnosis)
    )


def _checks(store: Store, ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    several = list(ids)
    if several:
        select = (
            sa.select(checks).where(checks.c.report_id.in_(several)).order_by(checks.c.report_id, checks.c.position)
        )
        for row in store.read(select):
            found[row.report_id].append(dict(row._mapping))
    return found


def _titled(challenge: str, several: list[dict[str, Any]], titles: Mapping[str, str]) -> dict[str, Any]:
    """A report's challenge, as far as the differences are made from it."""
    names = ((row["check_id"], titles.get(f"{challenge} {row['check_id']}", row["check_id"])) for row in several)
    return {"checks": [{**row, "id": id, "title": title} for row, (id, title) in zip(several, names, strict=True)]}
