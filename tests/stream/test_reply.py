"""The right reading of a reply, against what others' recordings are known to say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.stream import sse
from grader.stream.reply import Reply, of_events, text_of
from tests import recordings
from tests.recordings import Recorded

RECORDED = recordings.providers()
TO_THE_ERROR = "openrouter-keepalive-error-in-chunk-minimax"  # the oracle reads no further than the error


def reply(recorded: Recorded) -> Reply:
    return of_events(event.data for event in sse.decode(recorded.body))


def test_the_recordings_are_there_where_they_have_to_be() -> None:
    recordings.must_be_there_in_ci()


@pytest.mark.parametrize("recorded", recordings.param(RECORDED))
def test_real_replies_are_read_as_their_oracle_says(recorded: Recorded) -> None:
    read, says = reply(recorded), recorded.says
    assert read.text == says["content"]
    assert read.reasoning == says["reasoning"]
    assert read.refusal == says["refusal"]
    assert ("[DONE]" in read.events) == (says["done"] or recorded.name == TO_THE_ERROR)
    if not says["content"] and "legacy" in recorded.name:
        assert read.finish_reason is None  # completions have no deltas: their choices are none of a chat's
        return
    assert read.finish_reason == says["finish"]
    if recorded.name != TO_THE_ERROR:
        assert (read.usage or {}).get("total_tokens") == says["usage"]


def parts(kind: str, text: Any) -> dict[str, Any]:
    return {"type": kind, kind: text}


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=5)), max_size=6))
def test_a_list_of_parts_is_its_text_and_its_thoughts(made) -> None:
    content = [parts("text", text) if is_text else parts("thinking", [parts("text", text)]) for is_text, text in made]
    assert text_of(content) == "".join(text for is_text, text in made if is_text)
    event = {"choices": [{"index": 0, "delta": {"content": content}}]}
    read = of_events([json.dumps(event)])
    assert read.text == text_of(content)
    assert read.reasoning == "".join(text for is_text, text in made if not is_text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "thinking"]), inner),
    max_leaves=10,
)


@given(JSON)
def test_any_content_is_some_text(content: Any) -> None:
    assert isinstance(text_of(content), str)
