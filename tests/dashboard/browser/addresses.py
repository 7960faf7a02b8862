"""Where each page is: an address or more for every route that a browser shows."""

from __future__ import annotations

import sqlalchemy as sa

from grader.classroom.store.schema import handed, reports
from grader.dashboard.access.gates import check_gates
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.web import student_link
from tests.dashboard.classes import FIRST, RTL, SCRIPT

# By route. In braces: a report's number, found by student and place among their reports.
SHOWN: dict[str, list[str]] = {
    "/": ["/"],
    "/misconceptions": ["/misconceptions"],
    "/misconceptions/{id}": ["/misconceptions/buffers-body"],
    "/challenges": ["/challenges"],
    "/challenges/{id}": [f"/challenges/{FIRST}"],
    "/activity": ["/activity"],
    "/live": ["/live"],
    "/lecture": ["/lecture"],
    "/student": [student_link(id) for id in ("ben", "zoe", SCRIPT, RTL)],
    "/attempts/{report_id}": ["/attempts/{ben 2}", "/attempts/{markup 1}", "/attempts/{eli 0}"],
    "/similar": ["/similar"],
    "/exports": ["/exports"],
    "/regrade": ["/regrade"],
    "/roster": ["/roster"],
    "/senders": ["/senders"],
    "/accounts": ["/accounts"],
    "/history": ["/history"],
    "/password": ["/password"],
}
# These answer with something else than a page, or lead somewhere: what they do is tested on its own.
ELSEWHERE = {
    "/login", "/join/{token}", "/me/{token}", "/static/{name}", "/live/events", "/healthz", "/metrics",
    "/lecture/{token}", "/exports/grades", "/attempts/{report_id}/source", "/attempts/{report_id}/runs/{number}", "/regrade/decide",
}  # fmt: skip


def routes(desk: Desk) -> set[str]:
    """Of what can be asked for."""
    return {route.path for route, _ in check_gates(create(desk)) if "GET" in route.methods}


def pages(desk: Desk) -> list[str]:
    """The addresses of all pages that there are."""
    there = routes(desk)
    return [address(desk, given) for route, several in SHOWN.items() if route in there for given in several]


def address(desk: Desk, given: str) -> str:
    """With a report's number in it."""
    before, brace, rest = given.partition("{")
    if not brace:
        return given
    who, _, which = rest.rstrip("}").partition(" ")
    return f"{before}{report_of(desk, SCRIPT if who == 'markup' else who, int(which))}"


def report_of(desk: Desk, student: str, which: int) -> int:
    """The number of a student's report, in the order in which they handed in."""
    mine = sa.select(reports.c.id).join_from(reports, handed).where(handed.c.student == student)
    return int(desk.store.read(mine.order_by(handed.c.at, reports.c.id))[which][0])
