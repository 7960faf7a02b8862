"""Every page, as an instructor sees it: axe finds nothing, it fits a narrow screen and paper, it can be read without
JavaScript, and what a learner wrote is text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from grader.dashboard.web import student_link
from tests import breadth
from tests.dashboard.browser.addresses import ELSEWHERE, SHOWN, address, pages, routes
from tests.dashboard.browser.conftest import Opened, Served
from tests.dashboard.browser.looking import all_is_text, axe_clean, no_sideways
from tests.dashboard.classes import SCRIPT

ADDRESSES = [given for several in SHOWN.values() for given in several]
COLOURFUL = ("/", student_link(SCRIPT))  # all of the states, and code


def shown(tab: Page, where: str) -> None:
    answer = tab.goto(where)
    assert answer is not None
    assert answer.status == 200, f"{tab.url}: {answer.status}"
    assert tab.locator("h1").inner_text().strip()


def test_every_page_that_a_browser_shows_is_looked_at(served: Served) -> None:
    assert routes(served.desk) == set(SHOWN) | ELSEWHERE


@pytest.mark.parametrize("given", breadth.each(5, ADDRESSES))
def test_a_page_can_be_seen_by_everybody_and_all_of_it_is_text(opened: Opened, served: Served, given: str) -> None:
    with opened() as tab:
        shown(tab, address(served.desk, given))
        all_is_text(tab)
        no_sideways(tab)
        axe_clean(tab, colours=breadth.WHOLE or given in COLOURFUL)
        tab.emulate_media(media="print")
        assert not tab.locator("nav[aria-label=Pages]").is_visible()
        assert tab.locator("h1").is_visible()


def test_every_page_can_be_read_without_javascript(opened: Opened, served: Served) -> None:
    with opened() as scripted, opened(java_script_enabled=False) as plain:
        for where in breadth.some(8, pages(served.desk)):
            shown(scripted, where)
            shown(plain, where)
            assert readable(plain) == readable(scripted), where


def readable(tab: Page) -> tuple[int, ...]:
    """How many rows, links in them, and figures there are to be seen."""
    return tuple(tab.locator(f"main {what}").count() for what in ("tr", "tr a[href]", "svg"))


def test_the_link_for_the_lecture_needs_no_login_and_names_nobody(opened: Opened) -> None:
    with opened() as tab:
        tab.goto("/lecture")
        tab.get_by_role("button", name="Make a link to just this").click()
        link = tab.get_by_role("status").get_by_role("link").inner_text()
    with opened("nobody") as tab:
        shown(tab, link)
        no_sideways(tab)
        axe_clean(tab)
        assert "Ben" not in tab.locator("body").inner_text()
        assert tab.locator("nav[aria-label=Pages]").count() == 0
