"""The tables. `migrations/` makes them, a test holds the two against each other.

A report is kept whole, packed; all that is asked for across many students stands beside it in columns and rows. What is
worked out from these tables is in `standing`, the dashboard's own tables are in `people`.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from grader.classroom.store.graded import clean, packed

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Any text, made clean on the way in."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else clean(value)


class Moment(TypeDecorator[datetime]):
    """Aware, UTC. SQLite knows no time zones and keeps it without."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Packed(TypeDecorator[str]):
    """A long text, compressed; on the way in it may be so already."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | bytes | None, dialect: Any) -> bytes | None:
        return packed(value) if isinstance(value, str) else value

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else zlib.decompress(value).decode("utf-8", "surrogatepass")


NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up by itself only in an INTEGER

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

students = sa.Table(
    "students",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False, server_default=""),
    sa.Column("email", Words, nullable=False, server_default=""),
    sa.Column("section", Words, nullable=False, server_default="", index=True),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("source", sa.LargeBinary),  # None: only a report is there, which names the bytes by their hash
)

handed = sa.Table(
    "handed",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("student", sa.ForeignKey("students.id"), nullable=False),
    sa.Column("challenge", sa.Text, nullable=False, index=True),
    sa.Column("sha256", sa.ForeignKey("sources.sha256"), nullable=False, index=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("at", Moment),
    sa.Column("origin", Words, nullable=False),
    # Did this student give the bytes? Who sends a report may name any hash, and gets to see nobody's program by that.
    sa.Column("has_bytes", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("student", "challenge", "sha256"),
    sa.Index(
        "ix_handed_unseen", "challenge", "student",
        sqlite_where=sa.text("NOT has_bytes"), postgresql_where=sa.text("NOT has_bytes"),
    ),
)  # fmt: skip

# The condition as the index has it: for other words SQLite would not use it.
UNSEEN: sa.ColumnElement[Any] = sa.literal_column("NOT handed.has_bytes")

# Of `handed` joined with `sources`: the bytes, where they are the student's own. A program is read by this alone.
its_source = sa.case((handed.c.has_bytes, sources.c.source)).label("source")

# One call of the command. A regrading is `open` until it is `committed` or `discarded`; what it found counts only then.
sittings = sa.Table(
    "sittings",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # grade, regrade, receive
    sa.Column("state", sa.Text, nullable=False),  # open, committed, discarded
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("kit", sa.Text, nullable=False),  # over all challenges of the sitting
    sa.Column("who", Words, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("decided_by", Words),
    sa.Column("decided_at", Moment),
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("handed_id", sa.ForeignKey("handed.id"), nullable=False),
    sa.Column("sitting_id", sa.ForeignKey("sittings.id"), nullable=False, index=True),
    sa.Column("kit", sa.Text, nullable=False),  # what decided the verdict: version and hash of the challenge
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("graded_at", Moment, nullable=False),
    sa.Column("duration_s", sa.Float, nullable=False),
    sa.Column("points", sa.Float, nullable=False),
    sa.Column("max_points", sa.Float, nullable=False),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("diagnosis", sa.Text, index=True),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("kit_version", sa.Text, nullable=False),
    sa.Column("provenance", sa.Text, nullable=False, server_default="server"),  # see `graded.PROVENANCE`
    sa.Column("sent_by", Words, nullable=False, server_default=""),
    sa.Column("hints", sa.Integer),  # shown until then, where the report says it
    sa.Column("report", Packed, nullable=False),  # the last: SQLite reads through it to what comes after
    sa.UniqueConstraint("handed_id", "kit", "policy", "number"),
)

checks = sa.Table(
    "checks",
    metadata,
    sa.Column("report_id", sa.ForeignKey("reports.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("check_id", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("points", sa.Float, nullable=False),
    sa.Column("max_points", sa.Float, nullable=False),
    sa.Column("diagnosis", sa.Text),
    sa.Column("because", Words, nullable=False, server_default=""),
    # All that is asked of the checks of a whole class, so that nothing but the index is read.
    sa.Index("ix_checks_report", "report_id", "check_id", "status", "position"),
)

# Of jobs in CI, that they may not be used for something else; see `grader.classroom.identity`.
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("issuer", Words, primary_key=True),
    sa.Column("jti", Words, primary_key=True),
    sa.Column("purpose", Words, nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
)
