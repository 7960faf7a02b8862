"""Learners named `<script>`, with code full of markup, escape codes and marks that turn text around: all of it is text."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from grader.dashboard.web import student_link
from tests import breadth
from tests.dashboard.browser.addresses import report_of
from tests.dashboard.browser.conftest import Opened, Served
from tests.dashboard.browser.looking import all_is_text
from tests.dashboard.classes import FORMULA, RTL, SCRIPT


def test_the_names_are_there_to_be_read(opened: Opened, served: Served) -> None:
    with opened() as tab:
        tab.goto("/")
        table = tab.locator("table").first
        assert table.get_by_text("<img src=x onerror=alert(2)>").count() == 1
        assert table.get_by_text("Ben <b>Bold</b>").count() == 1
        assert table.get_by_text("=1+1", exact=True).count() == 1
        table.get_by_text("<img src=x onerror=alert(2)>").click()
        tab.wait_for_url(f"**{student_link(SCRIPT)}")
        assert tab.locator("main").get_by_text(SCRIPT).count() >= 1


def test_the_program_and_what_it_printed_are_shown_as_they_are_written(opened: Opened, served: Served) -> None:
    with opened() as tab:
        tab.goto(f"/attempts/{report_of(served.desk, SCRIPT, 1)}")
        program = tab.locator("#program").inner_text()
        assert '<script>alert("code")</script>' in program
        assert "</pre></code></details>" in program
        assert "\\x1b" in program or "␛" in program
        assert "<script>alert('printed')</script>" in tab.locator("html").evaluate("all => all.textContent")


@pytest.mark.parametrize("id", breadth.each(4, [SCRIPT, RTL, FORMULA, "../../etc/passwd", "a" * 5000, "\0", "%00"]))
def test_an_id_in_an_address_is_an_id_and_nothing_else(opened: Opened, id: str) -> None:
    with opened(quiet=False) as tab:
        answer = tab.goto(f"/student?id={quote(id)}")
        assert answer is not None
        assert answer.status in (200, 404, 422), answer.status
        all_is_text(tab)
        assert tab.locator("h1").count() == 1
