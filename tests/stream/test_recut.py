"""Re-cuttings: the same bytes, cut as their names say, the same for the same seed."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sse_bytes import BODIES

from grader.stream import recut
from grader.stream.recut import CHARACTER, CRLF, Recut
from grader.stream.sse import Decoder, decode

SEEDS = st.integers(0, 2**32)
ALL = [
    lambda body, rng: recut.whole(body),
    lambda body, rng: recut.by_line(body),
    lambda body, rng: recut.by_event(body),
    lambda body, rng: recut.byte_by_byte(body),
    recut.at_random,
    lambda body, rng: recut.in_two(body, rb"\r\n", rng),
    lambda body, rng: recut.with_empty_reads(recut.at_random(body, rng), rng),
]


@pytest.mark.parametrize("cut", ALL)
@given(body=BODIES, seed=SEEDS)
def test_nothing_is_lost_and_nothing_is_read_otherwise(cut, body: bytes, seed: int) -> None:
    reads = cut(body, random.Random(seed)).reads
    decoder = Decoder()
    assert b"".join(reads) == body
    assert [event for read in reads for event in decoder.feed(read)] == decode(body)
    assert reads == cut(body, random.Random(seed)).reads


@given(body=BODIES, seed=SEEDS, keep=st.sets(st.sampled_from([CRLF, CHARACTER])))
def test_what_is_to_stay_whole_is_never_cut(body: bytes, seed: int, keep) -> None:
    for cut in recut.several(body, random.Random(seed), keep):
        before = b""
        for read in cut.reads[:-1]:
            before += read
            after = body[len(before) :]
            if CRLF in keep:
                assert not (before.endswith(b"\r") and after.startswith(b"\n"))
            if CHARACTER in keep and cut.how != "a line a read":
                assert not (after and 0x80 <= after[0] < 0xC0 and before[-1] >= 0x80)


@given(body=BODIES, seed=SEEDS)
def test_several_are_all_different(body: bytes, seed: int) -> None:
    found = [cut.reads for cut in recut.several(body, random.Random(seed))]
    assert len(set(found)) == len(found)


def test_each_way_of_cutting_does_what_its_name_says() -> None:
    body = b"data: a\n\n\ndata: \xc3\xa9\r\n\r\n: x\n"
    assert recut.whole(body).reads == (body,)
    assert recut.whole(b"").reads == ()
    assert recut.by_line(body).reads == (b"data: a\n", b"\n", b"\n", b"data: \xc3\xa9\r\n", b"\r\n", b": x\n")
    assert recut.by_event(body).reads == (b"data: a\n\n\n", b"data: \xc3\xa9\r\n\r\n", b": x\n")
    assert all(len(read) == 1 for read in recut.byte_by_byte(body).reads)
    whole_ones = [read for read in recut.byte_by_byte(body, (CRLF, CHARACTER)).reads if len(read) > 1]
    assert whole_ones == [b"\xc3\xa9", b"\r\n", b"\r\n"]


def test_in_two_cuts_inside_each_match_and_nowhere_else() -> None:
    body = b"data: a\r\ndata: b\r\n\r\n\n"
    assert recut.in_two(body, rb"\r\n", random.Random(1)).reads == (b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n\n")
    smiley = "data: 😀😀\n\n".encode()
    assert len(recut.in_two(smiley, rb"[\xc0-\xff][\x80-\xbf]+", random.Random(1)).reads) == 3


@given(seed=SEEDS)
def test_empty_reads_are_added_and_at_random_has_few_cuts(seed: int) -> None:
    body = b"data: some words\n\n" * 5
    plain = recut.at_random(body, random.Random(seed))
    assert 2 <= len(plain.reads) <= recut.FEW + 1
    assert all(plain.reads)
    more = recut.with_empty_reads(Recut(plain.reads, "x"), random.Random(seed))
    assert tuple(read for read in more.reads if read) == plain.reads
    assert 1 <= more.reads.count(b"") <= recut.EMPTIES
    assert re.search("empty", more.how)
