"""The notes that a run takes of itself, and what each may say.

They come from the learner's process, which may write what it likes. A note that is not one of these, or does not say
what it has to, is not heard: whoever reads notes later can rely on their facts.
"""

from __future__ import annotations

from typing import Any

MOST_TEXT = 4000  # characters of a fact
MOST_TEXTS = 20  # of `values`
MOST_NUMBER = 10_000_000

_FACTS: dict[str, dict[str, str]] = {
    "called": {},
    "ended": {},
    "wrote": {"text": "text"},
    "elsewhere": {"host": "text", "port": "number"},
    "forbidden": {"does": "text"},
    "requests": {"stream": "bool"},
    "whole-body": {"how": "text"},
    "cpu-clock": {"name": "text"},
    "clock": {"name": "text"},
    "validates": {"how": "text", "text": "text or null", "values": "texts"},
    "own-stream": {},
    "line": {"line": "number"},
    "raised": {"type": "text", "message": "text", "line": "number", "about": "text or null"},
}


def heard(content: dict[str, Any]) -> tuple[float, dict[str, Any]] | None:
    """When it was taken (a reading of the monotonic clock), and `what` with its facts; None where it is no note."""
    at, what = content.get("t"), content.get("what")
    facts = _FACTS.get(what) if isinstance(what, str) else None
    if type(at) is not float or facts is None or set(content) != {"t", "what", *facts}:
        return None
    if not all(_fits(content[name], kind) for name, kind in facts.items()):
        return None
    return at, {"what": what, **{name: content[name] for name in facts}}


def _fits(value: Any, kind: str) -> bool:
    if kind == "text or null":
        return value is None or _fits(value, "text")
    if kind == "text":
        return type(value) is str and len(value) <= MOST_TEXT
    if kind == "texts":
        return type(value) is list and len(value) <= MOST_TEXTS and all(_fits(item, "text") for item in value)
    if kind == "number":
        return type(value) is int and 0 <= value < MOST_NUMBER
    return type(value) is bool
