"""A body as parts: nothing lost, nothing moved, and other data in the same framing."""

from __future__ import annotations

import pytest
from conformance import CASES, Case
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.stream import body
from grader.stream.body import Part, parts
from grader.stream.sse import decode, encode

EOLS = st.sampled_from(["\n", "\r", "\r\n"])
PIECES = [b"\n", b"\r", b"\r\n", b"data", b":", b" ", b"event: x", b"x", b"\xef\xbb\xbf", b"\xe2", b"\xff"]
BODIES = st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join) | st.binary()
LINES = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]))


@given(BODIES)
def test_the_parts_of_any_bytes_add_up_to_them(raw: bytes) -> None:
    assert body.join(parts(raw)) == raw


@given(BODIES)
def test_the_data_of_the_parts_are_those_of_the_events(raw: bytes) -> None:
    assert [part.data for part in parts(raw) if part.data is not None] == [event.data for event in decode(raw)]


@given(BODIES)
def test_every_part_but_the_last_ends_in_a_blank_line(raw: bytes) -> None:
    for part in parts(raw)[:-1]:
        assert part.raw.endswith((b"\n", b"\r"))
        assert part.raw[-2:] in (b"\n\n", b"\r\r", b"\r\n", b"\n\r", b"\n", b"\r")
        assert len(parts(part.raw)) == 1


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_cases_of_the_standard_in_parts(case: Case) -> None:
    stretch = parts(case.body)
    assert body.join(stretch) == case.body
    assert [part.data for part in stretch if part.data is not None] == [data for _, data in case.expected]


def test_comments_and_unfinished_events_are_parts_without_data() -> None:
    assert parts(b": ping\n\ndata: a\n\n\ndata: b\n") == [
        Part(b": ping\n\n", None),
        Part(b"data: a\n\n", "a"),
        Part(b"\n", None),
        Part(b"data: b\n", None),
    ]


@given(st.lists(LINES, max_size=5), EOLS)
def test_event_ends_are_where_the_events_end(texts: list[str], eol: str) -> None:
    raw, expected = b"", []
    for text in texts:
        raw += b": ping" + eol.encode() * 2 + encode(text, eol=eol)
        expected.append(len(raw))
    assert body.event_ends(parts(raw)) == expected


@given(old=LINES, new=LINES, eol=EOLS, space=st.booleans(), type_=st.sampled_from(["", "error"]))
def test_other_data_keeps_the_framing(old: str, new: str, eol: str, space: bool, type_: str) -> None:
    assume(space or not (old.startswith(" ") or new.startswith(" ")))  # such data needs the space: see below
    comment = b": ping" + eol.encode()
    (part,) = parts(comment + encode(old, type=type_, eol=eol, space=space))
    assert part.with_data(new) == Part(comment + encode(new, type=type_, eol=eol, space=space), new)


@given(LINES, EOLS)
def test_a_part_with_other_data_decodes_to_that_data(new: str, eol: str) -> None:
    (part,) = parts(encode("x", eol=eol, space=False))
    other = part.with_data(new)
    assert [event.data for event in decode(other.raw)] == [other.data] == [new]


@pytest.mark.parametrize(
    "raw",
    [b"data: a\ndata: b\n\n", b"data\ndata: a\n\n", b": ping\n\n", b"data: a\n", b"data\n\n", b"event: x\n\n"],
    ids=["two data lines", "one without colon", "comment", "unfinished", "only one without colon", "no data"],
)
def test_other_data_needs_exactly_one_data_line(raw: bytes) -> None:
    (part,) = parts(raw)
    with pytest.raises(ValueError, match="one data line"):
        part.with_data("new")


@pytest.mark.parametrize("data", ["a\nb", "a\r", "\r\n"])
def test_other_data_must_be_one_line(data: str) -> None:
    (part,) = parts(b"data: a\n\n")
    with pytest.raises(ValueError, match="one line"):
        part.with_data(data)
