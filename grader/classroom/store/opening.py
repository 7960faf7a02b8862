"""Opens a database by its URL: checks it, sets it up, brings its tables up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from grader.errors import UsageError

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_S = 5.0  # for which SQLite waits for another process's transaction, before we are asked whether to wait on
FREE_S = 60.0  # for which a database that is locked is waited for when it is opened
_MIGRATING = 0x67726164  # PostgreSQL's advisory lock: one process at a time changes tables


def parsed(text: str) -> URL:
    """The database that was meant; a path alone is one of SQLite. Raises UsageError."""
    if "://" not in text:
        text = f"sqlite:///{text}"
    try:
        url = make_url(text)
    except ArgumentError:
        raise UsageError(f"--db {text}: is no database URL. {_EXPECTED}") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        if not url.database or url.database == ":memory:":
            raise UsageError(f"--db {text}: names no file. {_EXPECTED}")
        return url
    raise UsageError(f"--db {url.render_as_string()}: {url.drivername} is not known here. {_EXPECTED}")


_EXPECTED = "Expected sqlite:///grades.db, or postgresql://user@host/database."


def engine_for(url: URL) -> Engine:
    if url.drivername == "sqlite":
        folder = Path(url.database or "").absolute().parent
        if not folder.is_dir():
            raise UsageError(f"--db {url.database}: there is no folder {folder}. Make it first.")
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_S})
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begins)
        return engine
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    event.listen(engine, "connect", _postgresql_connected)
    return engine


def _sqlite_connected(connection: Any, _: object) -> None:
    """Readers do not stop the writer (WAL), and what is committed is on the disk (FULL)."""
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _postgresql_connected(connection: Any, _: object) -> None:
    """What we ask for is in memory, or on a disk without moving parts.

    As it is set up, PostgreSQL takes a look-up for four times as dear as the next row, and reads a million checks to
    find two thousand students'.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET random_page_cost = 1.1")
    connection.commit()


def _sqlite_begins(connection: sa.Connection) -> None:
    """Who is going to write says so first: two that read first and then both want to write would lock each other."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Brings the tables to revision `to`. Raises UsageError where the database is newer than this kit."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    with engine.connect() as connection:
        if to == "head" and _revision(connection) == newest:
            return
    with engine.connect().execution_options(writes=True) as connection, _unchecked(connection), connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
        now = _revision(connection)
        if now is not None and now not in {revision.revision for revision in script.walk_revisions()}:
            raise UsageError(
                f"--db {named(engine.url)}: was made by a newer version of the kit (revision {now}). Update the kit."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _unchecked(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by making another in its place; what refers to it would not let it go meanwhile."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _when_free(engine: Engine) -> None:
    """Migrates; while somebody else does, or has the database for themselves, it waits."""
    until = time.monotonic() + FREE_S
    while True:
        try:
            return migrate(engine)
        except OperationalError as error:
            if "database is locked" not in str(error.orig) or time.monotonic() >= until:
                raise


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def named(url: URL) -> str:
    """The URL for messages: as it is typed, without its password."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def opened(text: str) -> Engine:
    """An engine on tables that are up to date. Raises UsageError naming the database and what to do."""
    url = parsed(text)
    engine = engine_for(url)
    try:
        _when_free(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        next_step = (
            "Is it a database of the kit's, and may you write there?"
            if url.drivername == "sqlite"
            else "Is the server up, does the database exist, and may you create tables in it?"
        )
        raise UsageError(f"--db {named(url)}: cannot be opened ({reason}). {next_step}") from None
    except BaseException:
        engine.dispose()
        raise
    return engine
