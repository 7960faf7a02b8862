from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.classroom.store.schema import metadata
from grader.classroom.store.store import Store
from tests import breadth
from tests.dashboard.ingest.serving import Served, serve
from tests.databases import Copies, nothing

KEPT = ("settings", "sittings")  # made once, by whoever opens a database or writes into it


@pytest.fixture(scope="session")
def on_sqlite(sqlite_copies: Copies) -> Iterator[Served]:
    with Store(sqlite_copies.of(nothing)) as store, serve(store) as served:
        yield served


@pytest.fixture(scope="session")
def on_postgresql(postgresql_copies: Copies) -> Iterator[Served]:
    with Store(postgresql_copies.of(nothing)) as store, serve(store) as served:
        yield served


@pytest.fixture(params=breadth.databases("on_sqlite", "on_postgresql"))
def served(request: pytest.FixtureRequest) -> Served:
    """On each kind of database; nothing is in it."""
    return _emptied(request.getfixturevalue(request.param))


@pytest.fixture
def one(on_sqlite: Served) -> Served:
    """On SQLite, where the database is not what matters."""
    return _emptied(on_sqlite)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """An empty one of SQLite's."""
    return f"sqlite:///{tmp_path / 'grades.db'}"


def _emptied(served: Served) -> Served:
    tables = [table for table in reversed(metadata.sorted_tables) if table.name not in KEPT]

    def empty(connection: object) -> None:
        for table in tables:
            connection.execute(table.delete())  # type: ignore[attr-defined]

    served.store.write(empty)
    for rate in (served.intake.reports, served.intake.refusals):
        rate._filled.clear()
    return served
