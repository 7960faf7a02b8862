"""Every page of the dashboard, as an address to ask for: the routes, with examples out of a class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute

from grader.classroom.store.schema import reports
from grader.classroom.store.standing import attempts, met
from grader.classroom.store.store import Store

# By route, where it takes something: what is asked for. {challenge}, {diagnosis} and so on are what the class has.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "/": (
        "/", "/?section=A", "/?sort=-total", "/?state=stuck", "/?misconception={diagnosis}", "/?page=5",
        "/?challenge={challenge}",
    ),
    "/challenges/{id}": ("/challenges/{challenge}",),
    "/misconceptions": ("/misconceptions", "/misconceptions?section=A"),
    "/misconceptions/{id}": ("/misconceptions/{diagnosis}",),
    "/student": ("/student?{student}",),
    "/attempts/{report_id}": ("/attempts/{report}", "/attempts/{largest}"),
    "/attempts/{report_id}/runs/{number}": ("/attempts/{report}/runs/1", "/attempts/{largest}/runs/1"),
    "/attempts/{report_id}/source": ("/attempts/{report}/source",),
    "/lecture/{token}": ("/lecture/none",),
    "/join/{token}": ("/join/none",),
    "/me/{token}": ("/me/none",),
}  # fmt: skip

# Not pages: streams that do not end, files that are as large as the class, and what needs something else first.
LEFT_OUT = frozenset({"/live/events", "/static/{name}", "/regrade/decide", "/openapi.json"})
FILES = frozenset({"/exports/grades", "/metrics"})  # no bound on their size


def addresses(app: FastAPI, store: Store) -> Iterator[tuple[str, str]]:
    """Route and address. Raises LookupError for a route that takes something and has no example."""
    values = _values(store)
    for route in app.routes:
        if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()) or route.path in LEFT_OUT:
            continue
        examples = EXAMPLES.get(route.path)
        if examples is None and "{" in route.path:
            raise LookupError(f"bench/addresses.py has no example of {route.path}. Add one to EXAMPLES.")
        for example in examples or (route.path,):
            yield route.path, example.format(**values)


def _values(store: Store) -> dict[str, Any]:
    """What to ask for: of each kind the one of which there is most."""

    def most(column: sa.Column[Any]) -> Any:
        rows = store.read(
            sa.select(column).where(column.is_not(None)).group_by(column).order_by(sa.func.count().desc(), column)
        )
        return rows[0][0] if rows else "none"

    student = most(attempts.c.student)
    size = sa.func.length(reports.c.report)
    largest = store.read(sa.select(reports.c.id).order_by(size.desc(), reports.c.id).limit(1))
    return {
        "challenge": most(attempts.c.challenge),
        "diagnosis": most(met.c.diagnosis),
        "student": urlencode({"id": student}),
        "report": store.read(sa.select(attempts.c.report_id).where(attempts.c.student == student))[-1][0],
        "largest": largest[0][0],
    }
