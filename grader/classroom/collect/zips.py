"""The files of a zip, read in memory: nothing is ever unpacked to disk, so nothing can land beside it.

The names are the archive's own claims. What climbs (`..`), is absolute or a link is refused, entry by entry; an archive
that is too large to be looked at is refused as a whole. Sizes are what comes out, never what the archive says.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from grader.classroom.collect.entries import MAX_DEPTH, Entry, Unreadable, clean, is_litter
from grader.classroom.collect.folder import within
from grader.classroom.model import Problem

MAX_DIRECTORY = 16 * 1024 * 1024  # bytes of the list of names, which is read whole: about 100 000 entries
MAX_FILES = 100_000
MAX_NESTED = 16 * 1024 * 1024  # bytes of a zip that a student handed in
_UTF8_NAME = 0x800  # general purpose bit 11, APPNOTE.TXT 4.4.4
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class Opened:
    entries: list[Entry]
    problems: list[Problem]


class _Bounded(io.BufferedIOBase):
    """A file of which nobody reads more at a time than they should: zipfile reads the list of names in one piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise Unreadable(
                f"lists more than {MAX_FILES} files, or has names too long, and is refused. Hand in the files alone."
            )
        return self._file.read(MAX_NESTED if size is None or size < 0 else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def open_zip(source: Path | bytes, shown: str) -> Opened:
    """All files of an archive. Raises Unreadable where it is none, or too large to be looked at.

    It stays open for as long as an entry of it is kept.
    """
    try:
        file: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")  # noqa: SIM115
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror}). Check its permissions.") from None
    try:
        archive = zipfile.ZipFile(_Bounded(file))
    except Unreadable:
        file.close()
        raise
    except Exception as error:  # zipfile does not say what it raises for bytes that somebody made up
        file.close()
        raise Unreadable(f"is not a readable zip ({error}). Download or pack it once more.") from None
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    if len(infos) > MAX_FILES:
        raise Unreadable(f"holds {len(infos)} files, expected at most {MAX_FILES}. Hand in the files alone.")
    return _sorted_out(archive, infos, shown)


def _sorted_out(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], shown: str) -> Opened:
    entries: list[Entry] = []
    problems: list[Problem] = []
    for info in infos:
        name = _name(info)
        parts = tuple(clean(part) for part in name.split("/") if part not in ("", "."))
        if not parts or any(is_litter(part) for part in parts if part != ".."):
            continue
        origin = f"{shown}: {clean(name)}"
        if wrong := _refused(info, name, parts):
            problems.append(Problem(None, origin, wrong))
        else:
            entries.append(Entry(parts, origin, partial(_read, archive, info)))
    return Opened(sorted(entries, key=lambda entry: entry.parts), problems)


def _name(info: zipfile.ZipInfo) -> str:
    """As its maker meant it: macOS writes UTF-8 and does not say so; some on Windows write backslashes."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    return name.replace("\\", "/")


def _refused(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str:
    if ".." in parts:
        return "has a name that climbs out of the archive (`..`), and is refused. Pack it without `..`."
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute name, and is refused. Pack it with relative names."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, and is not followed. Pack the file itself."
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted. Pack it without a password."
    return "lies too deep." if len(parts) > MAX_DEPTH else ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    try:
        with archive.open(info) as file:
            content: Any = file.read(limit + 1)
    except Exception as error:  # damaged data: zlib's, lzma's and bz2's errors, EOFError, NotImplementedError, ...
        raise Unreadable(f"is damaged ({error}). Download or pack it once more.") from None
    return within(content, limit)
