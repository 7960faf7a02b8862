"""What the server answers: like the real thing, to the request that really came.

Shapes follow OpenAI's API reference (chat completions, errors). A provider knows the key, the model and one salted
stream; it does no I/O.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from grader.nested import read
from grader.stream.salt import Salted
from grader.stream.script import Script

JSON_HEADERS = (("Content-Type", "application/json"),)


@dataclass(frozen=True)
class Request:
    """One HTTP request, whole. Header names are lower case."""

    method: str
    path: str  # without the query
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None where it is none, or nested deeper than anybody means."""
        try:
            return read(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Answer:
    """A status, headers, and either a body that is there at once or a script that is played.

    `before` is played before the status line is sent.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    script: Script | None = None
    before: Script = ()


@dataclass
class Provider:
    """Answers for one salted stream, under the base path `/{prefix}`."""

    salted: Salted
    key: str
    model: str
    prefix: str
    play: Callable[[Salted], Script]  # how a stream becomes a script, once it is known whether usage was asked for
    played: list[Salted] = field(default_factory=list)  # what was really sent, one for each streamed request
    before: Script = ()  # what comes before the headers of a reply, streamed or not
    writes_it_first: Script = ()  # what comes, after that, before the headers of one that is not streamed
    _made: dict[bool, tuple[Salted, Script]] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        if request.path == f"{self.prefix}/models":
            return self._models(request)
        if request.path != f"{self.prefix}/chat/completions":
            return _error(404, f"Invalid URL ({request.method} {request.path})", code="unknown_url")
        if request.method != "POST":
            return _not_allowed(request, "POST")
        return self._unauthorized(request) or self._completion(request)

    def _models(self, request: Request) -> Answer:
        if request.method != "GET":
            return _not_allowed(request, "GET")
        models = [{"id": self.model, "object": "model", "created": 0, "owned_by": "replay"}]
        return self._unauthorized(request) or _json(200, {"object": "list", "data": models})

    def _unauthorized(self, request: Request) -> Answer | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip() == self.key:  # RFC 9110: schemes are case-insensitive
            return None
        return _error(401, "Incorrect API key provided: it is not the one in OPENAI_API_KEY.", code="invalid_api_key")

    def _completion(self, request: Request) -> Answer:
        wanted = request.json()
        if not isinstance(wanted, dict):
            return _error(400, "We could not parse the JSON body of your request.")
        messages = wanted.get("messages")
        if not isinstance(messages, list) or not messages:
            return _error(400, "Missing required parameter: 'messages'.", param="messages")
        if wanted.get("model") != self.model:
            return _error(404, f"The model {wanted.get('model')!r} does not exist: see MODEL.", code="model_not_found")
        if not isinstance(wanted.get("stream"), bool | None):
            return _error(400, "Invalid type for 'stream': expected a boolean.", param="stream")
        if not wanted.get("stream"):
            before = (*self.before, *self.writes_it_first)
            return replace(_json(200, blocking_twin(self.salted)), before=before)
        salted, script = self._stream(asks_for_usage(wanted))
        self.played.append(salted)
        about = salted.fixture.about
        return Answer(about.status, about.headers_to_send, script=script, before=self.before)

    def _stream(self, with_usage: bool) -> tuple[Salted, Script]:
        """What is sent to those who ask for usage, or to those who do not: made once, the same for each of them."""
        if with_usage not in self._made:
            salted = self.salted if with_usage else self.salted.without_usage()
            self._made[with_usage] = (salted, self.play(salted))
        return self._made[with_usage]


def asks_for_usage(wanted: dict[str, Any]) -> bool:
    options = wanted.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


def blocking_twin(salted: Salted) -> dict[str, Any]:
    """The same reply as one `chat.completion`, as a request without `"stream": true` gets it."""
    reply = salted.reply
    first = next((chunk for chunk in reply.chunks if chunk), {})
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.refusal:
        message["refusal"] = reply.refusal
    name = next((n for n in ("reasoning_content", "reasoning") if any(d.get(n) for d in reply.deltas)), None)
    if name:
        message[name] = reply.reasoning
    return {
        "id": first.get("id", "chatcmpl-replay"),
        "object": "chat.completion",
        "created": first.get("created", 0),
        "model": first.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason or "stop"}],
        "usage": reply.usage or _some_usage(salted),
    }


def _some_usage(salted: Salted) -> dict[str, int]:
    """A blocking reply always carries usage, also where the stream's fixture never does."""
    rng = random.Random(salted.reply.text)
    prompt, completion = rng.randint(1000, 4000), rng.randint(5000, 9000)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _json(status: int, value: Any) -> Answer:
    return Answer(status, JSON_HEADERS, json.dumps(value, ensure_ascii=False).encode())


def _not_allowed(request: Request, allowed: str) -> Answer:
    refused = _error(405, f"Not allowed to {request.method} on {request.path}", code="method_not_allowed")
    return Answer(refused.status, (*refused.headers, ("Allow", allowed)), refused.body)


def _error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Answer:
    """OpenAI's error object."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return _json(status, {"error": error})
