"""Every filter of every page changes what is shown: at once with scripts, and by its button without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import breadth
from tests.dashboard.browser.conftest import Opened
from tests.dashboard.classes import FIRST

# Page, field, choice, and what is and is not in the results then.
FILTERS = [
    ("/", "section", "B", "Gus", "Ada Lovelace"),
    ("/", "state", "stuck", "Ben <b>Bold</b>", "Ada Lovelace"),
    ("/", "misconception", "buffers-body", "Cem Demir", "Zoe Idle"),
    ("/", "challenge", FIRST, "Ada Lovelace", ""),
    ("/misconceptions", "section", "B", "alters-pieces", "buffers-body "),
    ("/misconceptions", "days", "1", "", "finish-reason-lost"),
    ("/misconceptions/buffers-body", "section", "A", "Ben <b>Bold</b>", "Gus"),
]


def results(tab: Page) -> str:
    return tab.locator("#results").inner_text()


@pytest.mark.parametrize(("page", "field", "choice", "there", "gone"), breadth.each(4, FILTERS))
def test_a_filter_shows_what_it_says_at_once(
    opened: Opened, page: str, field: str, choice: str, there: str, gone: str
) -> None:
    with opened() as tab:
        tab.goto(page)
        tab.evaluate("window.same = true")
        before = results(tab)
        tab.locator(f"form.filters [name={field}]").select_option(choice)
        tab.wait_for_url(f"**{field}={choice}*")
        tab.wait_for_function("before => document.querySelector('#results').innerText !== before", arg=before)
        assert tab.evaluate("window.same"), "the page was not loaded again"
        assert there in results(tab)
        assert not gone or gone not in results(tab)
        again = results(tab)
        tab.reload()
        assert results(tab) == again, "the address says it all"


@pytest.mark.parametrize(("page", "field", "choice", "there", "gone"), breadth.each(4, FILTERS))
def test_a_filter_works_without_javascript(
    opened: Opened, page: str, field: str, choice: str, there: str, gone: str
) -> None:
    with opened(java_script_enabled=False) as tab:
        tab.goto(page)
        tab.locator(f"form.filters [name={field}]").select_option(choice)
        tab.locator("form.filters").get_by_role("button", name="Show").click()
        assert f"{field}={choice}" in tab.url
        assert there in results(tab)
        assert not gone or gone not in results(tab)


def test_a_name_is_found_while_it_is_typed(opened: Opened) -> None:
    with opened() as tab:
        tab.goto("/")
        tab.get_by_label("Name or id").press_sequentially("lovel")
        tab.wait_for_url("**text=lovel*")
        tab.wait_for_function("() => !document.querySelector('#results').innerText.includes('Cem Demir')")
        assert "Ada Lovelace" in results(tab)


def test_a_column_sorts_and_says_so(opened: Opened) -> None:
    with opened() as tab:
        tab.goto("/")
        for _ in range(2):
            tab.locator("#results th a.sort").nth(2).click()
            tab.wait_for_load_state()
            assert tab.locator("#results th[aria-sort]").count() == 1
