"""Server-sent events: the rules of the WHATWG standard, however it is cut; and back."""

from __future__ import annotations

import itertools

import pytest
from conformance import BY_NAME, CASES, Case
from hypothesis import example, given
from hypothesis import strategies as st

from grader.stream.sse import Decoder, Event, decode, encode
from tests import breadth

EOLS = ("\n", "\r", "\r\n")
# Small alphabets find more: what matters are line ends, colons, spaces, the names of fields, and UTF-8.
PIECES = [
    b"\n",
    b"\r",
    b"\r\n",
    b"data",
    b":",
    b" ",
    b"event",
    b"id",
    b"x",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b"\xe2",
    b"\x82",
    b"\xff",
    b"\0",
]
BODIES = st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)
# Any text that a field can carry: no NUL, no surrogate (UTF-8 has none), and no CR, which comes back as LF.
TEXT = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]))
IN_LINE = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]))

each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def events_of(reads: list[bytes]) -> list[Event]:
    decoder = Decoder()
    return [event for read in reads for event in decoder.feed(read)]


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.type, event.data) for event in events]


def recut(body: bytes, offsets: list[int]) -> list[bytes]:
    """The body in reads that end at these offsets; an offset given twice makes an empty read."""
    inside = [0, *sorted(offset % (len(body) + 1) for offset in offsets), len(body)]
    return [body[a:b] for a, b in itertools.pairwise(inside)]


def byte_by_byte(body: bytes) -> list[bytes]:
    return [body[i : i + 1] for i in range(len(body))]


@each_case
def test_decodes_the_reads_as_they_are(case: Case) -> None:
    assert told(events_of(case.reads)) == case.expected


@each_case
def test_decodes_the_whole_body(case: Case) -> None:
    assert told(decode(case.body)) == case.expected


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c.name, marks=breadth.mark if len(c.body) > 100_000 else ()) for c in CASES]
)
def test_decodes_byte_by_byte(case: Case) -> None:
    assert told(events_of(byte_by_byte(case.body))) == case.expected


@given(
    st.sampled_from([case for case in CASES if len(case.body) < 10_000]), st.lists(st.integers(0, 10_000), max_size=12)
)
def test_decodes_the_same_wherever_a_case_is_cut(case: Case, offsets: list[int]) -> None:
    assert told(events_of(recut(case.body, offsets))) == case.expected


@given(BODIES | st.binary(), st.lists(st.integers(0, 200), max_size=10))
def test_any_bytes_decode_the_same_wherever_they_are_cut(body: bytes, offsets: list[int]) -> None:
    assert events_of(recut(body, offsets)) == decode(body) == events_of(byte_by_byte(body))


@pytest.mark.parametrize("eol", EOLS, ids=["LF", "CR", "CRLF"])
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_each_event_comes_out_with_the_read_that_completes_its_blank_line(eol: str, texts: list[str]) -> None:
    # A CR is a line end at once: of a CRLF, the LF adds nothing.
    blank = encode("", eol=eol)[-len(eol) :]
    decoder = Decoder()
    for text in texts:
        event = encode(text, eol=eol)
        assert decoder.feed(event[: -len(blank)]) == []
        assert [e.data for e in decoder.feed(blank[:1])] == [text]
        assert decoder.feed(blank[1:]) == []


def test_an_event_does_not_wait_for_the_rest_of_its_read() -> None:
    assert told(Decoder().feed(b"data: a\n\ndata: b\n\ndata: c")) == [("message", "a"), ("message", "b")]


def test_an_unfinished_event_is_dropped_with_the_decoder() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data: a\n") == []
    assert Decoder().feed(b"\n") == []


def test_a_line_in_200_000_reads_is_one_event() -> None:
    decoder = Decoder()
    text = "x" * 200_000
    early = [event for read in byte_by_byte(b"data: " + text.encode() + b"\n") for event in decoder.feed(read)]
    assert early == []
    assert decoder.feed(b"\n") == [Event(text)]


def test_a_megabyte_of_line_in_small_reads_is_one_event() -> None:
    body = BY_NAME["a line of 1 MiB"].body
    reads = [body[i : i + 100] for i in range(0, len(body), 100)]
    assert told(events_of(reads)) == BY_NAME["a line of 1 MiB"].expected


# -- ids: not in the table, which is about type and data ------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b"id: 1\ndata: a\n\ndata: b\n\n", ["1", "1"]),
        (b"id: 1\ndata: a\n\nid\ndata: b\n\n", ["1", ""]),
        (b"id: 1\n\ndata: a\n\n", ["1"]),
        (b"id: 1\ndata: a\n\nid: 2\x003\ndata: b\n\n", ["1", "1"]),
        (b"data: a\n\n", [""]),
    ],
    ids=["an id stays", "an empty id takes it back", "an id without data counts", "an id with NUL does not", "none"],
)
def test_the_last_id_goes_with_each_event(body: bytes, ids: list[str]) -> None:
    assert [event.id for event in decode(body)] == ids


# -- encoding -------------------------------------------------------------------------------------------------------


@example(data="a", type_=" x", id_="", eol="\n", space=False)
@example(data="a", type_="", id_=" 7", eol="\n", space=False)
@given(data=TEXT, type_=IN_LINE, id_=IN_LINE, eol=st.sampled_from(EOLS), space=st.booleans())
def test_what_is_encoded_decodes_to_itself(data: str, type_: str, id_: str, eol: str, space: bool) -> None:
    assert decode(encode(data, type=type_, id=id_, eol=eol, space=space)) == [Event(data, type_ or "message", id_)]


@given(st.lists(TEXT, max_size=5), st.sampled_from(EOLS))
def test_events_that_follow_one_another_stay_apart(texts: list[str], eol: str) -> None:
    body = b"".join(encode(text, eol=eol) for text in texts)
    assert [event.data for event in decode(body)] == texts


@pytest.mark.parametrize("eol", EOLS, ids=["LF", "CR", "CRLF"])
@given(text=st.text(st.sampled_from("a\n\r")))
def test_line_ends_in_the_data_come_back_as_lf(eol: str, text: str) -> None:
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    assert told(decode(encode(text, eol=eol))) == [("message", normal)]


def test_encoding_spells_as_asked() -> None:
    assert encode("a\nb") == b"data: a\ndata: b\n\n"
    assert encode("a", eol="\r\n", space=False) == b"data:a\r\n\r\n"
    assert encode("é", type="error", id="7", eol="\r") == b"event: error\rid: 7\rdata: \xc3\xa9\r\r"


def test_without_the_optional_space_a_value_that_begins_with_one_keeps_it() -> None:
    assert encode(" a", space=False) == b"data:  a\n\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\0"])
@pytest.mark.parametrize("field", ["type", "id"])
def test_a_field_cannot_break_out_of_its_line(field: str, end: str) -> None:
    with pytest.raises(ValueError, match=field):
        encode("a", **{field: f"x{end}data: forged"})  # type: ignore[arg-type]


@pytest.mark.parametrize("eol", ["", "\n\n", " ", "\u2028", "\n\r"])
def test_only_the_three_line_ends_are_line_ends(eol: str) -> None:
    with pytest.raises(ValueError, match="eol"):
        encode("a", eol=eol)
