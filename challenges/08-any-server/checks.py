"""What must hold for challenge 08. The streams of a check have one thing that the plainest have not."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from grader.checking import Case, Feed, Lab, check, evidence
from grader.conformance import Cuts, conforms, examples, streams
from grader.stream import recut
from grader.stream.features import FEATURES
from grader.stream.mistakes import MISTAKES
from grader.stream.recut import CHARACTER, CRLF, Recut

SEPARATORS_IN_TEXT = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CASES = examples(Path(__file__).with_name("cases.toml"))


def feed(id: str, title: str, *parts: tuple[str, Cuts], timed: bool = False) -> Feed:
    """Topics of cases.toml, each with how it is cut, in the order in which they are looked at."""
    return Feed(id, title, streams=streams(*((CASES[topic], cuts) for topic, cuts in parts), timed=timed))


def events(body: bytes, rng: random.Random) -> Iterator[Recut]:
    yield recut.by_event(body)


def anyhow(body: bytes, rng: random.Random) -> Iterator[Recut]:
    """Cut anywhere but inside a CRLF or a character."""
    yield from recut.several(body, rng, (CRLF, CHARACTER))


def anywhere(body: bytes, rng: random.Random) -> Iterator[Recut]:
    yield from recut.several(body, rng)


def with_empty_reads(body: bytes, rng: random.Random) -> Iterator[Recut]:
    for _ in range(2):
        yield recut.with_empty_reads(recut.at_random(body, rng), rng)


def in_crlfs(body: bytes, rng: random.Random) -> Iterator[Recut]:
    """Between each CR and its LF; then anywhere; then with an empty read between the two."""
    cut = recut.in_two(body, rb"\r\n", rng)
    yield cut
    yield from recut.several(body, rng)
    yield Recut(tuple(read for one in cut.reads for read in (one, b""))[:-1], cut.how + ", with empty reads")


def in_characters(body: bytes, rng: random.Random) -> Iterator[Recut]:
    yield recut.in_two(body, rb"[\xc0-\xff][\x80-\xbf]+", rng)
    yield from recut.several(body, rng)


def few(body: bytes, rng: random.Random) -> Iterator[Recut]:
    """Long lines are not cut finely."""
    yield recut.at_random(body, rng, most=20)


def finely(body: bytes, rng: random.Random) -> Iterator[Recut]:
    yield recut.byte_by_byte(body * 12)


# fmt: off
PLAIN = feed("plain", "the plainest streams", ("plain", events))
READS = feed("reads", "cut anywhere", ("plain", anyhow), ("plain", with_empty_reads))
DATA_LINES = feed("data-lines", "events with several data lines", ("data-lines", anyhow))
COMMENTS = feed("comments", "comments", ("comments", anyhow))
FIELDS = feed("fields", "other fields", ("fields", anyhow), ("names", anyhow))
SPACE = feed("space", "white space", ("space", anyhow), ("white-space", anyhow), ("letters", anyhow))
EMPTY = feed("empty", "empty data", ("empty", anyhow), ("bare", anyhow))
NO_DATA = feed("no-data", "no data", ("blank-lines", anyhow), ("no-data", anyhow))
UNFINISHED = feed("unfinished", "an end in the middle of an event", ("unfinished", anyhow), ("white-lines", anyhow))
LINE_ENDS = feed("line-ends", "LF, CRLF and CR", ("line-ends", anyhow), ("mixed", anyhow))
CRLFS = feed("crlf", "CR and LF in two reads", ("crlf", anyhow), ("crlf", in_crlfs), ("mixed", in_crlfs))
CHARACTERS = feed("characters", "characters of several bytes", ("characters", anyhow), ("characters", in_characters))
INVALID = feed("invalid", "bytes that are no UTF-8", ("invalid", anyhow))
BOM = feed("bom", "a byte order mark",
           ("bom", anyhow), ("more-bom", anyhow), ("bom", in_characters), ("bom", with_empty_reads))
SEPARATORS = feed("separators", "line separators that are text", ("separators", anyhow))
TOGETHER = feed("together", "all of it at once", ("together", anywhere), ("together", with_empty_reads))
IN_TIME = feed("in-time", "is each event given out as soon as it is complete?",
               ("plain", events), ("plain", anyhow), ("data-lines", anyhow), ("line-ends", anyhow), ("crlf", in_crlfs),
               timed=True)
SIZES = feed("sizes", "a line of 1 MiB, and reads of one byte", ("long", few), ("plain", finely))
# fmt: on


@check(points=3)
def gives_out_the_data(lab: Lab) -> None:
    """gives out the data of each event"""
    conforms(lab, PLAIN)


@check(points=3, after=gives_out_the_data)
def finds_the_events_in_any_reads(lab: Lab) -> None:
    """finds the events however the reads are cut"""
    conforms(lab, READS)


@check(points=1, after=finds_the_events_in_any_reads)
def joins_data_lines(lab: Lab) -> None:
    """joins several data lines by a line feed"""
    conforms(lab, DATA_LINES)


@check(points=1, after=finds_the_events_in_any_reads)
def ignores_comments(lab: Lab) -> None:
    """ignores comments"""
    conforms(lab, COMMENTS)


@check(points=1, after=finds_the_events_in_any_reads)
def ignores_other_fields(lab: Lab) -> None:
    """ignores all fields but data"""
    conforms(lab, FIELDS)


@check(points=1, after=finds_the_events_in_any_reads)
def takes_one_space_off(lab: Lab) -> None:
    """takes one space off the value, if there is one, and nothing else"""
    conforms(lab, SPACE)


@check(points=1, after=finds_the_events_in_any_reads)
def knows_empty_data(lab: Lab) -> None:
    """gives out empty data, too"""
    conforms(lab, EMPTY)


@check(points=1, after=finds_the_events_in_any_reads)
def knows_events_without_data(lab: Lab) -> None:
    """gives out nothing for an event without a data line"""
    conforms(lab, NO_DATA)


@check(points=1, after=finds_the_events_in_any_reads)
def drops_what_is_unfinished(lab: Lab) -> None:
    """drops an event that the stream leaves unfinished"""
    conforms(lab, UNFINISHED)


@check(points=2, after=finds_the_events_in_any_reads)
def knows_all_line_ends(lab: Lab) -> None:
    """knows lines that end in LF, CRLF or CR"""
    conforms(lab, LINE_ENDS)


@check(points=1, after=(knows_all_line_ends, joins_data_lines))
def keeps_crlf_together(lab: Lab) -> None:
    """knows a CRLF that two reads share"""
    conforms(lab, CRLFS)


@check(points=2, after=finds_the_events_in_any_reads)
def decodes_utf8_over_reads(lab: Lab) -> None:
    """reads UTF-8, and characters that two reads share"""
    conforms(lab, CHARACTERS)


@check(points=1, after=finds_the_events_in_any_reads)
def replaces_invalid_bytes(lab: Lab) -> None:
    """puts U+FFFD where bytes are no UTF-8"""
    conforms(lab, INVALID)


@check(points=1, after=decodes_utf8_over_reads)
def drops_one_byte_order_mark(lab: Lab) -> None:
    """drops one byte order mark at the start"""
    conforms(lab, BOM)


@check(points=1, after=finds_the_events_in_any_reads)
def cuts_at_line_ends_only(lab: Lab) -> None:
    """cuts lines at line ends only, not at U+2028 and the like"""
    conforms(lab, SEPARATORS)


@check(points=3, after=finds_the_events_in_any_reads)
def gives_each_event_out_in_time(lab: Lab) -> None:
    """gives each event out as soon as it is complete"""
    conforms(lab, IN_TIME)


@check(points=1, after=(keeps_crlf_together, drops_one_byte_order_mark, ignores_comments, ignores_other_fields))
def reads_any_server(lab: Lab) -> None:
    """reads a server that does all of this at once"""
    conforms(lab, TOGETHER)


@check(points=1, after=finds_the_events_in_any_reads)
def copes_with_every_size(lab: Lab) -> None:
    """copes with reads of one byte, and a data line of 1 MiB"""
    conforms(lab, SIZES)


# -- evidence of this challenge's own ---------------------------------------------------------------------------------


def one_of(known: object) -> object:
    def reads(name: str) -> str:
        if name not in known:
            raise ValueError(name)
        return name

    return reads


@evidence("it reads as if:", one_of({mistake.name for mistake in MISTAKES}))
def reads_as_if(case: Case, name: str) -> bool:
    """What came out of this case, in all its cuttings, is what this misreading makes of it, and of no other stream does
    it make what did not come out."""
    return name in case.facts.get("explained", ())


@evidence("the smallest case has:", one_of(FEATURES))
def smallest_case_has(case: Case, name: str) -> bool:
    """The stream that was made as small as it still goes wrong has this feature, so it cannot do without."""
    return name in case.facts.get("features", ())


@evidence("the smallest case has only:", one_of(FEATURES))
def smallest_case_has_only(case: Case, name: str) -> bool:
    """And nothing else that the plainest stream has not."""
    return case.facts.get("features") == {name}


@evidence("earlier cases do well that have:", one_of(FEATURES))
def earlier_do_well(case: Case, name: str) -> bool:
    """Of the check's cases, those before the one that goes wrong come out right, and some have this feature."""
    return name in case.facts.get("well", ())


@evidence("more came out than should have")
def more_came_out(case: Case) -> bool:
    """More texts than there are events."""
    return isinstance(case.actual, list) and len(case.actual) > len(case.expected)


@evidence("less came out than should have")
def less_came_out(case: Case) -> bool:
    """Fewer texts than there are events."""
    return isinstance(case.actual, list) and len(case.actual) < len(case.expected)


@evidence("as much came out as should have")
def as_much_came_out(case: Case) -> bool:
    """As many texts as there are events."""
    return isinstance(case.actual, list) and len(case.actual) == len(case.expected)


@evidence("a text was cut at a line separator")
def cut_at_a_separator(case: Case) -> bool:
    """What came out is the beginning of what should have, up to a character that only Unicode calls a line end."""
    starts = {item[: match.start()] for item in case.expected for match in SEPARATORS_IN_TEXT.finditer(item)}
    return isinstance(case.actual, list) and bool(starts & set(case.actual))


@evidence("other streams give the same data")
def constant(case: Case) -> bool:
    """The same came out of all streams of the check, whatever was in them."""
    return bool(case.facts.get("constant"))
