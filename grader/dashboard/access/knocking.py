"""Tries that are counted, in the database: so for all processes, and beyond a restart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from fastapi import HTTPException

from grader.classroom.store.people import knocks
from grader.classroom.store.schema import Words
from grader.dashboard.desk import Desk

WINDOW = timedelta(minutes=15)
TOO_OFTEN = "That was tried too often. Try again in {}."


def knock(desk: Desk, doors: Mapping[str, int]) -> list[int]:
    """Counts a try at each door, and gives what `forgive` takes.

    Raises HTTPException 429, and counts nothing, where within a quarter of an hour a door has had as many tries as it
    takes: who only goes on trying does not make it longer.
    """
    now = desk.clock()

    def count(connection: sa.Connection) -> tuple[timedelta, list[int]]:
        names = sorted(doors)
        if connection.dialect.name == "postgresql":  # elsewhere there is one that writes, and no more
            for name in names:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.literal(name, Words)))))
        connection.execute(knocks.delete().where(knocks.c.at <= now - WINDOW))
        wait = max(_wait(connection, name, doors[name]) for name in names)
        if wait > timedelta(0):
            return wait, []
        add = knocks.insert().returning(knocks.c.id)
        return wait, [int(connection.execute(add.values(door=name, at=now)).scalar_one()) for name in names]

    def _wait(connection: sa.Connection, name: str, most: int) -> timedelta:
        newest = sa.select(knocks.c.at).where(knocks.c.door == name).order_by(knocks.c.at.desc())
        full = connection.scalar(newest.offset(most - 1).limit(1))
        return timedelta(0) if full is None else full + WINDOW - now

    wait, counted = desk.store.write(count)
    if wait > timedelta(0):
        seconds = max(1, math.ceil(wait.total_seconds()))
        said = "a minute" if seconds <= 60 else f"{math.ceil(seconds / 60)} minutes"
        raise HTTPException(429, TOO_OFTEN.format(said), {"Retry-After": str(seconds)})
    return counted


def forgive(desk: Desk, counted: list[int]) -> None:
    """A try that succeeded was no guess."""
    desk.store.write(lambda connection: connection.execute(knocks.delete().where(knocks.c.id.in_(counted))))
