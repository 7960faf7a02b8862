"""Which report of a submission counts: one that is no fault of ours, of the most trusted origin, the newest."""

from __future__ import annotations

import sqlalchemy as sa

from grader.classroom.model import PROVENANCE
from grader.classroom.store.schema import reports, sittings

COMMITTED = sittings.c.state == "committed"


def ranked(counts: sa.ColumnElement[bool], *, before: int | None = None, name: str = "newest") -> sa.Subquery:
    """Reports for which `counts` holds, ranked within each submission: rank 1 is the one that counts.

    A regrading is new when it is committed, so sittings are ordered by that, and reports within them by number.
    """
    decided = sa.func.coalesce(sittings.c.decided_at, reports.c.graded_at)
    fault = sa.case((reports.c.status == "error", 1), else_=0)
    trust = sa.case({name: place for place, name in enumerate(PROVENANCE)}, value=reports.c.provenance, else_=9)
    order = (fault, trust, decided.desc(), reports.c.id.desc())
    rank = sa.func.row_number().over(partition_by=reports.c.handed_id, order_by=order)
    columns = [c for c in reports.c if c is not reports.c.report]  # it is long, and sorting would move it
    select = sa.select(*columns, rank.label("rank")).join_from(reports, sittings).where(counts)
    if before is not None:
        started = sa.select(sittings.c.started_at).where(sittings.c.id == before).scalar_subquery()
        open_still = sa.select(sittings.c.state).where(sittings.c.id == before).scalar_subquery() == "open"
        select = select.where(open_still | (decided <= started))
    return select.subquery(name)
