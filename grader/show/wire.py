"""A run's timeline as plain data for pictures: what the server sent, what the program showed, where they part.

Each entry has `at` (ms since the run began) and `kind`; texts are cut to what a reader needs.
"""

from __future__ import annotations

import json
from typing import Any

from grader.excerpt import escaped
from grader.running import Record
from grader.stream.reply import DONE, choice_of
from grader.timeline import Moment

LABEL = 60
TEXT = 400
MAX_ENTRIES = 400


def timeline_of(record: Record) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    events = [label(event) for event in record.reply.events]
    sent = 0
    for moment in record.timeline.moments:
        entry = _entry(moment)
        if moment.kind == "request":
            sent = 0
        if moment.kind == "write" and record.played:
            entry["labels"] = events[sent : moment["events"]]
            sent = moment["events"]
        if entry:
            entries.append({"at": round(moment.at * 1000, 2), "kind": moment.kind, **entry})
    return entries[:MAX_ENTRIES]


def label(event: str) -> str:
    """What an event says, in a word or two: its text in quotes, or `role`, `stop`, `usage`, `[DONE]`."""
    if event == DONE:
        return DONE
    chunk = json.loads(event)
    choice = choice_of(chunk)
    if choice is None:
        return "usage" if chunk.get("usage") else "no choices"
    delta = choice["delta"]
    if delta.get("content"):
        return json.dumps(delta["content"], ensure_ascii=False)[:LABEL]
    for name in ("reasoning_content", "reasoning", "refusal"):
        if delta.get(name):
            return f"{name} {json.dumps(delta[name], ensure_ascii=False)}"[:LABEL]
    if choice.get("finish_reason"):
        return str(choice["finish_reason"])
    return "role" if delta.get("role") else "content: " + json.dumps(delta["content"]) if "content" in delta else "{}"


def _entry(moment: Moment) -> dict[str, Any]:
    facts = moment.facts
    if moment.kind == "request":
        return {
            "method": facts["method"],
            "path": facts["path"],
            "status": facts["status"],
            "body": _text(facts["body"]),
        }
    if moment.kind == "write":
        return {"size": len(facts["data"]), "events": facts["events"], "text": _text(facts["data"])}
    if moment.kind in ("stdout", "stderr"):
        return {"text": _text(facts["data"]), "size": len(facts["data"])}
    if moment.kind == "note":
        return _note(facts)
    return {key: value for key, value in facts.items() if isinstance(value, str | int | float | bool)} or {"what": ""}


def _note(facts: dict[str, Any]) -> dict[str, Any]:
    if facts["what"] == "wrote":
        return {}
    return {key: escaped(str(value))[:TEXT] for key, value in facts.items()}


def _text(data: bytes) -> str:
    return escaped(data.decode("utf-8", "backslashreplace"))[:TEXT]
