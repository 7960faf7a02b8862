"""Reads as one line of text, and the caret below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.excerpt import WIDTH, reads_window, shown


@pytest.mark.parametrize(
    ("reads", "shown"),
    [
        ([b"data: a\r", b"\n"], r"data: a\r|\n"),
        ([b"\xe2\x82", b"\xac", "é€".encode()], r"\xe2\x82|\xac|é€"),
        ([b"", b"x", b""], "|x|"),
        (["\ufeffx\u2028".encode()], r"\xef\xbb\xbfx\xe2\x80\xa8"),
        ([b"a|b\t\x00"], r"a\x7cb\t\x00"),
        ([b"\xff\xed\xa0\x80"], r"\xff\xed\xa0\x80"),
        ([], ""),
    ],
)
def test_what_can_be_seen_is_shown_as_it_is_the_rest_as_bytes(reads, shown: str) -> None:
    assert reads_window(reads) == shown


def test_the_caret_stands_under_a_cut_or_under_the_byte_before_the_place() -> None:
    def at(offset: int) -> int:
        return reads_window([b"ab\n", b"cd"], offset).split("\n")[1].index("^")

    assert [at(offset) for offset in (1, 2, 3, 4, 5)] == [0, 1, 4, 5, 6]


@given(st.lists(st.text("abé\n|", max_size=90).map(str.encode), min_size=1, max_size=6), st.data())
def test_a_long_line_is_cut_to_a_window_with_the_caret_inside(reads, data) -> None:
    offset = data.draw(st.integers(1, max(1, len(b"".join(reads)))))
    line, _, below = reads_window(reads, offset).partition("\n")
    assert len(line) <= WIDTH + 2
    if below:
        assert below.strip() == "^"
        assert below.index("^") <= len(line)


def test_a_value_that_was_too_large_to_be_taken_says_so() -> None:
    assert shown({"text": {"$": "cut"}}) == '{"text": "<longer or deeper than the grader takes>"}'
