"""Indexes in the order in which a class is counted, and none that nobody asks. Frozen."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_met_diagnosis", "met")
    op.create_index("ix_met_diagnosis", "met", ["diagnosis", "challenge", "open", "to_clear", "student", "last_day"])
    op.create_index("ix_standings_to_pass", "standings", ["challenge", "to_pass_s", "student"])
    for column in ("check_id", "diagnosis"):
        op.drop_index(f"ix_checks_{column}", "checks")
    op.create_index("ix_checks_report", "checks", ["report_id", "check_id", "status", "position"])
