"""What was found to be nearly the same, and what it was found in.

Each scope has groups of its own, made from its own students' programs alone: what is shown to the assistant of one
section depends on nothing that somebody of another handed in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.similar.excerpts import Excerpt
from grader.classroom.similar.groups import Submission
from grader.classroom.store.schema import handed, its_source, reports, settings, sources, students
from grader.classroom.store.standing import standings
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope

FORM = 1  # of what is kept; what has another is made again
Stamp = tuple[int, int]  # of a challenge's last submissions: the newest report, and how many there are


@dataclass(frozen=True)
class Alike:
    """A group. `pairs` are places in `students`, with the share of what is the same; the strongest first."""

    students: tuple[str, ...]
    pairs: tuple[tuple[int, int, float], ...]
    excerpts: tuple[Excerpt, ...]  # of the first pair


@dataclass(frozen=True)
class Compared:
    """A challenge's groups, the largest first."""

    stamp: Stamp
    at: datetime
    seconds: float
    programs: int
    groups: tuple[Alike, ...]
    left_out: int  # groups beyond those that are kept


def stamps(store: Store, scope: Scope) -> dict[str, Stamp]:
    """By challenge: of what there is now."""
    select = sa.select(standings.c.challenge, sa.func.max(standings.c.last_report), sa.func.count())
    mine = standings.c.attempts > 0, scope.holds(standings.c.student)
    rows = store.read(select.where(*mine).group_by(standings.c.challenge))
    return {challenge: (int(newest), int(count)) for challenge, newest, count in map(tuple, rows)}


def last_ones(store: Store, scope: Scope, challenge: str) -> list[Submission]:
    """What each student tried last, where its program is there; by student."""
    select = (
        sa.select(handed.c.student, handed.c.sha256, its_source)
        .join_from(standings, reports, reports.c.id == standings.c.last_report)
        .join(handed, handed.c.id == reports.c.handed_id)
        .join(sources, sources.c.sha256 == handed.c.sha256)
        .where(
            standings.c.challenge == challenge,
            standings.c.attempts > 0,
            handed.c.has_bytes,
            scope.holds(standings.c.student),
        )
        .order_by(handed.c.student)
    )
    return [Submission(row.student, row.sha256, bytes(row.source)) for row in store.read(select)]


def compared(store: Store, scope: Scope, challenges: Iterable[str]) -> dict[str, Compared]:
    """What is kept, by challenge."""
    names = {_name(scope, challenge): challenge for challenge in challenges}
    rows = store.read(sa.select(settings).where(settings.c.name.in_(list(names))))
    found = {names[row.name]: _loaded(json.loads(row.value)) for row in rows}
    return {challenge: one for challenge, one in found.items() if one is not None}


def keep(store: Store, scope: Scope, challenge: str, made: Compared) -> None:
    """Puts it in the place of what was kept before."""
    row = {
        "name": _name(scope, challenge),
        "value": json.dumps({"form": FORM, **asdict(made)}, default=datetime.isoformat),
    }

    def put(connection: sa.Connection) -> None:
        connection.execute(settings.delete().where(settings.c.name == row["name"]))
        connection.execute(settings.insert().values(row))

    store.write(put)


def people(store: Store, scope: Scope, ids: Iterable[str]) -> Mapping[str, str]:
    """Names of those whom this scope may see."""
    several = sorted(set(ids))
    if not several:
        return {}
    rows = store.read(
        sa.select(students.c.id, students.c.name).where(students.c.id.in_(several), scope.holds(students.c.id))
    )
    return {row.id: row.name for row in rows}


def _name(scope: Scope, challenge: str) -> str:
    return f"similar {json.dumps([scope.section, challenge])}"


def _loaded(value: dict[str, Any]) -> Compared | None:
    if value.pop("form", None) != FORM:
        return None
    groups = tuple(
        Alike(
            tuple(group["students"]),
            tuple((int(a), int(b), float(share)) for a, b, share in group["pairs"]),
            tuple(Excerpt(**{**one, "text": tuple(one["text"]), "other_text": tuple(one["other_text"])})
                  for one in group["excerpts"]),
        )
        for group in value.pop("groups")
    )  # fmt: skip
    stamp, at = tuple(value.pop("stamp")), datetime.fromisoformat(value.pop("at"))
    return Compared(stamp=(stamp[0], stamp[1]), at=at, groups=groups, **value)
