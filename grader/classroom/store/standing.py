"""The tables that are worked out from the others, so that a question about a whole class is a short one.

Nothing is in them that could not be made again: `derive` does it, for the students and challenges that something was
recorded for, in the same transaction.
"""

from __future__ import annotations

import sqlalchemy as sa

from grader.classroom.store.schema import Moment, Words, metadata

# Of each submission the grading that counts, with what is asked for across many students.
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("handed_id", sa.ForeignKey("handed.id"), primary_key=True, autoincrement=False),
    sa.Column("report_id", sa.ForeignKey("reports.id"), nullable=False, index=True),
    sa.Column("student", Words, nullable=False),
    sa.Column("challenge", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # 1, 2, …: this student's for this challenge
    sa.Column("at", Moment, nullable=False, index=True),  # when it was handed in; where nothing says it, when graded
    sa.Column("day", sa.String(10), nullable=False),  # of `at`, UTC: 2026-11-30
    sa.Column("hour", sa.Integer, nullable=False, server_default="0"),  # likewise
    sa.Column("status", sa.Text, nullable=False),  # pass, fail, error, not-started
    sa.Column("points", sa.Float, nullable=False),
    sa.Column("max_points", sa.Float, nullable=False),
    sa.Column("diagnosis", Words),
    sa.Column("provenance", sa.Text, nullable=False),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("hints", sa.Integer),  # shown until then, where the report says it
    sa.Index("ix_attempts_pair", "student", "challenge", "number"),
    # These hold all that questions about the whole class ask for, so that nothing but the index is read.
    sa.Index("ix_attempts_day", "day", "hour", "challenge", "status", "max_points", "student"),
    sa.Index("ix_attempts_diagnosis", "diagnosis", "day", "status", "challenge", "max_points", "at", "student"),
)

# How a student stands with a challenge. No row: nothing was handed in.
standings = sa.Table(
    "standings",
    metadata,
    sa.Column("student", sa.ForeignKey("students.id"), primary_key=True),
    sa.Column("challenge", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),  # pass: some attempt passed; else of the last one
    sa.Column("points", sa.Float, nullable=False),  # of the best attempt
    sa.Column("max_points", sa.Float, nullable=False),
    sa.Column("share", sa.Float),  # points / max_points of the best attempt, 0 to 1; None: no attempt was graded
    sa.Column("attempts", sa.Integer, nullable=False),  # graded ones: neither faults of ours nor untouched stubs
    sa.Column("diagnosis", Words),  # of the last attempt; None where it passed
    sa.Column("in_a_row", sa.Integer, nullable=False),  # last attempts that were told this diagnosis
    sa.Column("stuck", sa.Boolean, nullable=False),  # as `grader.classroom.stats` has it
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("passed_at", Moment),
    sa.Column("to_pass_s", sa.Float),  # from `first_at` to `passed_at`
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("hints", sa.Integer),  # the most that were shown for an attempt, where reports say it
    sa.Column("best_report", sa.ForeignKey("reports.id"), nullable=False),
    sa.Column("last_report", sa.ForeignKey("reports.id"), nullable=False),
    sa.Column("provenance", sa.Text, nullable=False),  # of the best
    sa.Column("tier", sa.Text, nullable=False),
    # Each holds all that questions about the whole class ask for, so that nothing but the index is read.
    sa.Index(
        "ix_standings_challenge", "challenge", "status", "stuck", "student", "share", "attempts", "hints", "to_pass_s"
    ),
    sa.Index("ix_standings_sums", "student", "challenge", "status", "stuck", "points", "last_at", "share"),
    sa.Index("ix_standings_stuck", "stuck", "in_a_row", "last_at", "student", "challenge"),
    sa.Index("ix_standings_diagnosis", "diagnosis"),
    sa.Index("ix_standings_to_pass", "challenge", "to_pass_s", "student"),
)

# Who was told what, and how many attempts it took until they were not any more.
met = sa.Table(
    "met",
    metadata,
    sa.Column("student", sa.ForeignKey("students.id"), primary_key=True),
    sa.Column("challenge", sa.Text, primary_key=True),
    sa.Column("diagnosis", Words, primary_key=True),
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("last_day", sa.String(10), nullable=False),
    sa.Column("to_clear", sa.Integer),  # attempts from the first that was told it to the next that was not; None: never
    sa.Column("open", sa.Boolean, nullable=False),  # the last attempt is told it
    sa.Column("report_id", sa.ForeignKey("reports.id"), nullable=False),  # the last that tells it
    # In the order in which pairs that are alike are counted.
    sa.Index("ix_met_diagnosis", "diagnosis", "challenge", "open", "to_clear", "student", "last_day"),
)
