"""What the server answers, over its real sockets: as the real thing does, to the request that really came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from stage import KEY, MODEL, Answer, Client, Stage, ask, asking, request

from grader.replay.provider import Request, asks_for_usage
from grader.stream.body import join
from grader.stream.sse import decode


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage
    assert stage.troubles == []


def error_of(answer: Answer) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/json"
    value = answer.json()
    assert set(value) == {"error"}
    assert set(value["error"]) == {"message", "type", "param", "code"}
    assert isinstance(value["error"], dict)
    return dict(value["error"])


def chunks_of(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in decode(answer.body) if event.data != "[DONE]"]


@pytest.mark.parametrize("stream", [False, None, ...], ids=["false", "null", "absent"])
def test_without_stream_the_same_reply_comes_as_one_completion(stage: Stage, stream: Any) -> None:
    answer = ask(stage, asking(stream=stream))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    twin, reply = answer.json(), stage.salted.reply
    assert twin["object"] == "chat.completion"
    assert twin["model"] == MODEL
    assert twin["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": reply.text}, "finish_reason": reply.finish_reason}
    ]
    assert twin["usage"] == reply.usage
    assert twin["id"] == reply.chunks[0]["id"]  # type: ignore[index]


def test_a_stream_is_the_salted_bytes(stage: Stage) -> None:
    answer = ask(stage, asking(stream_options={"include_usage": True}))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["x-request-id"] == "r1"
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.headers
    assert answer.body == join(stage.salted.parts)


def test_usage_that_is_asked_for_is_sent(stage: Stage) -> None:
    chunks = chunks_of(ask(stage, asking(stream_options={"include_usage": True})))
    assert [c["usage"] for c in chunks] == [None] * 6 + [stage.salted.reply.usage]


@pytest.mark.parametrize(
    "options",
    [
        ...,
        None,
        {},
        {"include_usage": False},
        {"include_usage": None},
        {"include_usage": 1},
        {"include_usage": "true"},
        [],
        5,
    ],
    ids=repr,
)
def test_usage_that_is_not_asked_for_is_not_sent(stage: Stage, options: Any) -> None:
    answer = ask(stage, asking(stream_options=options))
    assert answer.status == 200
    assert b"usage" not in answer.body
    chunks = chunks_of(answer)
    assert len(chunks) == 6
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks) == stage.salted.reply.text


def test_what_was_played_is_kept() -> None:
    with Stage() as stage:
        ask(stage, asking(stream=False))
        assert stage.provider.played == []
        ask(stage, asking())
        ask(stage, asking(stream_options={"include_usage": True}))
        assert [played.reply.usage for played in stage.provider.played] == [None, stage.salted.reply.usage]


@pytest.mark.parametrize("key", [None, "", "sk-other", KEY + " ", KEY.upper()])
def test_a_wrong_key_is_401(stage: Stage, key: str | None) -> None:
    # White space around a header's value is no part of it.
    answer = ask(stage, key=key)
    assert answer.status == (200 if key is not None and key.strip() == KEY else 401)
    if answer.status == 401:
        assert error_of(answer)["code"] == "invalid_api_key"


def test_a_key_without_bearer_is_401(stage: Stage) -> None:
    assert ask(stage, key=None, more=f"Authorization: {KEY}\r\n").status == 401


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/completions", "/chat/completions", "/v1/chat/completions/", "/v1//chat/completions"]
)
def test_another_path_is_404(stage: Stage, path: str) -> None:
    answer = ask(stage, path=path)
    assert answer.status == 404
    assert error_of(answer)["code"] == "unknown_url"
    assert path in error_of(answer)["message"]


def test_a_query_is_no_part_of_the_path(stage: Stage) -> None:
    assert ask(stage, path="/v1/chat/completions?api-version=1").status == 200


@pytest.mark.parametrize("model", ["gpt-4o", None, ..., 5, [], MODEL.upper(), "\ud800"], ids=ascii)
def test_another_model_is_404(stage: Stage, model: Any) -> None:
    answer = ask(stage, asking(model=model))
    assert answer.status == 404
    assert error_of(answer)["code"] == "model_not_found"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"5", b"null", b"\xff", b'"x"', b"[" * 100_000, b"model=x&stream=true"],
    ids=lambda b: ascii(b[:9]),
)
def test_a_body_that_is_no_json_object_is_400(stage: Stage, body: bytes) -> None:
    answer = ask(stage, body)
    assert answer.status == 400
    assert error_of(answer)["type"] == "invalid_request_error"


@pytest.mark.parametrize("messages", [..., None, [], {}, "hi"], ids=repr)
def test_no_messages_is_400(stage: Stage, messages: Any) -> None:
    answer = ask(stage, asking(messages=messages))
    assert answer.status == 400
    assert error_of(answer)["param"] == "messages"


@pytest.mark.parametrize("stream", ["true", 1, 0, {}, "yes"], ids=repr)
def test_a_stream_switch_that_is_no_boolean_is_400(stage: Stage, stream: Any) -> None:
    answer = ask(stage, asking(stream=stream))
    assert answer.status == 400
    assert error_of(answer)["param"] == "stream"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_405_and_says_which_is_allowed(stage: Stage, method: str) -> None:
    answer = ask(stage, b"", method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert error_of(answer)["code"] == "method_not_allowed"


def test_models_lists_the_one_model(stage: Stage) -> None:
    answer = ask(stage, b"", method="GET", path="/v1/models")
    assert answer.status == 200
    assert [model["id"] for model in answer.json()["data"]] == [MODEL]


def test_models_needs_the_key(stage: Stage) -> None:
    assert ask(stage, b"", method="GET", path="/v1/models", key="x").status == 401


def test_another_method_on_models_is_405_and_says_which_is_allowed(stage: Stage) -> None:
    answer = ask(stage, asking(), path="/v1/models")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET"


def test_a_request_whose_body_is_no_json_reads_as_none() -> None:
    assert Request("POST", "/", {}, b"{").json() is None
    assert Request("POST", "/", {}, b"[" * 100_000).json() is None
    assert Request("POST", "/", {}, b'{"a": 1}').json() == {"a": 1}


@pytest.mark.parametrize(
    ("options", "asks"),
    [({"include_usage": True}, True), ({"include_usage": False}, False), (None, False), ("x", False)],
)
def test_only_true_asks_for_usage(options: Any, asks: bool) -> None:
    assert asks_for_usage({"stream_options": options}) is asks


def test_requests_are_noted_as_they_came() -> None:
    with Stage() as stage:
        ask(stage, asking(), more="X-Odd: Ünï\r\n")
        (moment,) = stage.timeline.of("request")
        assert (moment["method"], moment["path"], moment["status"]) == ("POST", "/v1/chat/completions", 200)
        assert moment["headers"]["authorization"] == f"Bearer {KEY}"
        assert json.loads(moment["body"]) == asking()
        assert request()  # and the next ones are as good as the first
        assert ask(stage).status == 200


def test_a_reply_to_head_has_no_body(stage: Stage) -> None:
    """Else its bytes are read as the beginning of the next reply."""
    with Client(stage.port) as client:
        assert client.send(request(b"", method="HEAD")).head().status == 405
        assert client.send(request(asking(stream=False))).answer().status == 200
