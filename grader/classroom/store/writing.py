"""What is written into the tables, as part of somebody's transaction; `Store` makes one of its own for each.

All of it may be repeated: what is there already stays as it is. What is worked out from it is worked out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.model import Handed, Student, Unseen
from grader.classroom.store.derive import derive
from grader.classroom.store.graded import Graded, Key, clean
from grader.classroom.store.locks import counts_at_once, lock_students
from grader.classroom.store.schema import checks, handed, reports, sittings, sources, students
from grader.classroom.store.sql import AT_ONCE, batches, insert

KEY = (handed.c.student, handed.c.challenge, handed.c.sha256)
_WORK = (reports.c.handed_id, reports.c.kit, reports.c.policy, reports.c.number)


def now() -> datetime:
    return datetime.now(UTC)


def enroll(connection: sa.Connection, some: Iterable[Student]) -> None:
    """Adds students; of those that are known, what is given replaces what was."""
    new = insert(connection, students)
    given = {
        name: sa.func.coalesce(sa.func.nullif(new.excluded[name], ""), students.c[name])
        for name in ("name", "email", "section")
    }
    rows = [{"id": s.id, "name": s.name, "email": s.email, "section": s.section} for s in some]
    if rows:
        rows.sort(key=lambda row: clean(row["id"]))  # as they are locked
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=given), rows)


def hand_in(connection: sa.Connection, some: Sequence[Handed | Unseen]) -> None:
    """Keeps what was handed in, with its bytes where they are there. Of the same bytes the earliest time counts."""
    if not some:
        return
    owners = sorted({clean(one.student) for one in some})
    connection.execute(insert(connection, students).on_conflict_do_nothing(), [{"id": id} for id in owners])
    lock_students(connection, owners)
    _keep_sources(connection, some)
    earlier = _earlier(connection, some)
    new = insert(connection, handed)
    at = sa.func.coalesce(sa.case((new.excluded.at < handed.c.at, new.excluded.at), else_=handed.c.at), new.excluded.at)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[c.name for c in KEY],
            set_={"at": at, "has_bytes": sa.or_(handed.c.has_bytes, new.excluded.has_bytes)},
        ),
        [
            {"student": one.student, "challenge": one.challenge, "sha256": one.sha256, "name": one.name, "at": one.at,
             "origin": one.origin, "has_bytes": isinstance(one, Handed)}
            for one in some
        ],
    )  # fmt: skip
    derive(connection, [key[:2] for key in earlier])


def _keep_sources(connection: sa.Connection, some: Iterable[Handed | Unseen]) -> None:
    """Bytes that are there already stay; where only their hash is, they are filled in."""
    new = insert(connection, sources)
    fills = new.on_conflict_do_update(
        index_elements=["sha256"],
        set_={"source": new.excluded.source},
        where=sources.c.source.is_(None) & new.excluded.source.is_not(None),
    )
    found = {one.sha256: getattr(one, "source", None) for one in sorted(some, key=lambda one: isinstance(one, Handed))}
    connection.execute(fills, [{"sha256": sha256, "source": found[sha256]} for sha256 in sorted(found)])


def _earlier(connection: sa.Connection, some: Iterable[Handed | Unseen]) -> set[Key]:
    """Those of them that are known by a later time, or by none."""
    times: dict[Key, datetime] = {}
    for one in some:
        key = clean(one.student), one.challenge, one.sha256
        if one.at is not None:
            times[key] = min(one.at, times.get(key, one.at))
    if not times:
        return set()
    known = sa.select(*KEY, handed.c.at).where(sa.tuple_(*KEY).in_(list(times)))
    rows = [((row.student, row.challenge, row.sha256), row.at) for row in connection.execute(known)]
    return {key for key, at in rows if at is None or times[key] < at}


def record(connection: sa.Connection, sitting: int, several: Sequence[Graded]) -> list[bool]:
    """Stores reports, whole, with their checks. False where one has been stored before: then nothing changes.

    Raises Decided where the sitting is a regrading that is committed or discarded: then nothing is stored.
    """
    counts = counts_at_once(connection, sitting)
    lock_students(connection, (clean(one.student) for one in several))
    stored = [new for some in batches(several, AT_ONCE) for new in _record(connection, sitting, some)]
    if counts:
        pairs = [(clean(one.student), one.challenge) for one, new in zip(several, stored, strict=True) if new]
        derive(connection, pairs)
    return stored


def _record(connection: sa.Connection, sitting: int, some: Sequence[Graded]) -> list[bool]:
    keys = [(clean(one.key[0]), *one.key[1:]) for one in some]
    found = connection.execute(sa.select(*KEY, handed.c.id).where(sa.tuple_(*KEY).in_(keys)))
    ids = {(row.student, row.challenge, row.sha256): row.id for row in found}
    rows = [{**one.columns, "handed_id": ids[key], "sitting_id": sitting} for one, key in zip(some, keys, strict=True)]
    new = insert(connection, reports).on_conflict_do_nothing().returning(reports.c.id, *_WORK)
    made = {tuple(row)[1:]: row.id for row in connection.execute(new, rows)}
    stored = [made.pop(tuple(row[c.name] for c in _WORK), None) for row in rows]
    theirs = [
        {**row, "report_id": id} for one, id in zip(some, stored, strict=True) if id is not None for row in one.checks
    ]
    if theirs:
        connection.execute(checks.insert(), theirs)
    return [id is not None for id in stored]


def begin(connection: sa.Connection, kind: str, *, policy: str, kit: str, who: str) -> int:
    """The number of a sitting: see `Store.begin`."""
    still_open = sa.select(sittings).where(sittings.c.kind == "regrade", sittings.c.state == "open")
    for row in connection.execute(still_open).all() if kind == "regrade" else ():
        if (row.kit, row.policy) == (kit, policy):
            return int(row.id)
        decide(connection, row.id, "discarded", who=who)
    state = "open" if kind == "regrade" else "committed"
    new = {"kind": kind, "state": state, "policy": policy, "kit": kit, "who": who, "started_at": now()}
    return int(connection.execute(sittings.insert().values(new)).inserted_primary_key[0])  # type: ignore[index]


def decide(connection: sa.Connection, sitting: int, state: str, *, who: str) -> bool:
    """Makes a regrading's reports count (`committed`), or never (`discarded`). False where that was decided before."""
    decided: dict[str, Any] = {"state": state, "decided_by": who, "decided_at": now()}
    is_open = (sittings.c.id == sitting, sittings.c.state == "open")
    # First: who is recording something in this sitting is done by then, and who comes after sees the new state.
    if not connection.execute(sittings.update().where(*is_open).values(decided)).rowcount:
        return False
    if state == "committed":
        found = sa.select(handed.c.student, handed.c.challenge).join(reports).where(reports.c.sitting_id == sitting)
        pairs = [(student, challenge) for student, challenge in connection.execute(found.distinct())]
        lock_students(connection, (student for student, _ in pairs))
        derive(connection, pairs)
    return True
