"""The hour of an attempt. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("hour", sa.Integer, nullable=False, server_default="0"))
    op.drop_index("ix_attempts_day", "attempts")
    op.create_index("ix_attempts_day", "attempts", ["day", "hour", "challenge", "status", "max_points", "student"])
