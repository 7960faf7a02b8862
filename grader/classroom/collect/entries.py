"""A file that was found, wherever it lies: in a folder, in a zip, in a commit. Layouts see no more than this."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

MAX_ENTRIES = 20_000  # files in one student's folder, zip or commit
MAX_DEPTH = 24

# What systems, editors and tools leave behind: nobody hands it in.
_LITTER = re.compile(
    r"__MACOSX|__pycache__|node_modules|site-packages|venv|Thumbs\.db|desktop\.ini|\..*|~\$.*|.*\.egg-info",
    re.IGNORECASE,
)


class Unreadable(Exception):
    """A file that cannot be taken. The message says why, what was expected, and what to do."""


@dataclass(frozen=True)
class Entry:
    """`parts` are the path's, from where the layout begins to look. `read(n)` gives all, or raises Unreadable if > n.

    `dated()` is when it was handed in, aware, UTC, or None where its place does not tell.
    """

    parts: tuple[str, ...]
    origin: str  # for messages
    read: Callable[[int], bytes]
    dated: Callable[[], datetime | None] = lambda: None

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def suffix(self) -> str:
        """`.py`, `.ipynb`, `.zip`, in lower case."""
        return PurePosixPath(self.name).suffix.lower()

    def below(self, depth: int, name: str | None = None) -> Entry:
        """The same entry without the first parts of its path, under another name where one is given."""
        parts = self.parts[depth:]
        return replace(self, parts=(*parts[:-1], name) if name else parts)


def clean(name: str) -> str:
    """A name as it is compared, stored and shown: composed (macOS decomposes), no control characters, never empty."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).strip() or "\ufffd"


def is_litter(part: str) -> bool:
    """A name that hides what is under it: `.git`, `__MACOSX`, `.DS_Store`, a `venv`."""
    return bool(_LITTER.fullmatch(part))
