"""The mistakes that learners make in reading a stream, as switches of a `Reading`; and which of them explain what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.stream import features as has
from grader.stream.misread import Reading, read_as


@dataclass(frozen=True)
class Mistake:
    """What learners do, in words, and the switches that it amounts to: any of several sets.

    `about`: features of a stream without any of which it would make no difference; none: it does in any stream.
    `besides`: it may come together with other mistakes.
    """

    name: str
    about: frozenset[str]
    sets: tuple[dict[str, Any], ...]
    besides: bool = True


def _of(name: str, about: set[str], *sets: dict[str, Any], besides: bool = True) -> Mistake:
    return Mistake(name, frozenset(about), sets, besides)


# fmt: off
MISTAKES = (
    _of("the name stays in front of the data", set(), {"space": "line"}, {"space": "line", "tail": "\n"}),
    _of("the space after the colon is data", set(), {"space": "kept"}),
    _of("a line end belongs to the data", set(), {"tail": "\n"}, {"tail": "\r\n"}),
    _of("blank lines are data", set(), {"event": "line", "blank_lines": True}, {"event": "line", "blank_lines": True, "tail": "\n"}),
    _of("each event comes twice", set(), {"doubles": "each"}, {"doubles": "whole"}),
    _of("each event has those before it in it", set(), {"doubles": "growing"}),
    _of("the data of earlier events stay", set(), {"clears": False}),
    _of("an event with the data of an earlier one is none", {has.REPEATED}, {"repeats": "left out in a row"}, {"repeats": "left out"}),
    _of("the first event is the last", set(), {"only_first": True}),
    _of("[DONE] is no data", {has.DONE}, {"done": "stops"}, {"done": "left out"}),
    _of("an event ends where the next begins", set(), {"event": "next"}, besides=False),
    _of("an empty read is the end", {has.EMPTY_READ}, {"until_empty": True}),
    _of("each read is a stream of its own", {has.CUT}, {"alone": True}, {"alone": True, "rest": True}),
    _of("a line of white space is blank", {has.WHITE_LINE}, {"blank": "white space"}),
    _of("each data line is an event", {has.MULTI}, {"event": "line"}),
    _of("data lines are joined without a line feed", {has.MULTI}, {"joins": ""}, {"joins": " "}, {"joins": "\r\n"}),
    _of("of several data lines one counts", {has.MULTI}, {"joins": "first"}, {"joins": "last"}),
    _of("a CR at the very end is waited on", {has.CR_LAST}, {"ends": "not the last CR"}),
    _of("a CR alone ends no line", {has.CR}, {"ends": "LF, CRLF"}),
    _of("LF alone ends a line", {has.CR, has.CRLF}, {"ends": "LF"}),
    _of("CRLF alone ends a line", set(), {"ends": "CRLF"}, besides=False),
    _of("a blank line ends as the line before it does", {has.MIXED}, {"event": "doubled"}),
    _of("a CRLF is two line ends", {has.CRLF}, {"ends": "each"}, {"ends": "each", "cut_crlf": "one there alone"}),
    _of("a CRLF in two reads is two line ends", {has.CRLF_CUT}, {"cut_crlf": "two"}),
    _of("an event begins with its data line", {has.COMMENT, has.FIELD, has.NEAR_DATA}, *({"data_first": first, "past_comments": past} for past in (False, True) for first in ("a data line", "data"))),
    _of("comments are data", {has.COMMENT}, {"name": "anything"}),
    _of("a comment ends an event", {has.COMMENT}, {"ends_at": "comments"}, {"ends_at": "other lines"}),
    _of("another field ends an event", {has.FIELD, has.NEAR_DATA}, {"ends_at": "other lines"}),
    _of("an event of a type of its own is none", {has.FIELD}, {"typed": "left out"}, {"typed": "left out from then on"}),
    _of("a line without colon goes on with the data", {has.FIELD}, {"goes_on": True}),
    _of("other fields are data", {has.FIELD, has.NEAR_DATA}, {"name": "any field"}),
    _of("a name that begins with data is data", {has.NEAR_DATA}, {"name": "begins"}),
    _of("a name that is almost data is data", {has.NEAR_DATA}, {"name": "lower"}, {"name": "stripped"}, {"name": "within"}),
    _of("the space after the colon is needed", {has.NO_SPACE, has.EMPTY, has.BARE}, {"space": "needed"}),
    _of("six characters stand in front of the data", {has.NO_SPACE, has.EMPTY, has.BARE}, {"space": "six"}),
    _of("white space around the data is none of it", {has.SPACE}, {"space": "any"}, {"space": "stripped"}, {"space": "one of any kind"}, {"space": "at the end"}, *({"space": which} for which in ("spaces in front", "spaces", "spaces at the end"))),
    _of("line feeds at the end of the data are none of it", {has.MULTI}, {"feeds": False}),
    _of("letters of `data: ` are none of the data", {has.DATA_TEXT}, {"space": "letters"}, {"space": "letters of the name"}, {"space": "all letters"}),
    _of("empty data is no data", {has.EMPTY, has.BARE}, {"empty": "dropped"}, {"empty": "dropped line by line"}),
    _of("a line without colon is no field", {has.BARE}, {"bare": False}),
    _of("an event without data is one", {has.NO_DATA, has.BLANKS, has.COMMENT}, {"no_data": "given out"}, {"no_data": "blank lines too"}),
    _of("what is unfinished is an event", {has.UNFINISHED}, {"rest": True}),
    _of("UTF-8 is ISO-8859-1", {has.WIDE, has.SEPARATORS, has.INVALID}, {"decodes": "latin-1", "bom": "kept"}, {"decodes": "cp1252", "bom": "kept"}),
    _of("each read is decoded by itself", {has.WIDE_CUT, has.BOM_CUT}, *({"decodes_alone": True, "decodes": how} for how in ("replace", "ignore", "strict"))),
    _of("invalid bytes are left out", {has.INVALID}, {"decodes": "ignore"}),
    _of("the byte order mark stays", {has.BOM}, {"bom": "kept"}, {"bom": "first read"}),
    _of("more than one byte order mark goes", {has.MORE_BOM}, *({"bom": which} for which in ("all", "leading", "each read", "each line"))),
    _of("lines end where Unicode says so", {has.SEPARATORS}, {"ends": "Unicode"}),
)
# fmt: on

# Whatever else a program does wrong, it may also do this, which shows only where a stream has what it is about.
_BESIDES: tuple[dict[str, Any], ...] = (
    {},
    {"event": "line"},
    {"rest": True},
    {"space": "needed"},
    {"no_data": "blank lines too"},
)


# What makes a difference in any stream is not the cause where only streams with more than this go wrong.
_PLAIN = {has.CUT, has.DONE, has.REPEATED}


@dataclass(frozen=True)
class Misreading:
    """A mistake, and whatever else goes with it. It explains only what would be otherwise without the mistake."""

    mistake: Mistake
    with_it: Reading
    without: Reading

    @property
    def name(self) -> str:
        return self.mistake.name

    def explains(self, reads: tuple[bytes, ...], seen: list[str] | None) -> bool:
        its = has.features(reads)
        if not (self.mistake.about & its if self.mistake.about else its <= _PLAIN):
            return False
        return self.makes(reads) == seen != read_as(self.without, reads)

    def makes(self, reads: Sequence[bytes]) -> list[str] | None:
        return read_as(self.with_it, reads)


def misreadings() -> Iterator[Misreading]:
    """All of them, each alone and together with what may come besides."""
    for mistake in MISTAKES:
        for besides in _BESIDES if mistake.besides else ({},):
            for switches in mistake.sets:
                with_it, without = replace(Reading(), **{**besides, **switches}), replace(Reading(), **besides)
                if with_it != without:
                    yield Misreading(mistake, with_it, without)
