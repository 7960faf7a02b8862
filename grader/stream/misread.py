"""What would come out if a stream were misread in a certain way: to compare with what did.

A `Reading` is a set of switches around one small decoder; its defaults are the standard's reading. Which switches a
learner's mistake amounts to stands in `mistakes`.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_BOM = "\ufeff"
_ENDS = {
    "all": re.compile("\r\n|\n|\r"),
    "LF": re.compile("\n"),
    "LF, CRLF": re.compile("\r\n|\n"),
    "CRLF": re.compile("\r\n"),
    "each": re.compile("\r|\n"),  # a CRLF counts as two
    "not the last CR": re.compile("\r\n|\n|\r(?!\\Z)"),
    "Unicode": re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"),
}
_TWICE = re.compile("\r\n\r\n|\n\n|\r\r")


@dataclass(frozen=True)
class Reading:
    """How a program reads a stream."""

    # Reads
    alone: bool = False  # each is taken for a stream of its own
    until_empty: bool = False  # an empty one is taken for the end

    # Bytes to text
    decodes: Literal["replace", "ignore", "strict", "latin-1", "cp1252"] = "replace"
    decodes_alone: bool = False  # each read by itself
    bom: Literal["one", "kept", "all", "leading", "first read", "each read", "each line"] = "one"  # what is dropped

    # Text to lines
    ends: str = "all"  # see _ENDS
    cut_crlf: Literal["one", "two", "one there alone"] = "one"  # a CRLF in two reads is so many line ends

    # Lines to events
    event: Literal["blank", "line", "next", "doubled"] = "blank"  # ended by a blank line, its data line, the next one,
    # or the same line end twice
    blank: Literal["empty", "white space"] = "empty"  # what a blank line is
    ends_at: Literal["", "comments", "other lines"] = ""  # these end an event, too
    data_first: Literal["", "a data line", "data"] = (
        ""  # an event counts only if its first line is, or begins with, that
    )
    past_comments: bool = False  # a comment is not looked upon as a first line
    rest: bool = False  # what is unfinished is an event
    no_data: Literal["dropped", "given out", "blank lines too"] = "dropped"  # what becomes of an event without data
    blank_lines: bool = False  # where each data line is an event, a blank line is one, too
    only_first: bool = False  # the stream is over after its first event
    done: Literal["data", "stops", "left out"] = "data"
    doubles: Literal["", "each", "whole", "growing"] = ""
    repeats: Literal["data", "left out in a row", "left out"] = "data"  # events with the data of one before them
    typed: Literal["data", "left out", "left out from then on"] = "data"  # events of a type of their own
    clears: bool = True  # an event begins without the data of the one before it

    # Lines to data
    name: Literal["exact", "lower", "stripped", "begins", "within", "any field", "anything"] = "exact"
    bare: bool = True  # a line without colon is a field
    goes_on: bool = False  # a line without colon goes on with the value in front of it
    space: str = "one"  # what is taken off the value, or off the line: one, needed, kept, any, stripped, letters, …
    feeds: bool = True  # line feeds at the end of an event's data belong to it
    joins: Literal["\n", "", " ", "\r\n", "first", "last"] = "\n"
    tail: str = ""  # stands behind the data of each event
    empty: Literal["data", "dropped", "dropped line by line"] = "data"


def read_as(how: Reading, reads: Sequence[bytes]) -> list[str] | None:
    """The data that come out; None where an exception does."""
    if how.until_empty:
        reads = list(itertools.takewhile(bool, reads))
    parts = [[read] for read in reads] if how.alone else [reads]
    try:
        found = [item for part in parts for item in _Events(how).of(_lines(how, _texts(how, part)))]
    except UnicodeDecodeError:
        return None
    return _again(how, found[:1] if how.only_first else found)


def _again(how: Reading, found: list[str]) -> list[str]:
    if how.doubles == "each":
        return [item for item in found for _ in range(2)]
    if how.doubles == "growing":
        return list(itertools.accumulate(found))
    if how.repeats == "left out in a row":
        return [item for item, _ in itertools.groupby(found)]
    if how.repeats == "left out":
        return list(dict.fromkeys(found))
    return found * 2 if how.doubles == "whole" else found


# -- bytes to text, text to lines ------------------------------------------------------------------------------------


def _texts(how: Reading, reads: Sequence[bytes]) -> list[str]:
    """A text a read."""
    coding, errors = (
        ("utf-8", how.decodes) if how.decodes in ("replace", "ignore", "strict") else (how.decodes, "replace")
    )
    if how.bom == "each read":
        return [read.decode("utf-8-sig", errors) for read in reads]
    if how.decodes_alone or coding != "utf-8":
        texts = [read.decode(coding, errors) for read in reads]
    else:
        decoder = codecs.getincrementaldecoder("utf-8")(errors)
        texts = [*(decoder.decode(read) for read in reads), decoder.decode(b"", True)]
    return _without_bom(how, reads, texts)


def _without_bom(how: Reading, reads: Sequence[bytes], texts: list[str]) -> list[str]:
    first = next((number for number, text in enumerate(texts) if text), None)
    starts = how.bom == "one" or (how.bom == "first read" and reads and reads[0].startswith(_BOM.encode()))
    if first is not None and starts:
        return [*texts[:first], texts[first].removeprefix(_BOM), *texts[first + 1 :]]
    if how.bom == "all":
        return [text.replace(_BOM, "") for text in texts]
    return ["".join(texts).lstrip(_BOM)] if how.bom == "leading" else texts


def _lines(how: Reading, texts: list[str]) -> list[str]:
    """The lines, without their ends; where the rest is an event, what has no end as well."""
    if how.cut_crlf == "one there alone":
        some = ["", *filter(None, texts)]
        texts = [b.removeprefix("\n") if a.endswith("\r") else b for a, b in itertools.pairwise(some)]
    elif how.cut_crlf == "two":
        texts = [re.sub("\r\n|\r", "\n", text) for text in texts]
    text = "".join(texts)
    if how.event == "doubled":
        blocks = _TWICE.split(text)[: None if how.rest else -1]
        return [line for block in blocks for line in [*filter(None, _ENDS["all"].split(block)), ""]]
    lines = _ENDS[how.ends].split(text)
    if not (how.rest and lines[-1]):
        del lines[-1]
    return [line.removeprefix(_BOM) for line in lines] if how.bom == "each line" else lines


# -- lines to events ---------------------------------------------------------------------------------------------------


class _Events:
    def __init__(self, how: Reading) -> None:
        self._how = how
        self._data: list[str] = []
        self._something = False  # a line of the event at hand has come
        self._counts = True  # it counts
        self._typed = False  # it has a type of its own
        self._over = False
        self._found: list[str] = []

    def of(self, lines: list[str]) -> list[str]:
        for line in lines:
            if not self._over:
                self._take(line)
        if self._how.rest and self._data:
            self._dispatch()
        return self._found

    def _take(self, line: str) -> None:
        how = self._how
        if not line or (how.blank == "white space" and line.isspace()):
            if how.event in ("blank", "doubled"):
                self._dispatch()
            elif how.blank_lines:
                self._found.append(how.tail)
            return
        value = _value(how, line)
        if how.past_comments and line.startswith(":"):
            return
        if how.data_first and not self._something:
            self._counts = line.startswith("data") if how.data_first == "data" else value is not None
        self._something = True
        if value is None:
            self._other(line)
            return
        if how.event == "next" and self._data:
            self._dispatch()
        self._data.append(value)
        if how.event == "line":
            self._dispatch()

    def _other(self, line: str) -> None:
        how = self._how
        name, _, value = line.partition(":")
        if name == "event":
            self._typed = value.removeprefix(" ") not in ("", "message")
        if how.ends_at == "other lines" or (how.ends_at == "comments" and line.startswith(":")):
            self._dispatch()
        elif how.goes_on and self._data and ":" not in line:
            self._data[-1] += "\n" + line

    def _dispatch(self) -> None:
        how, data, something, counts = self._how, self._data, self._something, self._counts
        counts = counts and (how.typed == "data" or not self._typed)
        self._data = [] if how.clears or not counts else [*data]
        self._something, self._counts, self._typed = False, True, self._typed and how.typed == "left out from then on"
        if not counts:
            return
        if not data and (how.no_data == "dropped" or (how.no_data == "given out" and not something)):
            return
        text = _joined(how, data)
        if data and ((how.empty == "dropped" and not text) or (how.empty == "dropped line by line" and not any(data))):
            return
        if text == "[DONE]" and how.done != "data":
            self._over = how.done == "stops"
            return
        self._found.append(text + how.tail)


def _joined(how: Reading, data: list[str]) -> str:
    if how.joins in ("first", "last"):
        return "".join(data[:1] if how.joins == "first" else data[-1:])
    text = how.joins.join(data)
    return text if how.feeds else text.rstrip("\n")


# -- lines to data -----------------------------------------------------------------------------------------------------


def _value(how: Reading, line: str) -> str | None:
    """The value of a data line; None for other lines."""
    name, colon, value = line.partition(":")
    if how.name == "within" and "data:" in line:
        name, colon, value = "data", ":", line.partition("data:")[2]
    ours = {
        "lower": name.lower() == "data",
        "stripped": name.strip() == "data",
        "begins": line.startswith("data"),
        "any field": bool(name),
        "anything": True,
    }.get(how.name, name == "data")
    if not ours or not (colon or how.bare):
        return None
    return _without_space(how, line, line if how.name == "anything" and not colon else value)


def _without_space(how: Reading, line: str, value: str) -> str | None:
    if how.space == "needed":
        return value[1:] if value.startswith(" ") else None
    made: dict[str, str] = {
        "kept": value,
        "any": value.lstrip(),
        "stripped": value.strip(),
        "spaces in front": value.lstrip(" "),
        "spaces": value.strip(" "),
        "spaces at the end": value.removeprefix(" ").rstrip(" "),
        "one of any kind": value[1:] if value[:1].isspace() else value,
        "at the end": value.removeprefix(" ").rstrip(),
        "letters": line.lstrip("data: "),  # noqa: B005 - that is the mistake
        "letters of the name": line.lstrip("data:").removeprefix(" "),  # noqa: B005
        "all letters": line.replace("data: ", "").replace("data:", ""),
        "line": line,
        "six": line[6:],
    }
    return made.get(how.space, value.removeprefix(" "))
