"""Family: requests on the wire, and what comes before them."""

from __future__ import annotations

import json
from typing import Any

from grader.diagnosis.evidence import Case, Rule
from grader.replay.seen import plain


def _last(case: Case) -> dict[str, Any]:
    return case.requests[-1] if case.requests else {}


def _body(case: Case) -> dict[str, Any]:
    """The last request's JSON object; empty where it is none."""
    try:
        value = json.loads(_last(case).get("body", b"null"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _status(case: Case) -> int:
    return int(_last(case).get("status", 0))


def _no_messages(case: Case) -> bool:
    messages = _body(case).get("messages")
    return not isinstance(messages, list) or not messages


def _used_the_answer(case: Case) -> bool:
    """The blocking answer's text is what came back, or is on the screen: the program had meant to ask for it."""
    text = case.record.salted.reply.text
    return plain(text) in case.stdout or text in json.dumps(case.record.outcome.value, ensure_ascii=False)


def _not_streamed(case: Case) -> bool:
    return _status(case) == 200 and not _body(case).get("stream")


def _crashed_by_itself(case: Case) -> bool:
    """An exception that is no trouble with a connection came before any request did."""
    network = ("OSError", "APIConnectionError", "TransportError", "RequestException", "HTTPError")
    return case.record.outcome.kind == "raised" and not any(case.is_a(name) for name in network)


START = (
    Rule("syntax-error", "the file does not compile", lambda c: c.record.outcome.kind == "syntax"),
    Rule(
        "missing-function",
        "no function of that name takes these arguments",
        lambda c: c.record.outcome.kind == "missing",
    ),
    Rule(
        "not-started",
        "NotImplementedError came out, and no request was sent",
        lambda c: c.error_type == "NotImplementedError" and not c.requests,
    ),
)

REQUESTS = (
    Rule("wrong-url", "it tried to reach another host, and nothing came to the server",
         lambda c: not c.requests and bool(c.notes("elsewhere"))),
    Rule("wrong-url", "the address that it asked for is none", lambda c: not c.requests and _bad_address(c)),
    Rule("exits", "the process was ended before a request", lambda c: not c.requests and _left(c)),
    Rule("timed-out", "it did not come back, and sent no request",
         lambda c: not c.requests and c.record.outcome.kind in ("stuck", "slow")),
    Rule("killed", "it was stopped before a request", lambda c: not c.requests and c.record.outcome.kind == "killed"),
    Rule("crashed", "an exception came before any request", lambda c: not c.requests and _crashed_by_itself(c)),
    Rule("no-request", "nothing came to the server", lambda c: not c.requests),
    Rule("wrong-method", "the request was not a POST", lambda c: _status(c) == 405),
    Rule("wrong-url", "the server has no such path", lambda c: _status(c) == 404 and not _is_completions(c)),
    Rule("missing-key", "status 401: the bearer token is not OPENAI_API_KEY", lambda c: _status(c) == 401),
    Rule("body-not-json", "the body of the request is not JSON", lambda c: _status(c) == 400 and not _body(c)),
    Rule("wrong-model", "status 404: the model is not MODEL", lambda c: _status(c) == 404),
    Rule("ignores-prompt", "status 400: no messages", lambda c: _status(c) == 400 and _no_messages(c)),
    Rule("no-stream-flag", '"stream" is no boolean', lambda c: _status(c) == 400 and not isinstance(_body(c).get("stream"), bool | None)),
    Rule("extra-request", "a stream was asked for, and something else too",
         lambda c: len(c.requests) > 1 and any(r["status"] == 200 and b'"stream"' in r["body"] for r in c.requests)),
    Rule("blocking-call", "no stream was asked for, and the whole answer was used as it came",
         lambda c: _not_streamed(c) and _used_the_answer(c)),
    Rule("no-stream-flag", 'the JSON body lacks "stream": true', _not_streamed),
    Rule("extra-request", "more than one request", lambda c: len(c.requests) > 1),
    Rule("ignores-prompt", "no user message holds the prompt", lambda c: c.field == "prompt"),
)  # fmt: skip


def _bad_address(case: Case) -> bool:
    return any(case.is_a(name) for name in ("MissingSchema", "InvalidURL", "InvalidSchema", "UnsupportedProtocol"))


def _is_completions(case: Case) -> bool:
    return str(_last(case).get("path", "")) == case.record.prefix + "/chat/completions"


def _left(case: Case) -> bool:
    return case.record.outcome.kind in ("exited", "silent")
