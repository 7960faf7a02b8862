"""What every page must bear: seen by axe, on a narrow screen, and with all that the browser complains of written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests import breadth

NARROW = (320, 400)  # CSS pixels: what WCAG 1.4.10 asks for, and a telephone
WITHOUT_PICTURES = {"include": [["html"]], "exclude": [["svg.strip"]]}  # they are long; tests/show looks at them
BROUGHT = "main img, iframe, main script, [onerror], [onload], [style]"  # only a learner's text could have brought it
ACTING = set("\x1b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
COLOURS: list[tuple[Literal["light", "dark"], dict]] = [("light", {}), ("dark", {"runOnly": ["color-contrast"]})]
SHAPES: list[tuple[Literal["light", "dark"], dict]] = [("light", {"rules": {"color-contrast": {"enabled": False}}})]
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


def profile(browser: Browser, address: str, **how) -> BrowserContext:
    """As a browser of its own: with its own cookies, and with nothing kept from before."""
    context = browser.new_context(base_url=address, **how)
    context.set_default_timeout(15_000)
    return context


@contextmanager
def watched(context: BrowserContext, address: str, *, quiet: bool = True) -> Iterator[Page]:
    """A tab. Fails where a page complains on the console, breaks its own policy, raises, or asks somebody else than
    `address` for something. `quiet` False: a status of 400 and above is no complaint."""
    tab = context.new_page()
    complaints: list[str] = []

    def asked(url: str) -> None:
        if not url.startswith((f"{address}/", "about:")):
            complaints.append(f"asked {url}")

    def told(kind: str, text: str) -> None:
        if kind in ("error", "warning") and (quiet or "the server responded with a status of" not in text):
            complaints.append(text)

    tab.on("request", lambda request: asked(request.url))
    tab.on("console", lambda message: told(message.type, message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: (complaints.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    try:
        yield tab
    finally:
        tab.close()
    assert not complaints, complaints


def axe_clean(tab: Page, *, colours: bool = breadth.WHOLE) -> None:
    """No violation, with everything opened that can be.

    `colours`: their contrast too, light and dark. That takes two thirds of the time, and all pages have the same style.
    """
    tab.evaluate(OPEN_ALL)
    for scheme, rules in COLOURS if colours else SHAPES:
        tab.emulate_media(color_scheme=scheme)
        found = Axe().run(tab, WITHOUT_PICTURES, options={"resultTypes": ["violations"], **rules})
        assert found.violations_count == 0, f"{tab.url}, {scheme}: {found.generate_report()}"
    tab.emulate_media(color_scheme="light")


def all_is_text(tab: Page) -> None:
    """Nothing that a learner wrote has become an element, and nothing that acts in a text is left."""
    assert tab.locator(BROUGHT).count() == 0, tab.url
    text = tab.locator("html").evaluate("all => all.textContent")
    assert not ACTING & set(text), tab.url
    assert "60481729" not in text, "somebody worked out {{ 7777 * 7777 }}"


def no_sideways(tab: Page) -> None:
    """Only what scrolls by itself is wider than the screen, and the keyboard reaches it."""
    before = tab.viewport_size
    for width in NARROW:
        tab.set_viewport_size({"width": width, "height": 800})
        too_wide = tab.evaluate("document.documentElement.scrollWidth") - width
        assert too_wide <= 0, f"{tab.url} is {too_wide} px too wide at {width}: {_widest(tab)}"
        stuck = tab.evaluate(
            """() => [...document.querySelectorAll('*')].filter(one => {
                 const how = getComputedStyle(one);
                 return ['auto', 'scroll'].includes(how.overflowX) && one.scrollWidth > one.clientWidth + 1
                   && how.display !== 'inline' && one.checkVisibility() && one.tabIndex < 0
                   && !one.querySelector('a[href], button, input, select, summary, [tabindex="0"]') })
               .map(one => one.outerHTML.slice(0, 80))"""
        )
        assert stuck == [], f"{tab.url}: scrolls sideways, and no key gets there"
    if before:
        tab.set_viewport_size(before)


def _widest(tab: Page) -> list[str]:
    return list(
        tab.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1
                 && !one.parentElement.closest('[tabindex]')).slice(0, 5).map(one => one.outerHTML.slice(0, 90))"""
        )
    )
