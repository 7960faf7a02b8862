"""The first tables. Frozen: what changes later is a revision of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    _people_and_files()
    _gradings()


def _people_and_files() -> None:
    op.create_table(
        "students",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("email", sa.Text, nullable=False, server_default=""),
        sa.Column("section", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_students"),
    )
    op.create_index("ix_students_section", "students", ["section"])
    op.create_table(
        "sources",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_sources"),
    )
    op.create_table(
        "handed",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("student", sa.Text, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", TIME),
        sa.Column("origin", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["student"], ["students.id"], name="fk_handed_student"),
        sa.ForeignKeyConstraint(["sha256"], ["sources.sha256"], name="fk_handed_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_handed"),
        sa.UniqueConstraint("student", "challenge", "sha256", name="uq_handed_student"),
    )
    op.create_index("ix_handed_challenge", "handed", ["challenge"])
    op.create_index("ix_handed_sha256", "handed", ["sha256"])


def _gradings() -> None:
    op.create_table(
        "sittings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("kit", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
    )
    op.create_table(
        "reports",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("handed_id", NUMBER, nullable=False),
        sa.Column("sitting_id", NUMBER, nullable=False),
        sa.Column("kit", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("graded_at", TIME, nullable=False),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("kit_version", sa.Text, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["handed_id"], ["handed.id"], name="fk_reports_handed_id"),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name="fk_reports_sitting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("handed_id", "kit", "policy", "number", name="uq_reports_handed_id"),
    )
    op.create_table(
        "checks",
        sa.Column("report_id", NUMBER, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("check_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("because", sa.Text, nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_checks_report_id"),
        sa.PrimaryKeyConstraint("report_id", "position", name="pk_checks"),
    )
    for table, column in (
        ("reports", "sitting_id"), ("reports", "status"), ("reports", "diagnosis"),
        ("checks", "check_id"), ("checks", "diagnosis"),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{column}", table, [column])
