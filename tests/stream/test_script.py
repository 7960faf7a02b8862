"""Scripts: all bytes are sent, in these reads; a write waits for all but the last event before it."""

from __future__ import annotations

import random

import pytest
from chats import KIT, NAMES, chats
from hypothesis import given
from hypothesis import strategies as st

from grader.stream import body, cut
from grader.stream.body import Part
from grader.stream.fixture import Fixture
from grader.stream.script import Finish, Hold, Linger, Pause, Script, Send, paced, script
from grader.stream.sse import decode

CUTS = st.sampled_from(
    [
        cut.one_event_a_read,
        cut.several_events_a_read,
        cut.inside_a_line,
        cut.inside_a_crlf,
        cut.byte_by_byte,
        cut.at_random,
    ]
)
SEEDS = st.integers(0, 2**32)


def sent(steps: Script) -> list[Send]:
    return [step for step in steps if isinstance(step, Send)]


def events_whole_in(data: bytes, parts: list[Part]) -> int:
    """The model's own count: ends of events that `data`, the first bytes of the body, reaches."""
    return sum(1 for end in body.event_ends(parts) if end <= len(data))


@given(chats(), CUTS, SEEDS, st.booleans(), st.booleans(), st.none() | st.integers(0, 5))
def test_the_writes_are_the_reads_and_add_up_to_the_body(
    fixture: Fixture, how: cut.Cut, seed: int, hold: bool, linger: bool, wait_at: int | None
) -> None:
    reads = how(fixture.parts, random.Random(seed))
    steps = script(fixture.parts, reads, hold=hold, linger=linger, wait_at=wait_at)
    assert [len(send.data) for send in sent(steps)] == reads
    assert b"".join(send.data for send in sent(steps)) == fixture.body
    assert steps[-1] == Finish()
    assert steps.count(Finish()) == 1


@given(chats(), CUTS, SEEDS)
def test_a_write_says_how_many_events_are_whole_once_it_is_out(fixture: Fixture, how: cut.Cut, seed: int) -> None:
    out = b""
    for send in sent(script(fixture.parts, how(fixture.parts, random.Random(seed)), hold=True)):
        out += send.data
        assert send.events == events_whole_in(out, fixture.parts)
        if not out.endswith(b"\r"):  # an event that ends in CR is out with the CR, whatever follows
            assert send.events == len(decode(out))


@given(chats(), CUTS, SEEDS)
def test_each_write_waits_for_all_but_the_last_event_before_it(fixture: Fixture, how: cut.Cut, seed: int) -> None:
    """The model: before a write, everything but the newest of the events that are out must have been waited for."""
    waited_for, out = 0, b""
    holds = []
    for step in script(fixture.parts, how(fixture.parts, random.Random(seed)), hold=True):
        if isinstance(step, Hold):
            holds.append(step.events)
            waited_for = step.events
        elif isinstance(step, Send):
            whole = events_whole_in(out, fixture.parts)
            assert waited_for == max(0, whole - 1), "no write comes with two events of lag, none is held for one"
            out += step.data
    assert holds == sorted(set(holds)), "a hold that adds nothing is no hold"


@given(chats(), CUTS, SEEDS)
def test_without_hold_nothing_waits(fixture: Fixture, how: cut.Cut, seed: int) -> None:
    steps = script(fixture.parts, how(fixture.parts, random.Random(seed)), hold=False)
    assert all(isinstance(step, Send | Finish) for step in steps)


@given(chats(), CUTS, SEEDS, st.booleans())
def test_lingering_comes_after_everything_and_before_the_end(
    fixture: Fixture, how: cut.Cut, seed: int, hold: bool
) -> None:
    steps = script(fixture.parts, how(fixture.parts, random.Random(seed)), hold=hold, linger=True)
    assert steps[-2:] == (Linger(), Finish())
    assert steps.count(Linger()) == 1


@given(chats(), CUTS, SEEDS, st.integers(0, 6))
def test_an_event_that_is_kept_back_is_not_whole_before_the_wait(
    fixture: Fixture, how: cut.Cut, seed: int, at: int
) -> None:
    steps = script(fixture.parts, how(fixture.parts, random.Random(seed)), hold=False, wait_at=at)
    if at >= len(body.event_ends(fixture.parts)):
        assert Linger() not in steps
        return
    assert steps.count(Linger()) == 1
    where = steps.index(Linger())
    assert all(send.events <= at for send in sent(steps[:where]))
    following = steps[where + 1]
    assert isinstance(following, Send)
    assert following.events > at


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([3, 3, 3, 3], ["a", "b", 1, "c", 2, "d"]),
        ([6, 6], ["ab", 1, "cd"]),
        ([3, 1, 2, 3, 3], ["a", "b1", "b2", 1, "c", 2, "d"]),
        ([12], ["abcd"]),
    ],
    ids=["one a read", "two a read", "torn", "all at once"],
)
def test_where_the_holds_are(reads: list[int], expected: list[str | int]) -> None:
    """Four events of three bytes; numbers are holds, the rest is writes."""
    parts = [Part(f"{c}\n\n".encode(), c) for c in "abcd"]
    steps = script(parts, reads, hold=True)[:-1]
    assert [step.events if isinstance(step, Hold) else "w" for step in steps] == [
        item if isinstance(item, int) else "w" for item in expected
    ]


def test_comments_do_not_count_for_the_lag() -> None:
    parts = [
        Part(b"a\n\n", "a"),
        Part(b": p\n\n", None),
        Part(b": q\n\n", None),
        Part(b"b\n\n", "b"),
        Part(b"c\n\n", "c"),
    ]
    steps = script(parts, [len(part.raw) for part in parts], hold=True)
    assert [type(step).__name__ for step in steps] == ["Send", "Send", "Send", "Send", "Hold", "Send", "Finish"]


# -- at the recorded speed -----------------------------------------------------------------------------------------


@given(chats(), SEEDS, st.data())
def test_each_write_comes_at_its_recorded_time(fixture: Fixture, seed: int, data: st.DataObject) -> None:
    reads = cut.at_random(fixture.parts, random.Random(seed))
    times = data.draw(
        st.lists(st.integers(0, 100_000).map(lambda n: n / 10), min_size=len(reads), max_size=len(reads)).map(sorted)
    )
    steps = paced(fixture.parts, reads, times)
    clock, came = 0.0, []
    for step in steps:
        if isinstance(step, Pause):
            assert step.seconds > 0
            clock += step.seconds * 1000
        elif isinstance(step, Send):
            came.append(clock)
    assert came == pytest.approx(times, abs=1e-6)
    assert b"".join(send.data for send in sent(steps)) == fixture.body
    assert steps[-1] == Finish()


def test_a_write_whose_time_has_passed_follows_at_once() -> None:
    parts = [Part(b"a\n\n", "a"), Part(b"b\n\n", "b"), Part(b"c\n\n", "c")]
    steps = paced(parts, [3, 3, 3], [100.0, 50.0, 150.0])
    assert steps == (Pause(0.1), Send(b"a\n\n", 1), Send(b"b\n\n", 2), Pause(0.05), Send(b"c\n\n", 3), Finish())


def test_there_is_a_time_for_each_read() -> None:
    with pytest.raises(ValueError, match="zip"):
        paced([Part(b"a\n\n", "a")], [3], [1.0, 2.0])


@pytest.mark.parametrize("fixture", KIT, ids=NAMES)
def test_the_kit_s_streams_hold_before_every_event_but_the_first_two(fixture: Fixture) -> None:
    steps = script(fixture.parts, cut.one_event_a_read(fixture.parts, random.Random(0)), hold=True)
    events = len(body.event_ends(fixture.parts))
    assert [step.events for step in steps if isinstance(step, Hold)][: events - 2] == list(range(1, events - 1))
