"""Runs the generator twice: once for the deltas, once more for the finish reason."""
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple, TypedDict

import requests


class Event(NamedTuple):
    delta: dict[str, Any]
    finish_reason: str | None


class Inspection(TypedDict):
    deltas: list[dict[str, Any]]
    text: str
    finish_reason: str | None


def events(prompt: str) -> Iterator[Event]:
    with requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    ) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not line.startswith(b"data: "):
                continue
            if line == b"data: [DONE]":
                return
            choice = json.loads(line[6:])["choices"][0]
            yield Event(choice["delta"], choice.get("finish_reason"))


def inspect_stream(prompt: str) -> Inspection:
    seen: list[Event] = []
    for event in events(prompt):
        print(event, flush=True)
        seen.append(event)
    return Inspection(
        deltas=[event.delta for event in seen],
        text="".join(event.delta.get("content") or "" for event in seen),
        finish_reason=next((event.finish_reason for event in events(prompt) if event.finish_reason), None),
    )
