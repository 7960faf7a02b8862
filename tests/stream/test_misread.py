"""Misreadings: without a mistake, the standard's reading; with one, what learners get to see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sse_bytes import cuts

from grader.stream.due import due
from grader.stream.misread import Reading, read_as
from grader.stream.mistakes import MISTAKES, Misreading, misreadings

ALL = list(misreadings())


@given(cuts())
def test_without_a_mistake_it_is_the_standards_reading(reads) -> None:
    assert read_as(Reading(), reads) == [event.data for event in due(reads)]


@given(cuts(), st.sampled_from(ALL))
def test_no_misreading_stumbles_and_none_explains_what_is_right(reads, misreading: Misreading) -> None:
    made = misreading.makes(reads)
    assert made is None or all(isinstance(item, str) for item in made)
    right = [event.data for event in due(reads)]
    assert not (misreading.explains(reads, right) and misreading.without == Reading())


@pytest.mark.parametrize(
    ("mistake", "reads", "expected"),
    [
        ("the name stays in front of the data", [b"data: k\n\n"], ["data: k"]),
        ("the space after the colon is data", [b"data: k\n\n"], [" k"]),
        ("a line end belongs to the data", [b"data: k\n\n"], ["k\n"]),
        ("blank lines are data", [b"data: k\n\n"], ["k", ""]),
        ("each event comes twice", [b"data: k\n\ndata: m\n\n"], ["k", "k", "m", "m"]),
        ("each event has those before it in it", [b"data: k\n\ndata: m\n\n"], ["k", "km"]),
        ("the data of earlier events stay", [b"data: k\n\ndata: m\n\n"], ["k", "k\nm"]),
        ("an event with the data of an earlier one is none", [b"data: k\n\ndata: k\n\ndata: m\n\n"], ["k", "m"]),
        ("the first event is the last", [b"data: k\n\ndata: m\n\n"], ["k"]),
        ("[DONE] is no data", [b"data: [DONE]\n\n"], []),
        ("an event ends where the next begins", [b"data: k\n\ndata: m\n\n"], ["k"]),
        ("an empty read is the end", [b"data: a\n\n", b"", b"data: b\n\n"], ["a"]),
        ("each read is a stream of its own", [b"da", b"ta: a\n\ndata: b\n\n"], ["b"]),
        ("a line of white space is blank", [b"data: a\n \ndata: b\n\n"], ["a", "b"]),
        ("each data line is an event", [b"data: a\ndata: b\n\n"], ["a", "b"]),
        ("data lines are joined without a line feed", [b"data: a\ndata: b\n\n"], ["ab"]),
        ("of several data lines one counts", [b"data: a\ndata: b\n\n"], ["a"]),
        ("a CR at the very end is waited on", [b"data: a\r\r"], []),
        ("a CR alone ends no line", [b"data: a\r\rdata: b\r\r"], []),
        ("LF alone ends a line", [b"data: a\r\n\r\n"], []),
        ("CRLF alone ends a line", [b"data: k\n\n"], []),
        ("a blank line ends as the line before it does", [b"data: k\n\rdata: m\n\n"], ["k\nm"]),
        ("a CRLF is two line ends", [b"data: a\r\ndata: b\r\n\r\n"], ["a", "b"]),
        ("a CRLF in two reads is two line ends", [b"data: a\r", b"\ndata: b\r\n\r\n"], ["a", "b"]),
        ("an event begins with its data line", [b": c\ndata: a\n\n"], []),
        ("comments are data", [b": c\ndata: a\n\n"], ["c\na"]),
        ("a comment ends an event", [b"data: a\n: c\ndata: b\n\n"], ["a", "b"]),
        ("another field ends an event", [b"data: a\nid: 1\ndata: b\n\n"], ["a", "b"]),
        ("an event of a type of its own is none", [b"event: e\ndata: k\n\ndata: m\n\n"], ["m"]),
        ("an event of a type of its own is none", [b"event: e\ndata: k\n\ndata: m\n\n"], []),
        ("a line without colon goes on with the data", [b"data: a\nfoo\n\n"], ["a\nfoo"]),
        ("other fields are data", [b"event: e\ndata: a\n\n"], ["e\na"]),
        ("a name that begins with data is data", [b"database: x\ndata: a\n\n"], ["x\na"]),
        ("a name that is almost data is data", [b"Data: x\ndata: a\n\n"], ["x\na"]),
        ("the space after the colon is needed", [b"data:a\n\n"], []),
        ("six characters stand in front of the data", [b"data:abc\n\n"], ["bc"]),
        ("white space around the data is none of it", [b"data:  a \n\n"], ["a"]),
        ("white space around the data is none of it", [b"data:\ta \n\n"], ["a "]),
        ("white space around the data is none of it", [b"data:  a \n\n", b"data:\tb\n\n"], ["a ", "\tb"]),
        ("white space around the data is none of it", [b"data:  a \n\n"], [" a"]),
        ("line feeds at the end of the data are none of it", [b"data: a\ndata\n\n"], ["a"]),
        ("letters of `data: ` are none of the data", [b"data: tea\n\n"], ["ea"]),
        ("empty data is no data", [b"data:\n\n"], []),
        ("a line without colon is no field", [b"data\n\n"], []),
        ("an event without data is one", [b"id: 1\n\n"], [""]),
        ("what is unfinished is an event", [b"data: a"], ["a"]),
        ("UTF-8 is ISO-8859-1", ["data: é\n\n".encode()], ["Ã©"]),
        ("each read is decoded by itself", [b"data: \xc3", b"\xa9\n\n"], ["\ufffd\ufffd"]),
        ("invalid bytes are left out", [b"data: a\xffb\n\n"], ["ab"]),
        ("the byte order mark stays", [b"\xef\xbb\xbfdata: a\n\n"], []),
        ("more than one byte order mark goes", [b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n"], ["a"]),
        ("lines end where Unicode says so", ["data: a\u2028data: b\n\n".encode()], ["a\nb"]),
    ],
)
def test_what_comes_out_with_each_mistake(mistake: str, reads, expected) -> None:
    its = [misreading for misreading in ALL if misreading.name == mistake]
    assert any(misreading.explains(tuple(reads), expected) for misreading in its)


def test_all_mistakes_have_an_example_above() -> None:
    marks = test_what_comes_out_with_each_mistake.pytestmark[0].args[1]
    assert {row[0] for row in marks} == {mistake.name for mistake in MISTAKES}
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


def test_an_exception_is_foreseen_too() -> None:
    strict = [m for m in ALL if m.name == "each read is decoded by itself"]
    assert any(m.explains((b"data: \xc3", b"\xa9\n\n"), None) for m in strict)


def test_what_shows_in_any_stream_does_not_explain_one_with_something_special() -> None:
    (kept, *_) = [m for m in ALL if m.name == "the space after the colon is data"]
    assert kept.explains((b"data: k\n\n",), [" k"])
    assert not kept.explains((b": c\ndata: k\n\n",), [" k"])
