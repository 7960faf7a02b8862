"""Alembic runs this. The connection is the store's own: see `opening.migrate`."""

from __future__ import annotations

from alembic import context

from grader.classroom.store import people, standing  # noqa: F401 - their tables are in the metadata
from grader.classroom.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the store has begun a transaction, and ends it
)
context.run_migrations()
