"""Forms that come before there is a session to take a token from: logging in, joining."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from grader.dashboard.access.gates import FORGED


def from_our_page(request: Request) -> None:
    """A dependency. Raises HTTPException 403 for a form that another site's page sent.

    A browser says so itself: in Sec-Fetch-Site (W3C, Fetch Metadata), which pages cannot set, and in Origin where there
    is no TLS, so that it does not trust our address with the other. What says neither is no browser, and carries
    nobody's cookies.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        fine = site in ("same-origin", "none")
    else:
        ours = (request.headers.get("Host", ""), urlsplit(request.app.state.desk.settings.address).netloc)
        fine = origin is None or origin.partition("://")[2] in ours
    if not fine:
        raise HTTPException(403, FORGED)


def our_path(text: str) -> str:
    """An address to go on to after logging in, where it is a path of ours; else the first page.

    Browsers take `\\` for `/`, leave out tabs and line feeds, and read `//host` as another site.
    """
    fine = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if fine and not text.startswith(("/login", "/logout", "/join/", "/me/")) else "/"
