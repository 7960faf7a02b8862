"""A CSV that another program made, and wants back: only the cells that are filled in change."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

MAX_FILE = 64 * 1024 * 1024  # bytes
_BOM = "\ufeff"


@dataclass
class SheetFile:
    """Its rows, and how it was written."""

    shown: str
    rows: list[list[str]]
    delimiter: str = ","
    newline: str = "\r\n"
    bom: bool = False

    @property
    def columns(self) -> list[str]:
        """The first row."""
        return self.rows[0]

    def column(self, *names: str) -> int | None:
        """Where the first of these columns is; case and spaces around do not matter."""
        tidy = [column.strip().casefold() for column in self.columns]
        return next((tidy.index(name.casefold()) for name in names if name.casefold() in tidy), None)

    def text(self) -> str:
        """The whole file again, its byte order mark included."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline).writerows(self.rows)
        return (_BOM if self.bom else "") + out.getvalue()


def load(path: Path) -> SheetFile:
    """Raises UsageError where it cannot be read or is no CSV."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Check the path given to --fill.") from None
    return decoded(content, str(path))


def decoded(content: bytes, shown: str) -> SheetFile:
    """As `load`, of the file's bytes."""
    if len(content) > MAX_FILE:
        raise UsageError(f"{shown}: is larger than {MAX_FILE // 2**20} MiB, expected the platform's exported CSV.")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        return parse(content.decode(encoding), shown)
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown}: is not UTF-8 ({error.reason} at byte {error.start}). Export it anew.") from None


def parse(text: str, shown: str) -> SheetFile:
    """As `load`, of the file's text."""
    bom, text = text.startswith(_BOM), text.removeprefix(_BOM)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    newline = "\r\n" if first.endswith("\r") else "\n"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError(f"{shown}: not valid CSV ({error}). Export it anew.") from None
    if not rows or not any(rows[0]):
        raise UsageError(f"{shown}: is empty, expected the platform's exported CSV with its first line.")
    return SheetFile(shown, rows, delimiter, newline, bom)
