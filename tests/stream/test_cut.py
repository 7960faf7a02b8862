"""Cuts: they add up to the body, they do what their names say, and the same seed cuts the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate

import pytest
from chats import KIT, NAMES, chats, chunk, fixture_of, stream_of
from hypothesis import given
from hypothesis import strategies as st

from grader.stream import body, cut
from grader.stream.body import Part
from grader.stream.fixture import Fixture
from grader.stream.salt import salt
from tests import breadth

CUTS = [
    cut.one_event_a_read,
    cut.several_events_a_read,
    cut.inside_a_line,
    cut.inside_a_crlf,
    cut.inside_a_character,
    cut.byte_by_byte,
    cut.at_random,
]
SEEDS = st.integers(0, 2**48)
BY_NAME = dict(zip(NAMES, KIT, strict=True))

each_cut = pytest.mark.parametrize("how", CUTS, ids=[c.__name__ for c in CUTS])
every_fixture = pytest.mark.parametrize("fixture", breadth.each(8, KIT), ids=NAMES)


def offsets(reads: Sequence[int]) -> list[int]:
    """Where the cuts are, the body's end left out."""
    return list(accumulate(reads))[:-1]


def placed(parts: Sequence[Part]) -> list[tuple[int, Part]]:
    starts = accumulate((len(part.raw) for part in parts), initial=0)
    return list(zip(starts, parts, strict=False))


@each_cut
@given(fixture=chats(), seed=SEEDS)
def test_a_cut_adds_up_to_the_body_in_reads_of_at_least_one_byte(how: cut.Cut, fixture: Fixture, seed: int) -> None:
    reads = how(fixture.parts, random.Random(seed))
    assert sum(reads) == len(fixture.body)
    assert all(length > 0 for length in reads)


@each_cut
@given(fixture=chats(), seed=SEEDS)
def test_the_same_seed_cuts_the_same(how: cut.Cut, fixture: Fixture, seed: int) -> None:
    assert how(fixture.parts, random.Random(seed)) == how(fixture.parts, random.Random(seed))


@pytest.mark.parametrize("how", [cut.several_events_a_read, cut.inside_a_line, cut.at_random])
def test_other_seeds_cut_elsewhere(how: cut.Cut) -> None:
    parts = BY_NAME["01/count"].parts
    assert len({tuple(how(parts, random.Random(seed))) for seed in range(20)}) > 10


@each_cut
def test_nothing_is_cut_into_no_reads(how: cut.Cut) -> None:
    assert how([], random.Random(0)) == []


@given(st.integers(0, 50), st.lists(st.integers(-10, 60)))
def test_lengths_have_a_cut_at_each_offset_inside(total: int, wanted: list[int]) -> None:
    reads = cut.lengths(total, wanted)
    assert sum(reads) == total
    assert offsets(reads) == sorted({o for o in wanted if 0 < o < total})


@given(chats())
def test_one_event_a_read(fixture: Fixture) -> None:
    reads = cut.one_event_a_read(fixture.parts, random.Random(0))
    assert reads == [len(part.raw) for part in fixture.parts]
    assert set(body.event_ends(fixture.parts)) <= {*offsets(reads), len(fixture.body)}


@every_fixture
def test_several_events_a_read_after_a_first_that_comes_alone(fixture: Fixture) -> None:
    ends = body.event_ends(fixture.parts)
    for seed in range(20):
        reads = cut.several_events_a_read(fixture.parts, random.Random(seed))
        counts, before = [], 0
        for end in accumulate(reads):
            assert end in ends or end == len(fixture.body), "no event is torn"
            counts.append(sum(1 for e in ends if before < e <= end))
            before = end
        assert counts[0] == 1
        assert all(count in (2, 3) for count in counts[1:-1])
        assert counts[-1] <= 3


@every_fixture
def test_inside_a_line_cuts_the_json_of_every_event(fixture: Fixture) -> None:
    raw = fixture.body
    for seed in range(60):
        cuts = set(offsets(cut.inside_a_line(fixture.parts, random.Random(seed))))
        for start, part in placed(fixture.parts):
            if not part.data:
                continue
            first = start + part.raw.index(part.data.encode())
            inner = [o for o in cuts if first < o < first + len(part.data.encode())]
            assert len(inner) == 1, f"seed {seed}: {part.raw[:60]!r}"
            assert max(raw[inner[0] - 1], raw[inner[0]]) < 0x80
        assert set(body.event_ends(fixture.parts)) <= {*cuts, len(raw)}


def test_inside_a_line_cuts_the_json_and_not_a_comment_above_it() -> None:
    made = fixture_of(b": " + b"c" * 200 + b'\ndata: {"choices":[]}\n\n')
    for seed in range(60):
        (at,) = offsets(cut.inside_a_line(made.parts, random.Random(seed)))
        assert made.body.index(b"{") < at <= made.body.index(b"}")


def test_inside_a_crlf_tears_most_line_ends() -> None:
    made = BY_NAME["01/crlf"]
    pairs = [i + 1 for i in range(len(made.body) - 1) if made.body[i : i + 2] == b"\r\n"]
    for seed in range(20):
        cuts = offsets(cut.inside_a_crlf(made.parts, random.Random(seed)))
        torn = set(cuts) & set(pairs)
        assert len(torn) > len(pairs) // 3
        assert set(cuts) - torn <= set(body.event_ends(made.parts))


def test_inside_a_character_tears_every_one_of_several_bytes() -> None:
    made = fixture_of(stream_of(chunk({"content": "aé安🍕"}), chunk({"content": "🍕é"})))
    text, at, spans = made.body.decode(), 0, []
    for char in text:
        width = len(char.encode())
        if width > 1:
            spans.append((at, at + width))
        at += width
    assert len(spans) == 5
    for seed in range(20):
        cuts = offsets(cut.inside_a_character(made.parts, random.Random(seed)))
        inside = [o for o in cuts if any(a < o < b for a, b in spans)]
        assert [sum(1 for o in inside if a < o < b) for a, b in spans] == [1] * 5
        assert set(cuts) - set(inside) <= set(body.event_ends(made.parts))


@given(chats())
def test_byte_by_byte(fixture: Fixture) -> None:
    assert cut.byte_by_byte(fixture.parts, random.Random(0)) == [1] * len(fixture.body)


RECORDED = [fixture for fixture in KIT if fixture.about.reads]


@pytest.mark.parametrize("fixture", RECORDED, ids=[n for n, f in zip(NAMES, KIT, strict=True) if f.about.reads])
def test_recorded_reads_cut_the_recording_as_it_was(fixture: Fixture) -> None:
    reads = [length for _, length in fixture.about.reads]
    assert cut.as_recorded(fixture.parts, reads)(fixture.parts, random.Random(0)) == reads


@pytest.mark.parametrize("fixture", RECORDED, ids=[n for n, f in zip(NAMES, KIT, strict=True) if f.about.reads])
def test_recorded_reads_cut_a_salted_body_in_the_same_events(fixture: Fixture) -> None:
    reads = [length for _, length in fixture.about.reads]
    as_recorded = cut.as_recorded(fixture.parts, reads)
    for seed in range(20):
        salted = salt(fixture, seed, model="another-name-of-a-model")
        cuts = as_recorded(salted.parts, random.Random(0))
        assert sum(cuts) == len(body.join(salted.parts))
        assert len(cuts) == len(reads)
        assert _events_in(cuts, salted.parts) == _events_in(reads, fixture.parts)


@pytest.mark.parametrize("fixture", RECORDED, ids=[n for n, f in zip(NAMES, KIT, strict=True) if f.about.reads])
def test_recorded_reads_cut_a_body_whose_usage_was_left_out(fixture: Fixture) -> None:
    """A request that does not ask for usage gets a stream with fewer parts."""
    bare = salt(fixture, 1, model="m").without_usage()
    cuts = cut.as_recorded(fixture.parts, [length for _, length in fixture.about.reads])(bare.parts, random.Random(0))
    assert sum(cuts) == len(body.join(bare.parts))


def _events_in(reads: Sequence[int], parts: Sequence[Part]) -> list[int]:
    """How many events are whole after each read."""
    ends = body.event_ends(parts)
    return [sum(1 for e in ends if e <= end) for end in accumulate(reads)]
