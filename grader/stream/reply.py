"""What a streamed chat completion says: the right reading of its chunks.

This is the truth that submissions are compared with. Shapes: OpenAI's "chat completion chunk object"; the fields that
other servers add are listed where they are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

DONE = "[DONE]"
REASONING_FIELDS = ("reasoning_content", "reasoning")  # DeepSeek, xAI, llama.cpp | Groq, Ollama, OpenRouter


@dataclass(frozen=True)
class Reply:
    """`events` holds the data of each dispatched event, `[DONE]` included."""

    events: tuple[str, ...]
    chunks: tuple[dict[str, Any] | None, ...] = field(init=False)  # one per event, None for [DONE]

    def __post_init__(self) -> None:
        object.__setattr__(self, "chunks", tuple(None if e == DONE else json.loads(e) for e in self.events))

    @cached_property
    def choices(self) -> list[dict[str, Any] | None]:
        """Choice 0 of each event's chunk, None where it has none."""
        return [choice_of(chunk) for chunk in self.chunks]

    @cached_property
    def deltas(self) -> list[dict[str, Any]]:
        return [choice["delta"] for choice in self.choices if choice is not None]

    @cached_property
    def pieces(self) -> list[str]:
        """The text that each event adds; "" where it adds none."""
        return [text_of(choice["delta"].get("content")) if choice else "" for choice in self.choices]

    @cached_property
    def text(self) -> str:
        return "".join(self.pieces)

    @cached_property
    def thoughts(self) -> list[str]:
        """The reasoning that each event adds, whatever the server calls it."""
        return [_thought(choice["delta"]) if choice else "" for choice in self.choices]

    @cached_property
    def reasoning(self) -> str:
        return "".join(self.thoughts)

    @cached_property
    def refusal(self) -> str:
        return "".join(delta.get("refusal") or "" for delta in self.deltas)

    @cached_property
    def finish_reason(self) -> str | None:
        found = [choice.get("finish_reason") for choice in self.choices if choice]
        return next((reason for reason in reversed(found) if reason), None)

    @cached_property
    def usages(self) -> list[dict[str, Any]]:
        return [chunk["usage"] for chunk in self.chunks if chunk and chunk.get("usage")]

    @property
    def usage(self) -> dict[str, Any] | None:
        """The last one sent: where usage is a running total, the last is the total."""
        return self.usages[-1] if self.usages else None

    @cached_property
    def usage_at(self) -> int | None:
        """Index of the first event with a usage."""
        return next((i for i, chunk in enumerate(self.chunks) if chunk and chunk.get("usage")), None)

    @cached_property
    def last_content(self) -> int:
        """Index of the last event that adds text; -1 where none does."""
        return max((i for i, piece in enumerate(self.pieces) if piece), default=-1)


def choice_of(chunk: dict[str, Any] | None) -> dict[str, Any] | None:
    choices = (chunk or {}).get("choices") or []
    return next((c for c in choices if c.get("index", 0) == 0 and c.get("delta") is not None), None)


def text_of(content: Any) -> str:
    """A `content` as text. Mistral's reasoning models send a list of parts where others send a string."""
    if isinstance(content, list):
        return "".join(_part(part, "text") for part in content)
    return content if isinstance(content, str) else ""


def _part(part: Any, kind: str) -> str:
    """The text of a part, where it is of that kind: {"type": kind, kind: its text, or a list of text parts}."""
    if not isinstance(part, dict) or part.get("type") != kind:
        return ""
    return text_of(part.get(kind))


def _thought(delta: dict[str, Any]) -> str:
    named = next((delta[name] for name in REASONING_FIELDS if delta.get(name)), "")
    content = delta.get("content")
    return named or ("".join(_part(part, "thinking") for part in content) if isinstance(content, list) else "")


def of_events(data: Iterable[str | None]) -> Reply:
    return Reply(tuple(d for d in data if d is not None))
