"""Whose the bytes are: a report may name a hash whose bytes somebody else handed in. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNSEEN = sa.text("NOT has_bytes")


def upgrade() -> None:
    op.drop_index("ix_sources_unseen", "sources")
    op.add_column("handed", sa.Column("has_bytes", sa.Boolean, nullable=False, server_default=sa.false()))
    # What came as a report has to be shown again by who sent it.
    op.execute(
        "UPDATE handed SET has_bytes = true WHERE origin NOT LIKE 'sent by %' "
        "AND sha256 IN (SELECT sha256 FROM sources WHERE source IS NOT NULL)"
    )
    op.create_index(
        "ix_handed_unseen", "handed", ["challenge", "student"], sqlite_where=UNSEEN, postgresql_where=UNSEEN
    )
