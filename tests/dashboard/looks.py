"""What tests ask of a page."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from typing import Any

import sqlalchemy as sa

from grader.classroom.store.standing import attempts
from grader.dashboard.desk import Desk
from tests.dashboard.classes import FIRST


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Tags with their attributes, as a browser reads them."""
    parser = _Elements()
    parser.feed(page)
    return parser.found


def text(page: str) -> str:
    """What is to be read, with one space for each run of white space."""
    parser = _Elements()
    parser.feed(page)
    return re.sub(r"\s+", " ", parser.text)


def links(page: str) -> list[str]:
    return [attrs["href"] or "" for tag, attrs in elements(page) if tag == "a" and "href" in attrs]


def field(page: str, name: str) -> str:
    """The value of a form's field."""
    return next(a.get("value") or "" for tag, a in elements(page) if tag == "input" and a.get("name") == name)


def is_ours(page: str) -> None:
    """Nothing in it acts that somebody handed in, and nothing that our own policy forbids; ids are unique."""
    found = elements(page)
    assert all((a.get("src") or "").startswith("/static/") for tag, a in found if tag == "script")
    assert not [tag for tag, _ in found if tag in ("img", "iframe", "object", "style")]
    assert not [name for _, a in found for name in a if name.startswith("on") or name == "style"]
    ids: list[Any] = [a["id"] for _, a in found if "id" in a]
    assert len(ids) == len(set(ids)), sorted(id for id in ids if ids.count(id) > 1)
    assert "\x1b" not in page and "\u202e" not in page
    headings = [int(tag[1]) for tag, _ in found if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and all(b <= a + 1 for a, b in itertools.pairwise(headings)), headings


def report_of(desk: Desk, student: str, number: int = 1, challenge: str = FIRST) -> int:
    of = (attempts.c.student == student, attempts.c.challenge == challenge, attempts.c.number == number)
    return int(desk.store.read(sa.select(attempts.c.report_id).where(*of))[0][0])
