"""The matrix: how each student stands with each challenge. Above it the class, and who is stuck on what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from grader.dashboard import figures
from grader.dashboard.access.gates import Staff
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.reading.matrix import PAGE, SORTS, Cell, Question, Row, Tally, matrix, stuck, tallies, told_now
from grader.dashboard.reading.part import Part, sections, size
from grader.dashboard.web import SOURCES, link, show, student_link

router = APIRouter()

WORDS = {
    "pass": "passed",
    "fail": "at it",
    "stuck": "stuck",
    "not-started": "not started",
    "error": "the grader failed",
}
KINDS = {"pass": ("p", "✓"), "fail": ("f", "✗"), "stuck": ("s", "⚑"), "error": ("e", "!"), "not-started": ("n", "○")}
MOST_STUCK = 5


@router.get("/", include_in_schema=False)
def page(
    request: Request,
    viewer: Staff,
    desk: Annotated[Desk, Depends(desk_of)],
    section: str = "",
    state: Literal["", "pass", "fail", "stuck", "not-started", "error"] = "",
    challenge: str = "",
    misconception: str = "",
    text: str = "",
    sort: str = "name",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    known = desk.titles
    challenge = challenge if challenge in known else ""
    sort = sort if sort.removeprefix("-") in {*SORTS, *known} else "name"
    part = Part(viewer.scope, tuple(known), section)
    question = Question(state, challenge, misconception, text, sort, page)
    students = size(desk.store, part)
    found, several = stuck(desk.store, part, MOST_STUCK)
    query = {"section": section, "state": state, "challenge": challenge, "misconception": misconception, "text": text}
    return show(
        request, viewer, "matrix.html", block="results",
        part=part, students=students, query=query, sort=sort, words=WORDS, page_size=PAGE,
        matrix=matrix(desk.store, part, question),
        cells=_cells, kinds=KINDS,
        columns=[_column(tally, known[tally.challenge]) for tally in tallies(desk.store, part, students)],
        sorting={name: _sorting(query, sort, name) for name in (*SORTS, *known)},
        most=sum(desk.max_points.values()),
        stuck=found, stuck_count=several,
        sections=sections(desk.store, viewer.scope), told=told_now(desk.store, part),
    )  # fmt: skip


def _cells(row: Row, ids: Iterable[str]) -> Markup:
    """A student's, with links to their page. There are 900 in a page, so they are not the template's."""
    page = escape(student_link(row.student))
    made = []
    for id in ids:
        cell = row.cells.get(id)
        if cell is None or cell.state == "not-started":
            made.append(_NOTHING)
        else:
            kind, inside = _inside(cell)
            made.append(f'<td class="{kind}"><a href="{page}#{id}" {inside}</a></td>')  # an id is a folder of the kit's
    return Markup("".join(made))


_NOTHING = '<td class="n"><b aria-hidden="true">○</b><span class="sr">not started</span></td>'


@lru_cache(maxsize=4096)
def _inside(cell: Cell) -> tuple[str, Markup]:
    """The class, and the rest of the link: most cells are like others."""
    kind, glyph = KINDS[cell.state]
    mark, name, _ = SOURCES.get(cell.provenance, ("?", cell.provenance, ""))
    said = f"{WORDS[cell.state]}, {cell.points:g} of {cell.max_points:g} points, attempts: {cell.attempts}, {name}"
    inside = Markup('aria-label="{}"><b>{}</b>{:g} <small>×{} {}</small>')
    return kind, inside.format(said, glyph, cell.points, cell.attempts, mark)


def _column(tally: Tally, title: str) -> dict[str, object]:
    """A challenge's: its numbers, and the bar that shows them."""
    parts = [
        figures.Part(WORDS["pass"], tally.passed, "pass"),
        figures.Part(WORDS["fail"], tally.at_it, "fail"),
        figures.Part(WORDS["stuck"], tally.stuck, "stuck"),
        figures.Part(WORDS["error"], tally.failed, "error"),
        figures.Part(WORDS["not-started"], tally.not_started, "not-started"),
    ]
    bar = figures.share_bar(f"How the class stands with {title}", parts)
    return {"id": tally.challenge, "title": title, "tally": tally, "parts": parts, "bar": bar}


def _sorting(query: dict[str, str], sort: str, name: str) -> dict[str, str]:
    """Of a column's head: where it leads, and in which direction it is sorted now, as `aria-sort` says it."""
    here = sort.removeprefix("-") == name
    reverse = sort.startswith("-")
    upwards = reverse != (name == "name")
    now = ("ascending" if upwards else "descending") if here else ""
    return {"link": link("/", **query, sort=f"-{name}" if here and not reverse else name), "now": now}
