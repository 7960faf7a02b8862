"""Indexes that hold all a page asks for, and how long students took to pass. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNSEEN = sa.text("source IS NULL")
WIDER = {
    "ix_standings_challenge": (
        "standings", "challenge", "status", "stuck", "student", "share", "attempts", "hints", "to_pass_s",
    ),
    "ix_standings_sums": ("standings", "student", "challenge", "status", "stuck", "points", "last_at", "share"),
    "ix_standings_stuck": ("standings", "stuck", "in_a_row", "last_at", "student", "challenge"),
    "ix_attempts_day": ("attempts", "day", "challenge", "status", "max_points", "at", "student"),
    "ix_attempts_diagnosis": (
        "attempts", "diagnosis", "day", "status", "challenge", "max_points", "at", "student",
    ),
    "ix_met_diagnosis": ("met", "diagnosis", "challenge", "student", "last_day", "open", "to_clear"),
}  # fmt: skip
NEW = ("ix_standings_sums", "ix_standings_stuck")


def upgrade() -> None:
    op.add_column("standings", sa.Column("to_pass_s", sa.Float))
    for name, (table, *columns) in WIDER.items():
        if name not in NEW:
            op.drop_index(name, table)
        op.create_index(name, table, columns)
    op.create_index("ix_sources_unseen", "sources", ["sha256"], sqlite_where=UNSEEN, postgresql_where=UNSEEN)
