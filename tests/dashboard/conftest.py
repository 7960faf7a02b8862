from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from grader.challenge import find_kit
from grader.classroom.store.people import accounts, sessions
from grader.classroom.store.store import Store
from grader.dashboard.access.sessions import cookie, hashed
from grader.dashboard.app import create
from grader.dashboard.desk import Desk
from grader.dashboard.settings import Settings
from tests import breadth
from tests.corpus import ROOT, challenges
from tests.dashboard.classes import NOON, small_class
from tests.databases import Copies

Enter = Callable[..., TestClient]


def desk_on(store: Store, **settings: object) -> Desk:
    """A dashboard's desk, at NOON."""
    made = Settings(store._engine.url.render_as_string(hide_password=False), **settings)  # type: ignore[arg-type]
    return Desk(made, store, find_kit(ROOT), list(challenges().values()), clock=lambda: NOON)


@pytest.fixture(params=breadth.databases("sqlite", "postgresql"))
def copies(request: pytest.FixtureRequest) -> Copies:
    """On each kind of database."""
    found: Copies = request.getfixturevalue(f"{request.param}_copies")
    return found


@pytest.fixture
def desk(copies: Copies) -> Iterator[Desk]:
    """Of the small class, on both databases."""
    with Store(copies.of(small_class)) as opened:
        yield desk_on(opened)


@pytest.fixture
def sqlite_desk(sqlite_copies: Copies) -> Iterator[Desk]:
    """Of the small class, where the database does not matter."""
    with Store(sqlite_copies.of(small_class)) as opened:
        yield desk_on(opened)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Nobody's browser. It follows no redirections."""
    yield from _browser(desk)


@pytest.fixture
def enter(desk: Desk) -> Enter:
    """`enter("instructor")`, `enter("assistant", "A")`, `enter("student", "ada")`: a browser with a session.

    What it posts has the token against forgery, as htmx sends it.
    """
    return lambda role, whose="": entered(desk, role, whose)


@pytest.fixture
def instructor(desk: Desk) -> TestClient:
    return entered(desk, "instructor")


@pytest.fixture
def assistant(desk: Desk) -> TestClient:
    """Of section A."""
    return entered(desk, "assistant", "A")


@pytest.fixture
def visitor(desk: Desk) -> TestClient:
    """Somebody at a dashboard that only shows."""
    return next(_browser(desk_on(desk.store, read_only=True)))


def _browser(desk: Desk) -> Iterator[TestClient]:
    yield TestClient(create(desk), base_url=desk.settings.address, follow_redirects=False)


def entered(desk: Desk, role: str, whose: str = "") -> TestClient:
    """A browser with a session of somebody's: of an instructor, of a section's assistant, of a student."""
    (client,) = _browser(desk)
    token, csrf = secrets.token_urlsafe(16), secrets.token_urlsafe(16)

    def begin(connection: sa.Connection) -> None:
        account = None
        if role != "student":
            row = {"login": f"{role} {token}", "password": "", "role": role, "section": whose, "made_at": NOON}
            account = connection.execute(accounts.insert().values(row)).inserted_primary_key[0]  # type: ignore[index]
        row = {
            "token_sha256": hashed(token), "account_id": account, "student": whose if role == "student" else None,
            "csrf": csrf, "made_at": NOON, "seen_at": NOON, "until": NOON.replace(year=NOON.year + 1),
        }  # fmt: skip
        connection.execute(sessions.insert().values(row))

    desk.store.write(begin)
    client.cookies.set(cookie(desk), token)
    client.headers["X-CSRF-Token"] = csrf
    return client
