"""When data must come out: compared with two readers that are right, one as hasty and one as patient as may be."""

import codecs
import re

import pytest
from hypothesis import given
from sse_bytes import BODIES, cuts

from grader.stream.due import Due, counts, due, ends
from grader.stream.sse import Decoder, decode


def hasty(reads: tuple[bytes, ...]) -> list[tuple[str, int]]:
    """Ends a line at a CR at once. Data, and how many reads had been taken."""
    decoder = Decoder()
    return [(event.data, number) for number, read in enumerate(reads, 1) for event in decoder.feed(read)]


def patient(reads: tuple[bytes, ...]) -> list[tuple[str, int]]:
    """Waits behind a CR for the next character, or the end."""
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    text, found = "", []
    for number in range(1, len(reads) + 2):
        last = number > len(reads)
        text += utf8.decode(b"" if last else reads[number - 1], last)
        known = text if last or not text.endswith("\r") else text[:-1]
        whole = "".join(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", known))
        found += [(event.data, number) for event in decode(whole.encode())[len(found) :]]
    return found


@given(cuts())
def test_the_earliest_is_when_the_hasty_reader_has_it_and_the_latest_when_the_patient_one_has(reads) -> None:
    found = due(reads)
    assert [(event.data, event.earliest) for event in found] == hasty(reads)
    assert [(event.data, event.latest) for event in found] == patient(reads)


@given(cuts())
def test_after_each_read_so_many_are_out_as_the_patient_reader_has(reads) -> None:
    expected = [sum(latest <= number for _, latest in patient(reads)) for number in range(1, len(reads) + 1)]
    assert list(counts(reads)) == expected


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ((b"data: a\n\ndata: b\n", b"\n"), [Due("a", 1, 1), Due("b", 2, 2)]),
        ((b"data: a\r\n\r", b"\n"), [Due("a", 1, 2)]),
        ((b"data: a\r\r", b"data"), [Due("a", 1, 2)]),
        ((b"data: a\r\r",), [Due("a", 1, 2)]),  # 2: once it is known that there are no more reads
        ((b"data: a\r\r", b"", b"x"), [Due("a", 1, 3)]),  # an empty read shows nothing
        ((b"data: a\r\r", b"\xf0\x9f", b"\x98\x80"), [Due("a", 1, 3)]),  # nor does a part of a character
        ((b"data: a\r\rdata: b\r", b"\r"), [Due("a", 1, 1), Due("b", 2, 3)]),
        ((b"data: a\n\n\r",), [Due("a", 1, 1)]),  # it is not this CR that ended the event
        ((), []),
    ],
)
def test_where_a_read_ends_with_the_cr_the_next_character_may_be_waited_for(reads, expected) -> None:
    assert list(due(reads)) == expected


@given(BODIES)
def test_ends_are_right_behind_what_completes_an_event(body: bytes) -> None:
    found = ends(body)
    events = decode(body)
    assert [decode(body[:end]) for end in found] == [events[: n + 1] for n in range(len(events))]
    assert all(len(decode(body[: end - 1])) == n for n, end in enumerate(found))
