"""With the keyboard alone: everything is reached, in order, and it is seen where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import breadth
from tests.dashboard.browser.addresses import address
from tests.dashboard.browser.conftest import Opened, Served

# What has the focus: enough to know it again, and whether an outline shows it.
HERE = """() => { const one = document.activeElement, how = getComputedStyle(one);
  return {body: one === document.body, name: one.outerHTML.slice(0, 200), skip: one.matches('.skip'),
          seen: how.outlineStyle !== 'none' || how.boxShadow !== 'none', top: one.getBoundingClientRect().top + scrollY} }"""
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && !one.disabled
    && !(one.type === 'radio' && !one.checked)).length"""


def walked(tab: Page) -> list[dict]:
    """Everything that Tab comes to, once around."""
    found: list[dict] = []
    for _ in range(400):
        tab.keyboard.press("Tab")
        here = tab.evaluate(HERE)
        if here["body"] or (len(found) > 3 and here["skip"]):
            break
        found.append(here)
    return found


@pytest.mark.parametrize(
    "given",
    breadth.each(3, ["/", "/misconceptions/buffers-body", "/attempts/{ben 2}", "/exports", "/accounts"]),
)
def test_tab_reaches_everything_and_the_focus_is_seen(opened: Opened, served: Served, given: str) -> None:
    with opened() as tab:
        tab.goto(address(served.desk, given))
        steps = walked(tab)
        assert steps[0]["skip"]
        assert [step["name"] for step in steps if not step["seen"]] == []
        assert len(steps) >= tab.evaluate(REACHABLE)


def test_the_first_link_leads_past_the_menu(opened: Opened) -> None:
    with opened() as tab:
        tab.goto("/")
        tab.keyboard.press("Tab")
        assert tab.locator(".skip").is_visible()
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_filter_is_chosen_and_its_result_opened_without_a_mouse(opened: Opened) -> None:
    with opened() as tab:
        tab.goto("/")
        tab.get_by_label("Section").focus()
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**section=A*")
        tab.get_by_role("link", name="Ada Lovelace").first.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/student?id=ada*")
