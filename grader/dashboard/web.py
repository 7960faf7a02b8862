"""Pages: templates, and what every answer says about itself. Whatever a learner wrote is text here."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from grader.dashboard.access.viewer import Viewer
from grader.show import html
from grader.show.terminal import GLYPH
from grader.untrusted import escaped, visible

HERE = Path(__file__).parent
STATIC = HERE / "static"

# Where a result comes from (`grader.classroom.store.graded.PROVENANCE`): a glyph, a word, and what it means.
SOURCES = {
    "server": ("⌂", "server", "graded here"),
    "ci": ("◆", "CI", "attested by CI"),
    "signed": ("✎", "signed", "signed by the student's own key"),
    "local": ("◌", "local", "sent with a token alone: nothing else speaks for it"),
}

# No inline script or style, nothing from elsewhere. https://www.w3.org/TR/CSP3/
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # A signed link must not travel on. Not `no-referrer`: then a browser says of a form that its origin is "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


class Headers:
    """ASGI middleware: the headers of every answer. Pages are nobody's to keep, static files are."""

    def __init__(self, app: Any, secure: bool) -> None:
        self.app = app
        more = {"Strict-Transport-Security": "max-age=31536000"} if secure else {}
        self._always = [(name.lower().encode(), value.encode()) for name, value in {**HEADERS, **more}.items()]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                if not any(name == b"cache-control" for name, _ in given):
                    given.append((b"cache-control", b"no-store"))
                message["headers"] = [*given, *self._always]
            await send(message)

        await self.app(scope, receive, with_headers)


def show(
    request: Request, viewer: Viewer | None, template: str, *, block: str = "", status: int = 200, **values: Any
) -> HTMLResponse:
    """A page; or of it the block alone, where htmx asks for a part."""
    page = environment().get_template(template)
    values |= {"request": request, "viewer": viewer, "desk": request.app.state.desk, "path": request.url.path}
    if block and request.headers.get("HX-Request") == "true":
        text = "".join(page.blocks[block](page.new_context(values)))
    else:
        text = page.render(values)
    return HTMLResponse(text, status, headers={"Vary": "HX-Request"})


def link(path: str, **query: Any) -> str:
    """An address of ours, with what is not None."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def student_link(id: str) -> str:
    return f"/student?id={quote_plus(id)}" if id else "/student"


@cache
def static(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{name}?{hashlib.sha256(static_bytes(name)).hexdigest()[:12]}"


def static_bytes(name: str) -> bytes:
    return html.style().encode() if name == "report.css" else (STATIC / name).read_bytes()


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "static": static, "link": link, "student_link": student_link, "glyph": GLYPH, "word": html.WORD, "about": about,
        "sources": SOURCES,
    }  # fmt: skip
    made.filters |= {"percent": percent, "decimal": decimal, "when": when, "prose": html.prose, "quote": quote}
    return made


def _finalized(value: Any) -> Any:
    if isinstance(value, Markup):
        return value
    return visible(value) if isinstance(value, str) else "" if value is None else value


@pass_context
def about(context: Context, diagnosis: str | None) -> str:
    """What a misconception is, in a sentence."""
    known = context["desk"].misconceptions.get(diagnosis or "")
    return known.says if known else ""


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def decimal(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def when(at: datetime | None) -> Markup:
    """A time element, UTC, to the minute."""
    if at is None:
        return Markup("–")
    said = at.astimezone(UTC).isoformat(" ", "seconds")  # 2026-11-30 12:00:00+00:00
    return Markup(f'<time datetime="{said.replace(" ", "T")}">{said[:16]}</time>')


__all__ = ["HEADERS", "SOURCES", "Headers", "escaped", "link", "show", "static", "student_link", "when"]
