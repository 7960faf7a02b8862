"""Who writes something about a student locks them first, so that nobody works out anything from half of what is there.

SQLite has one writer at a time anyway. Students are locked in the order of their ids: two that lock several never wait
for each other.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from grader.classroom.store.schema import sittings, students
from grader.classroom.store.sql import batches


def lock_students(connection: sa.Connection, ids: Iterable[str]) -> None:
    if connection.dialect.name == "postgresql":
        for some in batches(sorted(set(ids)), 1000):
            # Not FOR UPDATE: whoever refers to a student holds a share of the key.
            in_order = sa.collate(students.c.id, "C")  # as Python sorts them
            locked = sa.select(students.c.id).where(students.c.id.in_(some)).order_by(in_order)
            connection.execute(locked.with_for_update(key_share=True)).all()


class Decided(Exception):
    """A regrading that somebody has decided on is closed. The message says who, and how; nothing was recorded."""


def counts_at_once(connection: sa.Connection, sitting: int) -> bool:
    """Do reports count that are recorded in a sitting? Until this transaction ends, that stays so.

    A regrading's do not: who commits it commits what they have seen. Raises Decided where that was done already.
    """
    its = sa.select(sittings.c.kind, sittings.c.state, sittings.c.decided_by).where(sittings.c.id == sitting)
    row = connection.execute(its.with_for_update(read=True)).one()
    if row.kind != "regrade":
        return True
    if row.state != "open":
        raise Decided(f"This regrading was {row.state} by {row.decided_by} meanwhile")
    return False
