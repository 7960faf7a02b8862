"""Faults: what is sent before, how it goes on, and that nothing of the stream is changed."""

from __future__ import annotations

import json
import random

import pytest
from chats import chats, chunk, fixture_of, stream_of
from hypothesis import given
from hypothesis import strategies as st

from grader.stream import body, cut, faults
from grader.stream.fixture import Fixture
from grader.stream.script import End, Finish, Linger, Pause, Play, Script, Send, Settle
from grader.stream.sse import decode

CUTS = st.sampled_from([cut.one_event_a_read, cut.inside_a_line, cut.byte_by_byte, cut.at_random])
SEEDS = st.integers(0, 2**32)
PLACES = st.integers(0, 8)
TIMES = st.integers(1, 4)
STORY = fixture_of(
    stream_of(
        chunk({"role": "assistant", "content": ""}),
        *(chunk({"content": word}) for word in ("Once", " upon", " a", " time")),
        chunk({}, "stop"),
        "data: [DONE]",
    )
)


def made(play: Play, fixture: Fixture, how: cut.Cut = cut.one_event_a_read, seed: int = 0) -> Script:
    return play(fixture.parts, how(fixture.parts, random.Random(seed)))


def sent(steps: Script) -> bytes:
    """What goes out of the stream itself: the comments that keep it awake left out."""
    return b"".join(step.data for step in steps if isinstance(step, Send) and step.data != faults.KEEP_ALIVE)


def up_to(fixture: Fixture, events: int) -> bytes:
    """The body up to the end of that many events; all of its events where it has fewer."""
    ends = [0, *body.event_ends(fixture.parts)]
    return fixture.body[: ends[min(events, len(ends) - 1)]]


# -- where ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "events"), [(1, 2), (2, 3), (4, 5), (5, 7)])
def test_after_so_many_contents(count: int, events: int) -> None:
    assert faults.after_content(count)(STORY.reply) == events


def test_after_the_finish_reason_or_after_all() -> None:
    assert faults.after_finish(STORY.reply) == 6
    unfinished = fixture_of(stream_of(chunk({"content": "Once"}), "data: [DONE]"))
    assert faults.after_finish(unfinished.reply) == 2


@given(chats(), TIMES)
def test_what_comes_before_a_place_has_so_many_contents(fixture: Fixture, count: int) -> None:
    events = faults.after_content(count)(fixture.reply)
    contents = [piece for piece in fixture.reply.pieces[:events] if piece]
    assert len(contents) == min(count, sum(1 for piece in fixture.reply.pieces if piece))


# -- breaking ------------------------------------------------------------------------------------------------------


@given(chats(), CUTS, SEEDS, PLACES, st.sampled_from(["reset", "close"]))
def test_a_connection_breaks_behind_whole_events(fixture: Fixture, how: cut.Cut, seed: int, at: int, end: str) -> None:
    steps = made(faults.broken(lambda _: at, end), fixture, how, seed)
    assert sent(steps) == up_to(fixture, at)
    assert steps[-1] == End(end)
    assert not any(isinstance(step, Finish) for step in steps)
    assert steps.count(Settle()) == (end == "reset"), "what lies unread would be lost"
    if end == "reset":
        assert steps[-2] == Settle()


@given(chats(), CUTS, SEEDS, PLACES)
def test_or_inside_the_json_of_the_next(fixture: Fixture, how: cut.Cut, seed: int, at: int) -> None:
    out = sent(made(faults.broken(lambda _: at, "close", inside=True), fixture, how, seed))
    whole = up_to(fixture, at)
    assert fixture.body.startswith(out)
    assert out.startswith(whole)
    if at < len(fixture.reply.events):
        begun = out[len(whole) :].decode()  # no character is cut
        data = fixture.reply.events[at]
        assert data.startswith(begun.rpartition("data: ")[2])
        assert begun.rpartition("data: ")[2] not in ("", data)
        # A CR at the very end may be half of a CRLF, which the decoder waits to see.
        assert len(decode(out)) <= at


def test_most_of_the_cut_event_is_sent() -> None:
    out = sent(made(faults.broken(faults.after_content(2), "close", inside=True), STORY)).decode()
    begun = out.rpartition("data: ")[2]
    assert '"content": " a"' in begun
    with pytest.raises(json.JSONDecodeError):
        json.loads(begun)


@given(chats(), CUTS, SEEDS)
def test_a_connection_is_closed_behind_a_whole_reply(fixture: Fixture, how: cut.Cut, seed: int) -> None:
    steps = made(faults.closed_behind, fixture, how, seed)
    assert sent(steps) == fixture.body
    assert steps[-2:] == (Finish(), End("close"))


# -- coming slowly -------------------------------------------------------------------------------------------------

SLOW = {
    "silent": faults.silent(lambda _: 3, 0.5),
    "paused": faults.paused(lambda _: 3, 0.5),
    "kept awake": faults.kept_awake(lambda _: 3, 0.5, 4),
    "dribbled": faults.dribbled(lambda _: 3, 0.5, 4),
    "slowed": faults.slowed(lambda _: 3, Pause(0.5), 3),
}


@pytest.mark.parametrize("play", SLOW.values(), ids=SLOW.keys())
@given(fixture=chats(), how=CUTS, seed=SEEDS)
def test_what_comes_slowly_comes_whole(play: Play, fixture: Fixture, how: cut.Cut, seed: int) -> None:
    steps = made(play, fixture, how, seed)
    assert sent(steps) == fixture.body
    assert steps[-1] == Finish()
    events = [step.events for step in steps if isinstance(step, Send)]
    assert events == sorted(events)
    assert events[-1:] in ([len(fixture.reply.events)], [])


def shape(steps: Script) -> str:
    """W: a write, c: a comment, s: a silence, p: a pause, f: the end."""
    names = {Send: "W", Linger: "s", Pause: "p", Finish: "f"}
    return "".join("c" if getattr(s, "data", b"") == faults.KEEP_ALIVE else names[type(s)] for s in steps)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("silent", "WWWsWWWWf"),
        ("paused", "WWWpWWWWf"),
        ("kept awake", "WWWpcpcpcpcpWWWWf"),
        ("dribbled", "WWWWpWpWpWpWWWWf"),
        ("slowed", "WWWpWpWpWWf"),
    ],
)
def test_where_it_is_slow(name: str, expected: str) -> None:
    assert shape(made(SLOW[name], STORY)) == expected


def test_a_silence_says_for_how_long_a_program_may_wait() -> None:
    assert Linger(0.3, 1.7) in made(faults.silent(lambda _: 3, 0.3, 1.7), STORY)


def test_comments_are_no_events() -> None:
    steps = made(SLOW["kept awake"], STORY)
    comments = [step for step in steps if isinstance(step, Send) and step.data == faults.KEEP_ALIVE]
    assert [step.events for step in comments] == [3] * 4
    assert decode(faults.KEEP_ALIVE) == []


@given(chats(), CUTS, SEEDS, PLACES, TIMES)
def test_a_dribbled_event_is_cut_inside_its_data_only(
    fixture: Fixture, how: cut.Cut, seed: int, at: int, times: int
) -> None:
    steps = made(faults.dribbled(lambda _: at, 0.5, times), fixture, how, seed)
    out = b""
    pauses = 0
    for step in steps:
        if isinstance(step, Pause):
            pauses += 1
            assert up_to(fixture, at) < out < up_to(fixture, at + 1)
            out.decode()  # between two characters
        elif isinstance(step, Send):
            out += step.data
    assert pauses <= times
    if at < len(fixture.reply.events) and len(fixture.reply.events[at]) > 40 and fixture.reply.events[at].isascii():
        assert pauses == times
