"""The page in a real browser: axe finds nothing to complain about, the keyboard reaches everything, paper holds it all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from grader.show.html import page
from tests import breadth
from tests.browsers import CHROMIUM, browser
from tests.show.reports import a_challenge, a_report, a_run, every_kind, everything, write

__all__ = ["browser"]

IN_CI = os.environ.get("CI") == "true"

if not CHROMIUM and not IN_CI:
    pytest.skip("no Chromium here", allow_module_level=True)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page(everything("a piece of <b>text</b> שלום"), 3), "utf-8")
    return path


def opened(browser: Browser, file: Path, **how) -> Page:
    """The page, with every request that it makes and every complaint of the browser noted."""
    tab = browser.new_page(**how)
    tab.noted = []  # type: ignore[attr-defined]
    tab.on("request", lambda request: tab.noted.append(request.url))  # type: ignore[attr-defined]
    tab.on("console", lambda message: tab.noted.append(message.text))  # type: ignore[attr-defined]
    tab.goto(file.as_uri())
    return tab


@pytest.mark.parametrize(
    ("scheme", "rules"), breadth.each(2, [("light", {}), ("dark", {"runOnly": ["color-contrast"]})])
)
def test_axe_finds_no_violation(browser: Browser, file: Path, scheme: str, rules: dict) -> None:
    tab = opened(browser, file, color_scheme=scheme)
    tab.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = Axe().run(tab, options={"resultTypes": ["violations"], **rules})
    assert found.violations_count == 0, found.generate_report()
    tab.close()


def test_the_page_asks_for_nothing_and_breaks_no_rule_of_its_own(browser: Browser, file: Path) -> None:
    tab = opened(browser, file)
    assert tab.noted == [file.as_uri()]  # type: ignore[attr-defined]
    assert tab.evaluate("getComputedStyle(document.querySelector('.next')).borderLeftWidth") == "5px"
    tab.close()


def test_tab_reaches_every_run_and_enter_opens_it(browser: Browser, file: Path) -> None:
    tab = opened(browser, file)
    reached: set[str] = set()
    for _ in range(100):
        tab.keyboard.press("Tab")
        name = tab.evaluate("document.activeElement.closest('.run > summary')?.parentElement.querySelector('div').id")
        if name:
            tab.keyboard.press("Enter")
            assert tab.evaluate("document.activeElement.parentElement.open"), name
            outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            if name in reached:
                break
            reached.add(name)
        if tab.evaluate("document.activeElement === document.body"):
            break
    assert reached == {f"c-01-inspect-a-chunk-run-{i}" for i in (1, 2, 3)}
    tab.close()


def test_a_link_to_a_picture_opens_the_run_that_it_is_in(browser: Browser, file: Path) -> None:
    tab = opened(browser, file)
    tab.click("summary:has-text('Then also')")
    tab.click(".also a")
    assert tab.evaluate("document.querySelector(location.hash).closest('details').open")
    tab.close()


@pytest.mark.parametrize("width", breadth.each(2, [400, 1200]))
def test_only_pictures_scroll_sideways(browser: Browser, file: Path, width: int) -> None:
    tab = opened(browser, file, viewport={"width": width, "height": 800})
    tab.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


def test_boxes_hold_their_text(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    labels = ('"安全な"', '" 🍕🍒"', '"שלום"', '"iiii"', '"WWWWWWWWWWWWWWWWWW"', '"e\u0301e\u0301"')
    writes = [write(i + 1, label) for i, label in enumerate(labels)]
    challenge = a_challenge()
    path.write_text(
        page(a_report(challenge.model_copy(update={"runs": [a_run(*every_kind("x" * 300)), a_run(*writes)]})))
    )
    tab = opened(browser, path)
    tab.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    too_wide = tab.evaluate(
        """() => [...document.querySelectorAll('.box')].flatMap(box => {
             const edge = box.querySelector('path').getBBox();
             return [...box.querySelectorAll('text')].filter(t => t.getBBox().x + t.getBBox().width > edge.x + edge.width)
                 .map(t => t.textContent) })"""
    )
    assert too_wide == []
    tab.close()


def test_on_paper_what_failed_is_open_and_no_picture_is_cut_off(browser: Browser, file: Path) -> None:
    tab = opened(browser, file, viewport={"width": 700, "height": 990})
    tab.emulate_media(media="print")
    beyond = tab.evaluate(
        """() => [...document.querySelectorAll('svg.strip')].filter(s => s.checkVisibility({contentVisibilityAuto: true}))
             .filter(s => s.getBoundingClientRect().right > innerWidth).length"""
    )
    assert beyond == 0
    assert tab.evaluate("document.querySelector('.also .finding').checkVisibility({contentVisibilityAuto: true})")
    assert not tab.evaluate("document.querySelector('.run.pass .wire').checkVisibility({contentVisibilityAuto: true})")
    tab.close()
