"""The pictures of docs/dashboard.md, made of the class to look at: `make dashboard` once, then with PICTURES=1 these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from grader.classroom.store.standing import attempts, standings
from grader.classroom.store.store import Store
from grader.dashboard.demo import filling
from grader.dashboard.web import student_link
from tests.corpus import ROOT
from tests.dashboard.browser.conftest import Served, newcomer, serving
from tests.dashboard.conftest import desk_on

pytestmark = pytest.mark.skipif(os.environ.get("PICTURES") != "1", reason="PICTURES=1 makes them anew")

DATABASE = ROOT / ".grader" / "demo.db"
PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}  # of the matrix a little more: it is the one in the README
MOST = 200_000  # bytes


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    assert DATABASE.is_file(), "make dashboard makes the class"
    with Store(f"sqlite:///{DATABASE}") as store:
        until = filling.until_of(store)
        assert until is not None
        with serving(desk_on(store, read_only=True), until) as served:
            yield served


def addresses(store: Store) -> dict[str, str]:
    """What each picture shows."""
    stuck = store.read(sa.select(standings).where(standings.c.stuck).order_by(standings.c.attempts.desc()))[0]
    failed = store.read(sa.select(attempts).where(attempts.c.diagnosis == "buffers-body").order_by(attempts.c.at))[-1]
    return {
        "class": "/",
        "misconceptions": "/misconceptions",
        "misconception": "/misconceptions/times-after-request",
        "challenge": "/challenges/01-inspect-a-chunk",
        "activity": "/activity",
        "lecture": "/lecture",
        "student": student_link(stuck.student),
        "attempt": f"/attempts/{failed.report_id}",
    }


@pytest.mark.parametrize(
    "name", ["class", "misconceptions", "misconception", "challenge", "activity", "lecture", "student", "attempt"]
)
def test_a_picture_of_a_page(browser: Browser, demo: Served, name: str) -> None:
    with newcomer(browser, demo, viewport=SIZE | ({"height": 900} if name == "class" else {})) as tab:
        answer = tab.goto(addresses(demo.desk.store)[name])
        assert answer is not None
        assert answer.status == 200
        path = PICTURES / f"dashboard-{name}.png"
        tab.screenshot(path=path)
        assert path.stat().st_size < MOST
