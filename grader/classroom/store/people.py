"""The tables of the dashboard: who may look, who may send, and who did what. Secrets are in here as hashes alone."""

from __future__ import annotations

import sqlalchemy as sa

from grader.classroom.store.schema import NUMBER, Moment, Words, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("login", Words, nullable=False, unique=True),
    sa.Column("password", sa.Text, nullable=False),  # argon2's own form
    sa.Column("role", sa.Text, nullable=False),  # instructor, assistant
    sa.Column("section", Words, nullable=False, server_default=""),  # an assistant's
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),  # no longer good from then on
)

# A link that is good once: whoever has it chooses a login and a password.
invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("section", Words, nullable=False, server_default=""),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

# Somebody's browser: an account's, or a student's who came by a signed link.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    sa.Column("student", sa.ForeignKey("students.id", ondelete="CASCADE")),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("who", Words, nullable=False),  # a login, `student ID`, or `nobody`
    sa.Column("what", Words, nullable=False),  # login, login-refused, regrade-committed, …
    sa.Column("about", Words, nullable=False, server_default=""),
    sa.Column("address", Words, nullable=False, server_default=""),  # where the request came from
)

# Tries that are counted, so that nobody guesses passwords or fills the disk.
knocks = sa.Table(
    "knocks",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("door", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_knocks_door", "door", "at"),
)

# Who may send reports, and for whom.
senders = sa.Table(
    "senders",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # token, key, repository, workflow
    sa.Column("issuer", sa.Text, nullable=False, server_default=""),  # of CI's: github, or a GitLab's address
    # token: SHA-256 in hex; key: the fingerprint; repository: its id; workflow: its path and ref.
    sa.Column("value", Words, nullable=False),
    sa.Column("student", sa.ForeignKey("students.id"), index=True),  # None: a workflow, which is everybody's
    sa.Column("label", Words, nullable=False, server_default=""),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("ended_at", Moment),
    sa.UniqueConstraint("kind", "issuer", "value"),
)

# What was taken, so that the same request has the same answer.
received = sa.Table(
    "received",
    metadata,
    sa.Column("sender", Words, primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("body_sha256", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
)

# Submissions that came as somebody's report, and are to be graded here.
queue = sa.Table(
    "queue",
    metadata,
    sa.Column("handed_id", sa.ForeignKey("handed.id"), primary_key=True, autoincrement=False),
    sa.Column("state", sa.Text, nullable=False, index=True),  # needs-source, waiting, done, failed
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
)
