"""Family: usage. `expected` and `actual` are the usage as a dict of its fields, or None."""

from __future__ import annotations

from typing import Any

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, Rule, leaves_before

COUNTERS = ("prompt_tokens", "completion_tokens", "total_tokens")


def _lost(case: Case) -> bool:
    return case.field == "usage" and case.expected is not None and case.actual is None


def _other(case: Case) -> bool:
    return case.field == "usage" and isinstance(case.actual, dict)


def _left_before_it(case: Case) -> bool:
    """Experiment: the server keeps the usage chunk back. Does the program end, or close, without waiting for it?"""
    return leaves_before(case.again("usage-kept-back", keeps_back=lambda reply: reply.usage_at))


def _finds_it_on_content(case: Case) -> bool:
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


def _counters(usages: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(usage[name] for usage in usages) for name in COUNTERS}


def _equals(case: Case, counters: dict[str, int]) -> bool:
    """All three, or at least the count of completion tokens, are these."""
    return isinstance(case.actual, dict) and case.actual.get("completion_tokens") == counters["completion_tokens"]


def _same_for_a_shorter_one(case: Case) -> bool:
    """Experiment: a shorter stream, which counts and estimates follow. Are the figures the same all the same?"""
    if not isinstance(case.actual, dict):
        return False
    record = case.again("shorter", edit=experiments.shorter)
    return _holds(record.outcome.value, {name: case.actual.get(name) for name in COUNTERS})


USAGE = (
    Rule("usage-only-when-empty-choices", "it was on a chunk that has choices, and was not found",
         lambda c: _lost(c) and c.trait == "usage-on-content"),
    Rule("usage-overwritten", "a chunk without usage came after it",
         lambda c: _lost(c) and c.trait in ("chunk-after-usage", "running-total")),
    Rule("stops-before-usage", "the program had left before the usage chunk was sent", lambda c: _lost(c) and _left_before_it(c)),
    Rule("skips-usage-chunk", "on a chunk with choices it is found", lambda c: _lost(c) and _finds_it_on_content(c)),
    Rule("usage-lost", "there was a usage, and None came back", _lost),
    Rule("sums-usage", "it is the sum of the running totals",
         lambda c: _other(c) and len(c.reply.usages) > 1 and _equals(c, _counters(c.reply.usages))),
    Rule("keeps-first-usage", "it is the first of the running totals",
         lambda c: _other(c) and len(c.reply.usages) > 1 and _equals(c, _counters(c.reply.usages[:1]))),
    Rule("hard-coded", "a shorter stream gives the same figures", lambda c: c.field == "usage" and _same_for_a_shorter_one(c)),
    Rule("estimates-usage", "the figures are in no chunk of the stream", lambda c: c.field == "usage"),
)  # fmt: skip
