"""Family: requests on the wire, and what comes before them."""

from __future__ import annotations

import json
from typing import Any

from grader.diagnosis.evidence import Case, evidence
from grader.nested import read
from grader.replay.seen import plain


def _last(case: Case) -> dict[str, Any]:
    return case.requests[-1] if case.requests else {}


def _body(case: Case) -> dict[str, Any]:
    """The last request's JSON object; empty where it is none."""
    try:
        value = read(_last(case).get("body", b"null"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _status(case: Case) -> int:
    return int(_last(case).get("status", 0))


@evidence("no request came")
def no_request(case: Case) -> bool:
    """The server got none in this run."""
    return not case.requests


@evidence("more than one request came")
def several_requests(case: Case) -> bool:
    """The server got two or more in this run."""
    return len(case.requests) > 1


@evidence("status:", int)
def status(case: Case, number: int) -> bool:
    """What the server answered to the last request."""
    return _status(case) == number


@evidence("the path is not that of completions")
def other_path(case: Case) -> bool:
    """The last request did not go to {OPENAI_BASE_URL}/chat/completions."""
    return str(_last(case).get("path", "")) != case.record.prefix + "/chat/completions"


@evidence("the body is no JSON object with something in it")
def no_json(case: Case) -> bool:
    """The body of the last request."""
    return not _body(case)


@evidence("the body has no messages")
def no_messages(case: Case) -> bool:
    """`messages` in the last request's body is missing, empty, or no list."""
    messages = _body(case).get("messages")
    return not isinstance(messages, list) or not messages


@evidence('"stream" is no boolean')
def stream_is_no_boolean(case: Case) -> bool:
    """`stream` in the last request's body is there, and neither true, false nor null."""
    return not isinstance(_body(case).get("stream"), bool | None)


@evidence("one of the requests asked for a stream")
def one_asked_for_a_stream(case: Case) -> bool:
    """A request that was answered has a "stream" in its body."""
    return any(r["status"] == 200 and b'"stream"' in r["body"] for r in case.requests)


@evidence("the whole answer was used as it came")
def used_the_answer(case: Case) -> bool:
    """The blocking answer's text is what came back, or is on the screen: the program had meant to ask for it."""
    text = case.record.salted.reply.text
    return plain(text) in case.stdout or json.dumps(text)[1:-1] in json.dumps(case.record.outcome.value)


@evidence("no stream was asked for")
def not_streamed(case: Case) -> bool:
    """The last request was answered, and `stream` in its body is false or missing."""
    return _status(case) == 200 and not _body(case).get("stream")


@evidence("the exception is no trouble with a connection")
def crashed_by_itself(case: Case) -> bool:
    """An exception that is no trouble with a connection came before any request did."""
    network = ("OSError", "APIConnectionError", "TransportError", "RequestException", "HTTPError")
    return case.record.outcome.kind == "raised" and not any(case.is_a(name) for name in network)
