"""Evidence that any table, and any challenge's own, can name without a line of Python."""

from __future__ import annotations

import json
from typing import Any

from grader.diagnosis.evidence import Case, evidence


def either(parameter: str) -> list[str]:
    """The words of a parameter such as `stuck or slow`."""
    return [word.strip() for word in parameter.split(" or ")]


@evidence("symptom:", either)
def symptom(case: Case, words: list[str]) -> bool:
    """What the check saw, as the routes call it."""
    return case.symptom in words


@evidence("field:", either)
def field(case: Case, words: list[str]) -> bool:
    """The part of the value, or of the request, that the check was about."""
    return case.field in words


@evidence("scenario:", either)
def scenario(case: Case, words: list[str]) -> bool:
    """The id of the scenario that was played."""
    return case.record.scenario.id in words


@evidence("trait:", either)
def trait(case: Case, words: list[str]) -> bool:
    """What this scenario's stream has that the plain one has not."""
    return case.trait in words


@evidence("outcome:", either)
def outcome(case: Case, words: list[str]) -> bool:
    """How the run ended: returned, raised, exited, missing, syntax, stuck, slow, killed or silent."""
    return case.record.outcome.kind in words


# What Python says of the kernel's refusals: errno(3) and, for a thread, words of its own.
_REFUSALS = {
    "MemoryError": ("",),
    "PermissionError": ("[Errno 1]", "[Errno 13]"),
    "OSError": ("[Errno 24]", "[Errno 27]", "[Errno 28]", "[Errno 122]"),  # files open, file size, space, quota
    "RuntimeError": ("can't start new thread",),
}


@evidence("it ran into a limit")
def ran_into_a_limit(case: Case) -> bool:
    """It was stopped, or an exception came out that says so: memory, threads, files, or something not allowed."""
    if case.record.outcome.kind == "killed":
        return True
    said = str(case.error.get("message"))
    return any(case.is_a(name) and said.startswith(words) for name, words in _REFUSALS.items())


@evidence("the connection stays open after [DONE]")
def stays_open(case: Case) -> bool:
    """This scenario's server does not end the reply after it."""
    return case.record.scenario.stays_open


@evidence("exception:", either)
def exception(case: Case, words: list[str]) -> bool:
    """The exception that came out is of such a class, or of one derived from it."""
    return any(case.is_a(name) for name in words)


@evidence("exactly the exception:", either)
def exactly(case: Case, words: list[str]) -> bool:
    """The exception that came out is of that very class."""
    return case.error_type in words


@evidence("exception says:")
def exception_says(case: Case, words: str) -> bool:
    """The words stand in the exception's message."""
    return bool(case.error) and words in case.error_text


@evidence("returned:", json.loads)
def returned(case: Case, value: Any) -> bool:
    """The function returned exactly this value, written as JSON; a tuple is a list."""
    return case.record.outcome.kind == "returned" and _same(case.record.outcome.value, value)


@evidence("what came back is of the type:", either)
def came_back(case: Case, words: list[str]) -> bool:
    """The function returned an object that is no plain data, and its type has such a name."""
    value = case.record.outcome.value
    return isinstance(value, dict) and value.get("$") == "object" and value["type"] in words


@evidence("seen:", json.loads)
def seen(case: Case, value: Any) -> bool:
    """What the check saw in place of what it expected is this value, written as JSON."""
    return _same(case.actual, value)


@evidence("expected:", json.loads)
def expected(case: Case, value: Any) -> bool:
    """What the check expected is this value, written as JSON."""
    return _same(case.expected, value)


@evidence("noted:", either)
def noted(case: Case, words: list[str]) -> bool:
    """The learner's process noted such a thing about itself: `elsewhere` (another host), `validates`, `wrote`,
    `cpu-clock` (a clock that counts processor time), …"""
    return any(case.notes(word) for word in words)


def _same(actual: Any, value: Any) -> bool:
    return _plain(actual) == _plain(value)


def _plain(value: Any) -> str:
    """As JSON, with sorted keys and tuples as lists: 1, 1.0 and true stay three different things."""
    if isinstance(value, dict) and value.get("$") == "tuple":
        value = value["items"]
    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_plain(value[key])}" for key in sorted(value)) + "}"
    return json.dumps(value)
