"""Text that others wrote: a learner's program, a server, or whoever made a report that is read.

Wherever it is shown it must be taken for what it is. So nothing in it may act on a terminal (C0 and C1 controls, and
the escape sequences that begin with them), change how other text is shown (the bidirectional controls of UAX #9), or be
there without being seen (format characters, and what Unicode calls default-ignorable). All of that is written as Python
would write it in a string. What has a shape stays as it is, in any script.

A report holds no other text than this (`grader.report`), whether it was made here or read from a file. What else a form
has for markup (`[bold]`, `<b>`, `::error`) is the business of that form.
"""

from __future__ import annotations

import re
from typing import Any

# Printable for `str.isprintable`, and without a shape all the same: those letters and marks that have the property
# Default_Ignorable_Code_Point (DerivedCoreProperties.txt). A variation selector may follow an emoji in good faith; it
# may also spell a text that nobody sees. U+2800 is a blank that is no space.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_PLAIN = frozenset(map(chr, range(0x20, 0x7F)))  # most of what there is, and all of it is seen
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str) -> str:
    """One line: all that is not seen, or does something, as an escape. Lone surrogates are, too."""
    if text.isprintable() and (text.isascii() or not _SHAPELESS.search(text)):
        return text
    return text.translate({ord(c): _escape(c) for c in set(text) - _PLAIN if not _seen(c)})


def visible(text: str) -> str:
    """As `escaped`, and line feeds stay: for texts of several lines."""
    return "\n".join(escaped(line) for line in text.split("\n")) if "\n" in text else escaped(text)


def all_visible(value: Any) -> Any:
    """The same data with all its texts escaped, the keys of objects too."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list | tuple):
        return [all_visible(item) for item in value]
    if isinstance(value, dict):
        return {escaped(str(key)): all_visible(item) for key, item in value.items()}
    return value


def _seen(char: str) -> bool:
    return char.isprintable() and not _SHAPELESS.match(char)


def _escape(char: str) -> str:
    return _SHORT.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")
