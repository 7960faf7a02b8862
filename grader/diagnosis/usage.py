"""Family: usage. `expected` and `actual` are the usage as a dict of its fields, or None."""

from __future__ import annotations

from typing import Any

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, evidence, leaves_before

COUNTERS = ("prompt_tokens", "completion_tokens", "total_tokens")


@evidence("a usage was sent, and None came back")
def lost(case: Case) -> bool:
    """The value's part `usage`."""
    return case.field == "usage" and case.expected is not None and case.actual is None


@evidence("another usage came back")
def other(case: Case) -> bool:
    """The value's part `usage`: figures, and not those that were sent."""
    return case.field == "usage" and isinstance(case.actual, dict)


@evidence("it leaves before the usage chunk is sent")
def left_before_it(case: Case) -> bool:
    """Experiment: the server keeps the usage chunk back. Does the program end, or close, without waiting for it?"""
    return leaves_before(case.again("usage-kept-back", keeps_back=lambda reply: reply.usage_at))


@evidence("it finds a usage on a chunk that has choices")
def finds_it_on_content(case: Case) -> bool:
    """Experiment: the same usage on a chunk that has choices."""
    record = case.again("usage-on-content", edit=experiments.usage_on_content)
    return record.reply.usage is not None and _holds(record.outcome.value, record.reply.usage)


def _holds(value: object, usage: dict[str, Any]) -> bool:
    """Are the three counters somewhere in the returned value?"""
    if isinstance(value, list):
        return any(_holds(item, usage) for item in value)
    if not isinstance(value, dict):
        return False
    return all(value.get(c) == usage[c] for c in COUNTERS) or any(_holds(item, usage) for item in value.values())


@evidence("several chunks carry a usage")
def running_totals(case: Case) -> bool:
    """This stream sends running totals, or its usage more than once."""
    return len(case.reply.usages) > 1


@evidence("it is the sum of these")
def sum_of_them(case: Case) -> bool:
    """The figures, or at least the completion tokens, of all chunks that carry a usage, added up."""
    return _equals(case, case.reply.usages)


@evidence("it is the first of these")
def first_of_them(case: Case) -> bool:
    """The figures, or at least the completion tokens, of the first chunk that carries a usage."""
    return _equals(case, case.reply.usages[:1])


def _equals(case: Case, usages: list[dict[str, Any]]) -> bool:
    """All three, or at least the count of completion tokens, are the sums of these."""
    total = sum(usage["completion_tokens"] for usage in usages)
    return isinstance(case.actual, dict) and case.actual.get("completion_tokens") == total


@evidence("a shorter stream gives the same figures")
def same_for_a_shorter_one(case: Case) -> bool:
    """Experiment: a shorter stream, which counts and estimates follow. Are the figures the same all the same?"""
    if not isinstance(case.actual, dict):
        return False
    record = case.again("shorter", edit=experiments.shorter)
    return _holds(record.outcome.value, {name: case.actual.get(name) for name in COUNTERS})
