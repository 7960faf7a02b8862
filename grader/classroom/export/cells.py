"""What goes into a cell of a spreadsheet: no formula, and numbers as numbers."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), full-width forms among it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# Where decimals have a comma, spreadsheets begin a new cell after a semicolon; some do after a tab.
_NEXT_CELL = re.compile(r"(?<=[;\t])(?=[ \u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠])")


def guarded(text: str) -> str:
    """A text that a spreadsheet shows and does not compute: an apostrophe goes before what could be a formula."""
    if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA):
        text = f"'{text}"
    return _NEXT_CELL.sub("'", text) if ";" in text or "\t" in text else text


def number(value: float) -> str:
    """At most two decimals, as a person writes it: 7, 7.5."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: there is no -0


@functools.lru_cache(4096, typed=True)  # a class has the same names, challenges and points again and again
def cell(value: object) -> str:
    """A value as a cell: texts guarded, times (aware, UTC) in RFC 3339, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")[: len("2026-12-01T00:00:00")] + "Z"
    return guarded(str(value).replace("\0", "\ufffd"))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV (RFC 4180) of these; texts are guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
