"""Shrinking: still failing, nothing left that could go, and bounded in what it asks."""

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.shrinking import BATCH, shrink, size, smaller, without
from tests import breadth

sys.path.insert(0, str(Path(__file__).parent / "stream"))
from sse_bytes import cuts

LONG = (
    b"id: 1\ndata: several words, one of which is ",
    b"bad\nevent: x\n\n",
    b": a comment\n\ndata: and more\n",
    b"",
    b"data: of it\n\n" * 3,
)


def shrunk(reads, fails, **how):
    asked = []

    def batch(several):
        asked.append(len(several))
        return [fails(one) for one in several]

    return shrink(reads, batch, **how), asked


def test_what_does_not_matter_goes_lines_words_letters_and_cuts() -> None:
    found, asked = shrunk(LONG, lambda reads: b"bad" in b"".join(reads))
    assert found == (b"bad",)
    assert len(asked) <= 12
    assert max(asked) <= BATCH


def test_a_cut_stays_where_it_matters() -> None:
    def fails(reads) -> bool:
        return any(a.endswith(b"\r") and b.startswith(b"\n") for a, b in zip(reads, reads[1:], strict=False))  # noqa: RUF007 - slices

    found, _ = shrunk((b"data: some words\r", b"\ndata: mo", b"re\r\n\r", b"\n"), fails)
    assert found == (b"\r", b"\n")


def test_an_empty_read_stays_where_it_matters() -> None:
    found, _ = shrunk((b"data: x\n", b"", b"\n", b"", b"data: y\n\n"), lambda reads: b"" in reads)
    assert found == (b"",)


@given(cuts(), st.integers(0, 255))
def test_the_smallest_fails_as_well_and_no_smaller_one_does(reads, byte: int) -> None:
    def fails(one) -> bool:
        return bytes([byte]) in b"".join(one) or len(one) > 6

    if fails(reads):
        found, _ = shrunk(reads, fails, rounds=1000)
        assert fails(found)
        assert not any(fails(one) for one in smaller(found))


@given(cuts())
def test_what_is_smaller_is_smaller_and_the_smallest_comes_first(reads) -> None:
    sizes = [size(one) for one in smaller(reads)]
    assert sizes == sorted(sizes)
    assert all(one < size(reads) for one in sizes)


@settings(max_examples=breadth.examples(30))
@given(cuts(), st.data())
def test_leaving_out_a_stretch_keeps_the_rest_and_its_cuts(reads, data) -> None:
    body = b"".join(reads)
    a = data.draw(st.integers(0, len(body)))
    b = data.draw(st.integers(a, len(body)))
    left = without(reads, [(a, b)])
    assert b"".join(left) == body[:a] + body[b:]
    assert len(left) <= len(reads)
    assert left.count(b"") == reads.count(b"")


def test_who_gives_up_is_asked_no_more_than_so_often() -> None:
    found, asked = shrunk(LONG, lambda reads: False, rounds=3)
    assert found == LONG
    assert len(asked) <= 3
