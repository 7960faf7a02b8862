"""Waiting for a database that is busy, full or away. What could not be stored yet is not lost meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from grader.errors import UsageError

T = TypeVar("T")


@dataclass
class Patience:
    """Calls a transaction until it succeeds. Raises UsageError when it has not within `seconds`."""

    database: str  # for messages
    seconds: float = 300.0
    waiting: Callable[[str], None] = lambda why: None  # told once, when a wait begins
    pause_s: float = 0.25

    def __call__(self, transaction: Callable[[], T]) -> T:
        until, told = time.monotonic() + self.seconds, False
        while True:
            try:
                return transaction()
            except DBAPIError as error:
                if not passes(error):
                    raise
                why = str(error.orig).strip().splitlines()[0]
                if time.monotonic() >= until:
                    raise UsageError(
                        f"--db {self.database}: {why}, for {self.seconds:.0f} s now. What was graded before is stored; "
                        "when the database is back, the same command goes on where it stopped."
                    ) from None
            if not told:
                told = True
                self.waiting(f"{self.database}: {why}; waiting for it")
            time.sleep(self.pause_s)


def passes(error: DBAPIError) -> bool:
    """Is it of the kind that ends by itself, or when somebody makes room: busy, full, away, restarting?"""
    if not isinstance(error, OperationalError | InterfaceError) and not error.connection_invalidated:
        return False
    why = str(error.orig)
    return not any(lasting in why for lasting in ("no such table", "no such column", "readonly", "syntax error"))
