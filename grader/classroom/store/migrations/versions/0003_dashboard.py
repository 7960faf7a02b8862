"""Where a result comes from, the tables that are worked out, and the dashboard's own. Frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("sources") as table:
        table.alter_column("source", existing_type=sa.LargeBinary(), nullable=True)
    _reports()
    _attempts()
    _standings()
    _accounts()
    _sessions()
    _history()
    _sending()


def _reports() -> None:
    """SQLite reads through a long column to those after it, so they are put before."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    order: list[tuple[str, ...]] | None = [("provenance", "sent_by", "hints", "report")] if sqlite else None
    with op.batch_alter_table("reports", recreate="always" if sqlite else "never", partial_reordering=order) as table:
        table.add_column(sa.Column("provenance", sa.Text, nullable=False, server_default="server"))
        table.add_column(sa.Column("sent_by", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("hints", sa.Integer))


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("handed_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("report_id", NUMBER, nullable=False),
        sa.Column("student", sa.Text, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("hints", sa.Integer),
        sa.PrimaryKeyConstraint("handed_id", name="pk_attempts"),
        sa.ForeignKeyConstraint(["handed_id"], ["handed.id"], name="fk_attempts_handed_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_attempts_report_id"),
    )
    op.create_index("ix_attempts_report_id", "attempts", ["report_id"])
    op.create_index("ix_attempts_at", "attempts", ["at"])
    op.create_index("ix_attempts_pair", "attempts", ["student", "challenge", "number"])
    op.create_index("ix_attempts_day", "attempts", ["day", "challenge", "status"])
    op.create_index("ix_attempts_diagnosis", "attempts", ["diagnosis", "day"])


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("student", sa.Text, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("share", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("diagnosis", sa.Text),
        sa.Column("in_a_row", sa.Integer, nullable=False),
        sa.Column("stuck", sa.Boolean, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("passed_at", TIME),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("hints", sa.Integer),
        sa.Column("best_report", NUMBER, nullable=False),
        sa.Column("last_report", NUMBER, nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("tier", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("student", "challenge", name="pk_standings"),
        sa.ForeignKeyConstraint(["student"], ["students.id"], name="fk_standings_student"),
        sa.ForeignKeyConstraint(["best_report"], ["reports.id"], name="fk_standings_best_report"),
        sa.ForeignKeyConstraint(["last_report"], ["reports.id"], name="fk_standings_last_report"),
    )
    op.create_index("ix_standings_challenge", "standings", ["challenge", "status"])
    op.create_index("ix_standings_diagnosis", "standings", ["diagnosis"])
    op.create_table(
        "met",
        sa.Column("student", sa.Text, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False),
        sa.Column("diagnosis", sa.Text, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("to_clear", sa.Integer),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("report_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("student", "challenge", "diagnosis", name="pk_met"),
        sa.ForeignKeyConstraint(["student"], ["students.id"], name="fk_met_student"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_met_report_id"),
    )
    op.create_index("ix_met_diagnosis", "met", ["diagnosis", "last_day"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=False, server_default=""),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_table(
        "invitations",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=False, server_default=""),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_invitations"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", NUMBER),
        sa.Column("student", sa.Text),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["student"], ["students.id"], name="fk_sessions_student", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_index("ix_sessions_until", "sessions", ["until"])


def _history() -> None:
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False, server_default=""),
        sa.Column("address", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "knocks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knocks"),
    )
    op.create_index("ix_knocks_door", "knocks", ["door", "at"])


def _sending() -> None:
    op.create_table(
        "senders",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False, server_default=""),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("student", sa.Text),
        sa.Column("label", sa.Text, nullable=False, server_default=""),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_senders"),
        sa.ForeignKeyConstraint(["student"], ["students.id"], name="fk_senders_student"),
        sa.UniqueConstraint("kind", "issuer", "value", name="uq_senders_kind"),
    )
    op.create_index("ix_senders_student", "senders", ["student"])
    op.create_table(
        "received",
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("sender", "key", name="pk_received"),
    )
    op.create_index("ix_received_at", "received", ["at"])
    op.create_table(
        "queue",
        sa.Column("handed_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("handed_id", name="pk_queue"),
        sa.ForeignKeyConstraint(["handed_id"], ["handed.id"], name="fk_queue_handed_id"),
    )
    op.create_index("ix_queue_state", "queue", ["state"])
