"""Recording, within one process: what is kept, what is sent, and what is said when there is nothing to keep."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import BODY, KEY, MODEL, PREFIX, fixture

from grader.errors import UsageError
from grader.replay import provider
from grader.replay.inprocess import InProcess
from grader.replay.recorder import Recording, record
from grader.scenario import Settings
from grader.stream import cut
from grader.stream.body import join
from grader.stream.fixture import load
from grader.stream.salt import Salted
from grader.stream.script import End, Finish, Pause, Script, Send, script
from tests.stream.chats import KIT

SETTINGS = Settings(KEY, MODEL, PREFIX)


def recorded(replay: InProcess, **how: Any) -> Recording:
    """`replay` is entered already."""
    return record(replay.variables["OPENAI_BASE_URL"], KEY, MODEL, "hi", **how)


@pytest.fixture
def replay() -> Iterator[InProcess]:
    with InProcess(fixture(), SETTINGS) as replay:
        yield replay


@given(st.sampled_from(KIT), st.integers(0, 10**6))
def test_a_recording_holds_the_bytes_and_each_read(fixture, seed: int) -> None:
    def play(salted: Salted) -> Script:
        return script(salted.parts, cut.at_random(salted.parts, random.Random(seed)), hold=False)

    with InProcess(fixture, SETTINGS, play=play) as replay:
        found = recorded(replay, include_usage=True)
    assert found.body == join(replay.salted.parts)
    assert [length for _, length in found.reads] == [len(m["data"]) for m in replay.timeline.of("write")]
    assert (found.status, found.model, found.prompt) == (200, MODEL, "hi")


def test_times_are_milliseconds_from_the_request() -> None:
    def play(salted: Salted) -> Script:
        return (Send(b"data: 1\n\n", 1), Pause(0.2), Send(b"data: [DONE]\n\n", 2), Finish())

    with InProcess(fixture(), SETTINGS, play=play, pauses=True) as replay:
        found = recorded(replay)
    assert 0 <= found.headers_ms <= found.reads[0][0]
    assert found.reads[1][0] - found.reads[0][0] >= 200


def test_a_saved_recording_is_a_fixture_that_says_the_same(replay: InProcess, tmp_path: Path) -> None:
    found = recorded(replay, include_usage=True)
    found.save(tmp_path / "new" / "reply.sse")
    back = load(tmp_path / "new" / "reply.sse")
    assert back.body == found.body
    assert back.about.reads == found.reads
    assert (back.about.origin, back.about.model, back.about.note) == ("recorded", MODEL, "A reply to: hi")
    assert KEY not in (tmp_path / "new" / "reply.toml").read_text()


def test_only_headers_that_matter_are_kept(replay: InProcess) -> None:
    assert recorded(replay).headers == [("Content-Type", "text/event-stream; charset=utf-8")]


@pytest.mark.parametrize(
    ("how", "more"),
    [
        ({}, {}),
        ({"include_usage": True}, {"stream_options": {"include_usage": True}}),
        ({"max_tokens": 5}, {"max_tokens": 5}),
    ],
)
def test_one_request_is_sent_and_asks_for_what_was_wanted(replay: InProcess, how, more) -> None:
    recorded(replay, **how)
    (request,) = replay.timeline.of("request")
    assert json.loads(request["body"]) == {
        "model": MODEL, "messages": [{"role": "user", "content": "hi"}], "stream": True, **more,
    }  # fmt: skip
    assert request["headers"]["accept-encoding"] == "identity"  # compressed reads would not be the stream's


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_broken_connection_is_no_recording(how: Any) -> None:
    with (
        InProcess(fixture(), SETTINGS, play=lambda s: (Send(s.parts[0].raw, 1), End(how))) as replay,
        pytest.raises(UsageError, match="Check OPENAI_BASE_URL"),
    ):
        recorded(replay)


def test_an_empty_stream_is_no_recording() -> None:
    with InProcess(fixture(), SETTINGS, play=lambda _: (Finish(),)) as replay, pytest.raises(UsageError, match="empty"):
        recorded(replay)


def test_a_reply_that_is_no_stream_is_no_recording(replay: InProcess, monkeypatch) -> None:
    monkeypatch.setattr(
        provider.Provider, "_completion", lambda self, request: provider.Answer(200, provider.JSON_HEADERS, b"{}")
    )
    with pytest.raises(UsageError, match="application/json, expected text/event-stream"):
        recorded(replay)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "sk-other"}, "answered 401, expected 200"),
        ({"model": "another"}, "answered 404"),
        ({"base_url": "http://127.0.0.1:9/v1"}, "ConnectError"),
        ({"base_url": "nonsense"}, "Check OPENAI_BASE_URL"),
        ({"base_url": "http://[::1/v1"}, "Check OPENAI_BASE_URL"),
    ],
)
def test_what_is_refused_or_not_reached_gets_a_sentence_without_the_key(replay: InProcess, change, says: str) -> None:
    given = {"base_url": replay.variables["OPENAI_BASE_URL"], "key": KEY, "model": MODEL, "prompt": "hi"} | change
    with pytest.raises(UsageError) as caught:
        record(**given)
    assert says in str(caught.value)
    assert given["key"] not in str(caught.value)


def test_the_body_of_the_stage_is_what_is_recorded_but_for_the_model(replay: InProcess) -> None:
    assert recorded(replay, include_usage=True).body == BODY.replace(b'"model": "m"', f'"model": "{MODEL}"'.encode())
