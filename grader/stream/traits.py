"""What is particular about a stream: how it is framed, where its usage comes, what it calls its reasoning.

Servers that speak "OpenAI's API" differ in these. The traits of a real reply, beside those of a challenge's fixtures,
say what the fixtures do not show yet. Any bytes have traits: nothing in here raises.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from grader.stream import body, sse
from grader.stream.fixture import Fixture
from grader.stream.reply import DONE, REASONING_FIELDS
from grader.stream.salt import Salted

Traits = dict[str, tuple[str, ...]]  # the trait's name: what was seen of it, most often one thing

NONE = "none"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LINE = re.compile(rb"[^\r\n]+")
_HEX_ID = re.compile(r"[0-9a-f]{32}")

# OpenAI's "chat completion chunk object", and what has a trait of its own; whatever else is in a chunk is an extra key.
_CHUNK = {"id", "object", "created", "model", "choices", "usage", "error"}
_CHOICE = {"index", "delta", "finish_reason"}
_DELTA = {"role", "content", "refusal", "tool_calls", *REASONING_FIELDS}


@dataclass(frozen=True)
class Wire:
    """A body, read for its traits."""

    body: bytes
    reads: tuple[int, ...] = ()  # lengths of the network reads, where they are known

    @cached_property
    def lines(self) -> list[bytes]:
        return _LINE.findall(self.body)

    @cached_property
    def events(self) -> list[sse.Event]:
        return sse.decode(self.body)

    @cached_property
    def values(self) -> list[Any]:
        """The JSON of each event; None for `[DONE]` and for what is no JSON."""
        return [_json(event.data) for event in self.events]

    @cached_property
    def chunks(self) -> list[dict[str, Any]]:
        """Events that have choices."""
        return [value for value in self.values if isinstance(value, dict) and isinstance(value.get("choices"), list)]

    @cached_property
    def choices(self) -> list[dict[str, Any]]:
        return [choice for chunk in self.chunks for choice in _dicts(chunk["choices"])]

    @cached_property
    def deltas(self) -> list[dict[str, Any]]:
        return _dicts(choice.get("delta") for choice in self.choices)


def traits(stream: bytes, reads: Sequence[int] = ()) -> Traits:
    """The traits of a body; with `reads`, also how many events a read brought."""
    wire = Wire(stream, tuple(reads))
    found = {name: tuple(dict.fromkeys(look(wire))) for name, look in LOOKS.items()}
    return {name: seen for name, seen in found.items() if seen}


# -- framing ----------------------------------------------------------------------------------------------------------


def _line_ends(wire: Wire) -> Iterable[str]:
    names = {b"\n": "LF", b"\r\n": "CRLF", b"\r": "CR"}
    return (names[end] for end in sorted(set(_LINE_END.findall(wire.body))))


def _after_data(wire: Wire) -> Iterable[str]:
    values = [line[5:] for line in wire.lines if line.startswith(b"data:")]
    return ("a space" if value.startswith(b" ") else "nothing" for value in values if value)


def _comments(wire: Wire) -> Iterable[str]:
    return ["some" if any(line.startswith(b":") for line in wire.lines) else NONE]


def _fields(wire: Wire) -> Iterable[str]:
    known = ("data", "event", "id", "retry")
    return sorted({name for line in wire.lines if (name := line.partition(b":")[0].decode("latin-1")) in known})


def _letters(wire: Wire) -> Iterable[str]:
    raw = any(byte >= 0x80 for byte in wire.body)
    escaped = any(re.search(r"\\u(?!00[0-7])[0-9a-fA-F]{4}", event.data) for event in wire.events)
    return [kind for kind, there in (("raw", raw), ("escaped", escaped)) if there] or [NONE]


def _end(wire: Wire) -> Iterable[str]:
    return [DONE if any(event.data == DONE for event in wire.events) else f"no {DONE}"]


def _events_a_read(wire: Wire) -> Iterable[str]:
    ends = body.event_ends(body.parts(wire.body))
    done = 0
    for offset in accumulate(wire.reads):
        now = bisect_right(ends, offset)
        if now < len(ends) and offset > (ends[now - 1] if now else 0):
            yield "a part"
        elif now > done:
            yield "one" if now == done + 1 else "several"
        done = now


# -- chunks -----------------------------------------------------------------------------------------------------------


def _first_chunk(wire: Wire) -> Iterable[str]:
    if not wire.chunks:
        return ["no chunk"]
    choices = _dicts(wire.chunks[0]["choices"])
    if not choices:
        return ["empty choices"]
    delta = choices[0].get("delta")
    if not isinstance(delta, dict):
        return ["no delta"]
    role = "role" if delta.get("role") else "no role"
    what = next((n for n in (*REASONING_FIELDS, "tool_calls", "refusal") if delta.get(n)), "")
    return [f"{role}, {_content(delta)}" + (f", {what}" if what else "")]


def _content(delta: dict[str, Any]) -> str:
    if "content" not in delta:
        return "no content"
    content = delta["content"]
    if isinstance(content, list):
        return "content is a list"
    return "text" if content else "content null" if content is None else "content empty"


def _later_content(wire: Wire) -> Iterable[str]:
    return sorted({_content(delta) for delta in wire.deltas[1:]})


def _last_delta(wire: Wire) -> Iterable[str]:
    last = [choice.get("delta") for choice in wire.choices if choice.get("finish_reason")]
    return ("{}" if delta == {} else _content(delta) for delta in _dicts(last))


def _choice_count(wire: Wire) -> Iterable[str]:
    indexes = {str(choice.get("index", 0)) for choice in wire.choices}
    return [str(len(indexes))] if indexes else []


def _finish_reason(wire: Wire) -> Iterable[str]:
    return [str(c["finish_reason"]) for c in wire.choices if c.get("finish_reason")] or [NONE]


def _finish_comes(wire: Wire) -> Iterable[str]:
    reasons = [c.get("index", 0) for c in wire.choices if c.get("finish_reason")]
    counts = sorted({reasons.count(index) for index in reasons})
    return [{1: "once", 2: "twice"}.get(count, f"{count} times") for count in counts] or ["never"]


def _finish_before(wire: Wire) -> Iterable[str]:
    """What stands for the finish reason where there is none yet."""
    kinds = {"null" if "finish_reason" in c else "no key" for c in wire.choices if not c.get("finish_reason")}
    return sorted(kinds)


def _reasoning(wire: Wire) -> Iterable[str]:
    named = [name for name in REASONING_FIELDS if any(delta.get(name) for delta in wire.deltas)]
    contents = [delta.get("content") for delta in wire.deltas]
    listed = any(_is_thought(part) for content in contents if isinstance(content, list) for part in content)
    text = "".join(content for content in contents if isinstance(content, str))
    tagged = text.lstrip().startswith("<think>")
    return [*named, *["a part of content"] * listed, *["<think> in content"] * tagged] or [NONE]


def _is_thought(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "thinking"


def _present(name: str) -> Callable[[Wire], Iterable[str]]:
    def look(wire: Wire) -> Iterable[str]:
        values = [delta[name] for delta in wire.deltas if name in delta]
        return ["some" if any(values) else "null" if values else NONE]

    return look


def _errors(wire: Wire) -> Iterable[str]:
    found = []
    for event, value in zip(wire.events, wire.values, strict=True):
        if isinstance(value, dict) and value.get("error"):
            found.append("in a chunk" if value in wire.chunks else "in place of a chunk")
        elif value is None and event.data != DONE:
            found.append("data that is no JSON")
        if event.type != "message":
            found.append(f"event: {event.type[:20]}")
    return found or [NONE]


def _extra_keys(wire: Wire) -> Iterable[str]:
    keys = {key for chunk in wire.chunks for key in chunk.keys() - _CHUNK}
    keys |= {f"choice.{key}" for choice in wire.choices for key in choice.keys() - _CHOICE}
    return sorted(keys | {f"delta.{key}" for delta in wire.deltas for key in delta.keys() - _DELTA})


# -- usage ------------------------------------------------------------------------------------------------------------


def _usage(wire: Wire) -> Iterable[str]:
    """Where the token counts come."""
    at = [i for i, chunk in enumerate(wire.chunks) if chunk.get("usage")]
    if not at:
        inside = any(isinstance(chunk.get("x_groq"), dict) and chunk["x_groq"].get("usage") for chunk in wire.chunks)
        return ["only in x_groq"] if inside else ["never"]
    with_choices = [i for i, chunk in enumerate(wire.chunks) if _dicts(chunk["choices"])]
    if len(at) > 2 and set(with_choices[1:]) <= set(at):
        return ["a running total on every chunk"]
    if len(at) > 1:
        return [f"on {len(at)} chunks"]
    if at[0] not in with_choices:
        last = at[0] == len(wire.chunks) - 1
        return ["last chunk, empty choices" if last else "empty choices, then another chunk"]
    return ["last chunk with a choice" if at[0] == with_choices[-1] else "a chunk with a choice, not the last"]


def _usage_elsewhere(wire: Wire) -> Iterable[str]:
    others = [chunk for chunk in wire.chunks if not chunk.get("usage")]
    return ["null" if any("usage" in chunk for chunk in others) else "no key"] if others else []


# -- beside fixtures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One thing that was seen, and the fixtures that show it, too."""

    trait: str
    value: str
    same_in: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """No fixture shows it, and it is the stream's own: a dialect is a guess, and the kit cuts reads itself."""
        return not self.same_in and self.trait not in ("dialect", "events a read")


def of_fixture(fixture: Fixture, *, with_usage: bool) -> Traits:
    """The traits of what the kit plays of a fixture, to a request that asks for usage or does not."""
    sent = Salted(tuple(fixture.parts), fixture)
    found = traits(body.join((sent if with_usage else sent.without_usage()).parts))
    if found["finish reason"] != (NONE,):  # salting may choose another
        found["finish reason"] = tuple(dict.fromkeys((*found["finish reason"], *fixture.about.salt.finish)))
    return found


def compare(live: Traits, fixtures: Mapping[str, Traits]) -> list[Row]:
    return [
        Row(trait, value, tuple(name for name, shown in fixtures.items() if value in shown.get(trait, ())))
        for trait, values in live.items()
        for value in values
    ]


# -- who it is --------------------------------------------------------------------------------------------------------


def dialect(stream: bytes) -> str:
    """A first guess, from what only one kind of server sends; of `fixture.DIALECTS`. Its author has the last word."""
    return next(iter(_dialect(Wire(stream))))


def _dialect(wire: Wire) -> Iterable[str]:
    keys = {key for chunk in wire.values if isinstance(chunk, dict) for key in chunk}
    in_choices = {key for choice in wire.choices for key in choice}
    in_usage = {key for chunk in wire.chunks if isinstance(chunk.get("usage"), dict) for key in chunk["usage"]}
    prints = {str(chunk.get("system_fingerprint") or "") for chunk in wire.chunks}
    ids = {str(chunk.get("id") or "") for chunk in wire.chunks}
    signs = {
        "openrouter": "native_finish_reason" in in_choices
        or any(line.startswith(b": OPENROUTER") for line in wire.lines),
        "groq": "x_groq" in keys,
        "llama.cpp": "timings" in keys or any(re.fullmatch(r"b\d+-\w+", name) for name in prints),
        "azure": "prompt_filter_results" in keys or "content_filter_results" in in_choices,
        "perplexity": bool({"search_results", "citations"} & keys),
        "deepseek": "prompt_cache_hit_tokens" in in_usage,
        "mistral": bool(ids) and all(_HEX_ID.fullmatch(id) for id in ids) and prints == {""},
    }
    return [next((name for name, sign in signs.items() if sign), "openai")]


def _json(data: str) -> Any:
    try:
        return None if data == DONE else json.loads(data)
    except (ValueError, RecursionError):
        return None


def _dicts(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]


LOOKS: dict[str, Callable[[Wire], Iterable[str]]] = {
    "dialect": _dialect,
    "line ends": _line_ends,
    "after data:": _after_data,
    "fields": _fields,
    "comments": _comments,
    "letters beyond ASCII": _letters,
    "events a read": _events_a_read,
    "first chunk": _first_chunk,
    "later deltas": _later_content,
    "last delta": _last_delta,
    "choices": _choice_count,
    "finish reason": _finish_reason,
    "finish reason comes": _finish_comes,
    "before it comes": _finish_before,
    "usage": _usage,
    "usage elsewhere": _usage_elsewhere,
    "reasoning": _reasoning,
    "refusal": _present("refusal"),
    "tool calls": _present("tool_calls"),
    "errors": _errors,
    "end": _end,
    "extra keys": _extra_keys,
}
