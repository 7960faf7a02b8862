"""What a stream has that the plainest one has not: read off its bytes and its reads, in words.

The plainest stream is `data: word`, LF, LF, again and again, each event in a read of its own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from grader.stream.recut import by_event

_LINE = re.compile("([^\r\n]*)(\r\n|\n|\r|\\Z)")
_BOM = "\ufeff"
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_LONG = 64 * 1024

CUT = "reads that are not events"
EMPTY_READ = "empty reads"
MULTI = "several data lines in an event"
CRLF = "CRLF line ends"
CR = "CR line ends"
MIXED = "line ends of several kinds"
CRLF_CUT = "a CRLF in two reads"
CR_LAST = "a CR at the very end"
COMMENT = "comments"
FIELD = "other fields"
NEAR_DATA = "field names like data"
WHITE_LINE = "lines of white space"
NO_SPACE = "no space after the colon"
SPACE = "more white space around the data"
DATA_TEXT = "the letters of `data:` in the data"
EMPTY = "empty data"
BARE = "a line `data` without colon"
NO_DATA = "events without data"
BLANKS = "more blank lines than needed"
UNFINISHED = "an unfinished last event"
WIDE = "characters of several bytes"
WIDE_CUT = "a character in two reads"
INVALID = "bytes that are no UTF-8"
BOM = "a byte order mark at the start"
BOM_CUT = "a byte order mark in two reads"
MORE_BOM = "a byte order mark elsewhere"
SEPARATORS = "line separators that are text"
NUL = "NUL characters"
DONE = "[DONE]"
REPEATED = "events with the same data"
LONG = "a very long line"

FEATURES = (
    CUT, EMPTY_READ, MULTI, CRLF, CR, MIXED, CRLF_CUT, CR_LAST, COMMENT, FIELD, NEAR_DATA, WHITE_LINE, NO_SPACE,
    SPACE, DATA_TEXT, EMPTY, BARE, NO_DATA, BLANKS, UNFINISHED, WIDE, WIDE_CUT, INVALID, BOM, BOM_CUT, MORE_BOM,
    SEPARATORS, NUL, DONE, REPEATED, LONG,
)  # fmt: skip


@lru_cache(maxsize=4096)
def features(reads: tuple[bytes, ...]) -> frozenset[str]:
    """All that these reads have of the above."""
    body = b"".join(reads)
    text = body.decode("utf-8", "replace")
    return frozenset(itertools.chain(_of_cuts(reads, body), _of_bytes(body, text), _of_lines(text.removeprefix(_BOM))))


def _of_cuts(reads: tuple[bytes, ...], body: bytes) -> Iterator[str]:
    some = [read for read in reads if read]
    if len(some) < len(reads):
        yield EMPTY_READ
    if some != list(by_event(body).reads):
        yield CUT
    at = 0
    for before, after in itertools.pairwise(some):
        at += len(before)
        if before.endswith(b"\r") and after.startswith(b"\n"):
            yield CRLF_CUT
        if 0x80 <= after[0] < 0xC0 and before[-1] >= 0x80:
            yield BOM_CUT if at < 3 and body.startswith(b"\xef\xbb\xbf") else WIDE_CUT


def _of_bytes(body: bytes, text: str) -> Iterator[str]:
    if _invalid(body):
        yield INVALID
    if any(ord(char) > 0x7F and char not in f"\ufffd{_BOM}\x85\u2028\u2029" for char in text):
        yield WIDE
    if text.startswith(_BOM):
        yield BOM
    if _BOM in text[1:]:
        yield MORE_BOM
    if _SEPARATORS.search(text):
        yield SEPARATORS
    if "\0" in text:
        yield NUL


def _invalid(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def _of_lines(text: str) -> Iterator[str]:
    found = [(line, end) for line, end in _LINE.findall(text) if line or end]
    kinds = {end for _, end in found if end}
    yield from (name for kind, name in (("\r\n", CRLF), ("\r", CR)) if kind in kinds)
    if len(kinds) > 1:
        yield MIXED
    if found and found[-1] == ("", "\r"):
        yield CR_LAST
    event: list[str] = []  # the lines of the one at hand
    earlier: set[tuple[str, ...]] = set()  # data of those before it
    for line, end in found:
        if line or not end:
            event.append(line)
            yield from _of_line(line)
            continue
        yield from _of_event(event)
        data = tuple(_values(event))
        if data in earlier:
            yield REPEATED
        if data:
            earlier.add(data)
        event = []
    if event:
        yield UNFINISHED


def _values(lines: list[str]) -> Iterator[str]:
    """Of the data lines."""
    for line in lines:
        name, _, value = line.partition(":")
        if name == "data":
            yield value.removeprefix(" ")


def _of_event(lines: list[str]) -> Iterator[str]:
    if not lines:
        yield BLANKS
        return
    names = [line.partition(":")[0] for line in lines]
    if names.count("data") > 1:
        yield MULTI
    if "data" not in names and any(names):
        yield NO_DATA


def _of_line(line: str) -> Iterator[str]:
    name, colon, value = line.partition(":")
    if len(line) >= _LONG:
        yield LONG
    if line.isspace():
        yield WHITE_LINE
    elif not name:
        yield COMMENT
    elif name != "data":
        yield NEAR_DATA if "data" in name.lower() else FIELD
    elif not colon:
        yield BARE
    else:
        yield from _of_value(value)


def _of_value(value: str) -> Iterator[str]:
    text = value.removeprefix(" ")
    if not text:
        yield EMPTY
    if not value.startswith(" ") and value:
        yield NO_SPACE
    if text != text.strip(" \t"):
        yield SPACE
    if re.match("[dat:]", text) or re.search("[dat:]\\Z", text) or "data" in text:
        yield DATA_TEXT
    if text == "[DONE]":
        yield DONE
