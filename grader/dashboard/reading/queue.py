"""The queue of submissions that are to be graded here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from grader.classroom.store.people import queue
from grader.classroom.store.store import Store


@dataclass(frozen=True)
class QueueState:
    needs_source: int  # only their reports came
    waiting: int
    done: int
    failed: int  # by a fault of ours
    oldest: datetime | None  # since when the first of those that wait does

    @property
    def counts(self) -> dict[str, int]:
        return {
            "needs-source": self.needs_source, "waiting": self.waiting, "done": self.done, "failed": self.failed
        }  # fmt: skip


def queue_state(store: Store) -> QueueState:
    columns = (queue.c.state, sa.func.count().label("number"), sa.func.min(queue.c.asked_at).label("oldest"))
    rows = {row.state: row for row in store.read(sa.select(*columns).group_by(queue.c.state))}
    needs_source, waiting, done, failed = (
        rows[state].number if state in rows else 0 for state in ("needs-source", "waiting", "done", "failed")
    )
    return QueueState(needs_source, waiting, done, failed, rows["waiting"].oldest if "waiting" in rows else None)
