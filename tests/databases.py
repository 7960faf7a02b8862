"""Databases of each kind, as copies of one that was made before: to make tables takes ten times as long as to copy them.

The fixtures are every folder's, by `tests/conftest.py`: a server a test process.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.classroom.postgres import Postgres

if TYPE_CHECKING:
    from grader.classroom.store.store import Store

    Fill = Callable[[Store], None]


class Files:
    """SQLite's, in a folder: what `Postgres` is for the other kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._databases = 0

    def new_database(self, like: str = "") -> str:
        """The URL of one that is not there yet, or of a copy of the one with this URL, which nobody may be using."""
        self._databases += 1
        path = self._folder / f"{self._databases}.db"
        if like:
            shutil.copyfile(like.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"


class Copies:
    """Of one kind. What is in a database is put there once, when it is first asked for."""

    def __init__(self, server: Files | Postgres) -> None:
        self._server = server
        self._made: dict[Fill, str] = {}

    def bare(self) -> str:
        """The URL of one without tables."""
        return self._server.new_database()

    def of(self, fill: Fill) -> str:
        """The URL of one with tables, and with what `fill` puts into them."""
        from grader.classroom.store.store import Store

        if fill not in self._made:
            made = self.bare()
            with Store(made) as store:
                fill(store)
            self._made[fill] = made
        return self._server.new_database(like=self._made[fill])


def nothing(_: Store) -> None:
    """Tables alone."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(Files(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="session")
def postgresql_copies(postgres: Postgres) -> Copies:
    return Copies(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest) -> Copies:
    """On each kind of database."""
    found: Copies = request.getfixturevalue(f"{request.param}_copies")
    return found


@pytest.fixture
def bare(copies: Copies) -> str:
    """The URL of a database without tables."""
    return copies.bare()


@pytest.fixture
def url(copies: Copies) -> str:
    """Of one with tables, and nothing in them."""
    return copies.of(nothing)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    from grader.classroom.store.store import Store

    with Store(url) as opened:
        yield opened
