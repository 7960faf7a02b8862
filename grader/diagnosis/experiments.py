"""Edits of a stream that tell two causes apart: the same program meets a stream in which they differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from grader.stream.body import Part, event_ends
from grader.stream.reply import DONE, REASONING_FIELDS, choice_of
from grader.stream.script import Pause, Script, Send, script

SLOW_S = 1.0
MESSAGE = "(this stands in message)"


def _chunk(part: Part) -> dict[str, Any] | None:
    if part.data is None or part.data == DONE:
        return None
    chunk: dict[str, Any] = json.loads(part.data)
    return chunk


def slowly(parts: Sequence[Part], reads: Sequence[int]) -> Script:
    """The stream takes a second, and its last event is kept back until the program leaves or rests."""
    steps = script(parts, reads, hold=False, wait_at=len(event_ends(parts)) - 1)
    pause = Pause(SLOW_S / len(reads))
    return tuple(step for send in steps for step in ((pause, send) if isinstance(send, Send) else (send,)))


def without_leading_gaps(parts: Sequence[Part]) -> list[Part]:
    """Leaves out what comes before the first text, so that the first delta has some."""
    for i, part in enumerate(parts):
        choice = choice_of(_chunk(part))
        if choice and choice["delta"].get("content"):
            return list(parts[i:])
    return list(parts)


def with_a_message(parts: Sequence[Part]) -> list[Part]:
    """Each chunk's choice carries a `message` too, as Perplexity's do: who reads it gives itself away."""
    edited = []
    for part in parts:
        chunk = _chunk(part)
        choice = choice_of(chunk)
        if chunk is not None and choice is not None:
            choice["message"] = {"role": "assistant", "content": MESSAGE}
            part = part.with_data(json.dumps(chunk))
        edited.append(part)
    return edited


def usage_on_content(parts: Sequence[Part]) -> list[Part]:
    """No chunk with empty choices: the usage moves to the last chunk that has some, as Mistral sends it."""
    chunks = [_chunk(part) for part in parts]
    usage = next((c["usage"] for c in reversed(chunks) if c and c.get("usage") and not c.get("choices")), None)
    last = max((i for i, c in enumerate(chunks) if c and c.get("choices")), default=-1)
    edited = []
    for i, (part, chunk) in enumerate(zip(parts, chunks, strict=True)):
        if chunk is not None and not chunk.get("choices"):
            continue
        if chunk is not None and i == last and usage is not None:
            part = part.with_data(json.dumps({**chunk, "usage": usage}))
        edited.append(part)
    return edited


def text_before(parts: Sequence[Part]) -> list[Part]:
    """Puts a few words before the first text."""
    edited, done = [], False
    for part in parts:
        chunk = _chunk(part)
        choice = choice_of(chunk)
        if not done and choice is not None and choice["delta"].get("content"):
            choice["delta"]["content"] = "Here it is: " + choice["delta"]["content"]
            part, done = part.with_data(json.dumps(chunk)), True
        edited.append(part)
    return edited


def content_everywhere(parts: Sequence[Part]) -> list[Part]:
    """Each delta has a content, "" where it had none."""
    return _with_deltas(parts, lambda delta: {**delta, "content": delta.get("content") or ""})


def finish_everywhere(parts: Sequence[Part]) -> list[Part]:
    """Each chunk has the finish reason `stop`: in its choice, where it belongs, and in the delta and the chunk itself."""
    edited = []
    for part in parts:
        chunk = _chunk(part)
        choice = choice_of(chunk)
        if chunk is not None and choice is not None:
            for place in (chunk, choice, choice["delta"]):
                place["finish_reason"] = "stop"
            part = part.with_data(json.dumps(chunk))
        edited.append(part)
    return edited


def reasoning_everywhere(parts: Sequence[Part]) -> list[Part]:
    """Each delta has a text under both names of reasoning, "" where it had none."""
    return _with_deltas(parts, lambda delta: {**delta, **{name: delta.get(name) or "" for name in REASONING_FIELDS}})


def other_name_of_reasoning(parts: Sequence[Part]) -> list[Part]:
    """The two names of reasoning change places."""
    other = dict(zip(REASONING_FIELDS, reversed(REASONING_FIELDS), strict=True))
    return _with_deltas(parts, lambda delta: {other.get(name, name): value for name, value in delta.items()})


def reasoning_apart(parts: Sequence[Part]) -> list[Part]:
    """Reasoning and content in deltas of their own: none has both fields, not even an empty one or null."""
    edited = []
    for part in parts:
        choice = choice_of(_chunk(part))
        delta = choice["delta"] if choice else {}
        names = [name for name in REASONING_FIELDS if delta.get(name)]
        if names:
            edited += _with_deltas([part], lambda delta: {k: v for k, v in delta.items() if k != "content"})
        if not names or delta.get("content"):
            edited += _with_deltas([part], lambda delta: {k: v for k, v in delta.items() if k not in REASONING_FIELDS})
    return edited


def whole_at_once(parts: Sequence[Part]) -> list[Part]:
    """From the first text on: all of it in the first delta, and a space in place of each later text."""
    parts = without_leading_gaps(parts)
    choices = [choice_of(_chunk(part)) for part in parts]
    whole = "".join((choice["delta"].get("content") or "") if choice else "" for choice in choices)
    texts = iter([whole])
    return _with_deltas(parts, lambda d: {**d, "content": next(texts, " ")} if d.get("content") else d)


def shorter(parts: Sequence[Part]) -> list[Part]:
    """Without three of its texts."""
    with_text = [i for i, part in enumerate(parts) if (c := choice_of(_chunk(part))) and c["delta"].get("content")]
    return [part for i, part in enumerate(parts) if i not in with_text[2:5]]


def _with_deltas(parts: Sequence[Part], change: Callable[[dict[str, Any]], dict[str, Any]]) -> list[Part]:
    edited = []
    for part in parts:
        chunk = _chunk(part)
        choice = choice_of(chunk)
        if choice is not None:
            choice["delta"] = change(choice["delta"])
            part = part.with_data(json.dumps(chunk))
        edited.append(part)
    return edited


def _plain_framing(parts: Sequence[Part]) -> list[Part]:
    """No comments, and LF at all line ends."""
    return [Part(b"data: " + part.data.encode() + b"\n\n", part.data) for part in parts if part.data is not None]


def _without_text(old: str, new: str) -> Callable[[Sequence[Part]], list[Part]]:
    def edit(parts: Sequence[Part]) -> list[Part]:
        return _with_deltas(
            parts, lambda d: {**d, "content": d["content"].replace(old, new)} if d.get("content") else d
        )

    return edit


# For a scenario's trait: the stream without it. Cuts are undone by sending one event a read.
WITHOUT: dict[str, Callable[[Sequence[Part]], list[Part]]] = {
    "comments": _plain_framing,
    "crlf": _plain_framing,
    "unicode-lines": _without_text("\u2028", ","),
    "data-in-text": _without_text("data: ", "note: "),
}
