"""Runs that once earned points, or made the grader fail, which costs none: each is a normal verdict now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fuzz.process import BODY, HEAD, takes_a_run

ASKS = f"{HEAD}\r\n\r\n{json.dumps(BODY)}"
DEEP = "[" * 118 + "]" * 118


def run(challenge: str, *lines: Any, asks: str = ASKS) -> bytes:
    word = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return json.dumps({"challenge": challenge, "requests": [asks] if asks else [], "word": word}).encode()


def word(value: Any) -> dict[str, Any]:
    return {"word": {"kind": "returned", "value": value}}


def note(**facts: Any) -> dict[str, Any]:
    return {"note": {"what": "wrote", "t": 1.0, "text": "x", **facts}}


FOUND = {
    "it says that it has read all streams, and has read none": run("08-any-server", word(None), asks=""),
    "it has asked for the streams, and says no more": run(
        "08-any-server", {"ask": {"what": "streams", "about": None}}, word(None), asks=""
    ),
    "it asks for the list of models": run(
        "01-inspect-a-chunk", word("x"), asks=HEAD.replace("POST <PATH>/chat/completions", "GET <PATH>/models") + "\r\n\r\n"
    ),
    "the list of models, in one go": run(
        "05-feel-the-latency", word([1, 2]), asks="GET <PATH>/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer <KEY>\r\n\r\n"
    ),
    "a tuple without items": run("02-prove-include-usage", word({"$": "tuple"})),
    "a model without fields": run("03-stream-then-validate", word({"$": "model", "given": True, "name": "Recipe"})),
    "a number that no float holds": run("05-feel-the-latency", word([10**400, 10**400])),
    "a column a billion to the right": run(
        "01-inspect-a-chunk", {"word": {"kind": "syntax", "message": "m", "line": 1, "column": 10**9, "text": "x"}}
    ),
    "a note that says when in words": run("01-inspect-a-chunk", note(at="soon"), word("x")),
    "a note that says when too well": run("01-inspect-a-chunk", note(t=1e300), word("x")),
    "a note without what it is about": run(
        "03-stream-then-validate", {"note": {"what": "validates", "t": 1.0}}, word("x")
    ),
    "a note that is nested": run("01-inspect-a-chunk", f'{{"note": {{"what": "x", "t": 1.0, "y": {DEEP}}}}}', word("x")),
    "a question about a number, twice": run(
        "07-guard-the-whole",
        {"ask": {"what": "allowed", "about": 1}},
        {"ask": {"what": "allowed", "about": [2]}},
        word("x"),
    ),
    "an exception without a shape": run(
        "08-any-server",
        {"tell": {"what": "begin", "about": {"number": 1}}},
        {"tell": {"what": "raised", "about": {"reads": 0, "value": {"type": json.loads(DEEP)}}}},
        word(None),
        asks="",
    ),
    "a body that is nested": run("01-inspect-a-chunk", word("x"), asks=f'{HEAD}\r\n\r\n{{"model": {DEEP}, "messages": {DEEP}}}'),
    "a target whose host is none": run("01-inspect-a-chunk", word("x"), asks="GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("data", FOUND.values(), ids=FOUND)
def test_a_forged_run_is_failed_and_nothing_else(data: bytes) -> None:
    takes_a_run(data)
