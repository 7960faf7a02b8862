"""What pages ask of the store: a module a page, each question with the condition of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")


def made(kind: Callable[..., T], row: sa.Row[Any]) -> T:
    """A row as one of a kind, whose fields are in the order of the columns."""
    return kind(*tuple(row))
