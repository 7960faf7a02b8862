"""Accounts, invitations, and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from grader.classroom.store.people import accounts, audit, invitations, sessions
from grader.classroom.store.store import Store
from grader.dashboard.access.makers import goes_on

SIZE = 100


@dataclass(frozen=True)
class Account:
    id: int
    login: str
    role: str
    section: str
    made_at: datetime
    ended_at: datetime | None
    seen_at: datetime | None  # when one of its sessions was last used, where there is one


@dataclass(frozen=True)
class Open:
    """An invitation that may still be used."""

    token_sha256: str
    role: str
    section: str
    made_by: str
    until: datetime


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: str
    what: str
    about: str
    address: str


@dataclass(frozen=True)
class Log:
    entries: list[Entry]
    count: int  # of all pages
    whats: list[str]  # that there are


def all_accounts(store: Store) -> list[Account]:
    """Those that go on first, by login."""
    seen = (
        sa.select(sa.func.max(sessions.c.seen_at))
        .where(sessions.c.account_id == accounts.c.id)
        .scalar_subquery()
        .label("seen_at")
    )
    columns = (accounts.c.id, accounts.c.login, accounts.c.role, accounts.c.section, accounts.c.made_at)
    select = sa.select(*columns, accounts.c.ended_at, seen).order_by(accounts.c.ended_at.is_not(None), accounts.c.login)
    return [Account(**row._mapping) for row in store.read(select)]


def open_invitations(store: Store, now: datetime) -> list[Open]:
    columns = (invitations.c.token_sha256, invitations.c.role, invitations.c.section, invitations.c.made_by)
    good = (invitations.c.used_at.is_(None), invitations.c.until > now, goes_on(invitations.c.made_by))
    select = sa.select(*columns, invitations.c.until).where(*good)
    return [Open(**row._mapping) for row in store.read(select.order_by(invitations.c.until))]


def log(store: Store, *, what: str = "", text: str = "", page: int = 1) -> Log:
    """The newest first. `text` is looked for in who, about and address."""
    conditions: list[sa.ColumnElement[bool]] = [audit.c.what == what] if what else []
    if text:
        columns = (audit.c.who, audit.c.about, audit.c.address)
        conditions.append(sa.or_(*(column.icontains(text, autoescape=True) for column in columns)))
    count = store.read(sa.select(sa.func.count()).select_from(audit).where(*conditions))[0][0]
    select = sa.select(audit.c.at, audit.c.who, audit.c.what, audit.c.about, audit.c.address).where(*conditions)
    rows: Sequence[Any] = store.read(
        select.order_by(audit.c.at.desc(), audit.c.id.desc()).offset((page - 1) * SIZE).limit(SIZE)
    )
    whats = store.read(sa.select(audit.c.what).distinct().order_by(audit.c.what))
    return Log([Entry(*row) for row in rows], int(count), [str(row[0]) for row in whats])
