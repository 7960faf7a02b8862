"""Invitations and links are good while who made them may still make them: an account that ended leaves nobody a key.

Who runs the dashboard makes some without an account; nothing ends theirs but time.
"""

from __future__ import annotations

import sqlalchemy as sa

from grader.classroom.store.people import accounts
from grader.classroom.store.schema import students
from grader.dashboard.access.viewer import Role


def goes_on(maker: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The condition for a login, which nobody else ever has: its account has not ended."""
    return ~sa.exists().where(accounts.c.login == maker, accounts.c.ended_at.is_not(None))


def may_see(maker: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The same for a question about `students`: and the student is one of theirs."""
    of_another = sa.and_(accounts.c.role == Role.assistant, accounts.c.section != students.c.section)
    not_any_more = sa.or_(accounts.c.ended_at.is_not(None), of_another)
    return ~sa.exists().where(accounts.c.login == maker, not_any_more).correlate(students)
