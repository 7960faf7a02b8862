"""Salting: from a seed, a recorded stream becomes another one of the same shape, so a hard-coded answer fails.

Words, numbers, ids, the model's name, usage figures and the finish reason change. Every character of the text is
exchanged for one of the same UTF-8 length, so that deltas and read boundaries keep their places. Same seed, same bytes.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.stream import words
from grader.stream.body import Part
from grader.stream.fixture import Fixture, Salting
from grader.stream.reply import DONE, Reply, choice_of, of_events

TEXT_FIELDS = ("content", "reasoning_content", "reasoning", "refusal")
_ASCII_WORD = re.compile(r"[A-Za-z]+")
_DIGITS = re.compile(r"\d+", re.ASCII)
_ROW_OF = {char: row for row in words.ROWS for char in row}
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|-?\d+(?:\.\d+)?|[^"\d-]+|-', re.DOTALL)
_JSON_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,4}|.|$)", re.DOTALL)


@dataclass(frozen=True)
class Salted:
    """A stream to play: the parts of its body as sent to someone who asked for usage, and what they say."""

    parts: tuple[Part, ...]
    fixture: Fixture

    @cached_property
    def reply(self) -> Reply:
        return of_events(part.data for part in self.parts)

    def without_usage(self) -> Salted:
        """The same stream for a request that did not ask for usage: no usage chunk, and no `usage` key at all."""
        kept = []
        for part in self.parts:
            chunk = _chunk(part)
            if chunk is None or "usage" not in chunk:
                kept.append(part)
            elif chunk.get("choices") or chunk["usage"] is None:
                del chunk["usage"]
                kept.append(part.with_data(_dump(chunk, part)))
            else:
                kept.append(Part(b"", None))  # left out, and its place kept, for those who map part to part
        return Salted(tuple(kept), self.fixture)


def salt(fixture: Fixture, seed: int, *, model: str, finish: str | None = None) -> Salted:
    """Another stream of the fixture's shape. `finish` overrides the finish reason that the seed would choose."""
    rng = random.Random(seed)
    chunks = [_chunk(part) for part in fixture.parts]
    _salt_texts(chunks, fixture.about.salt, rng)
    _salt_ids(chunks, rng, model)
    _salt_usage(chunks, rng)
    choices = fixture.about.salt.finish
    chosen = rng.choice(choices) if choices else None
    _set_finish(chunks, finish or chosen)
    parts = [
        part if chunk is None else part.with_data(_dump(chunk, part))
        for part, chunk in zip(fixture.parts, chunks, strict=True)
    ]
    return Salted(tuple(parts), fixture)


def unsalted(fixture: Fixture, *, model: str) -> Salted:
    """The stream as it was recorded, but for the model's name, so that it can be asked for."""
    parts = []
    for part in fixture.parts:
        chunk = _chunk(part)
        parts.append(part if chunk is None else part.with_data(_dump({**chunk, "model": model}, part)))
    return Salted(tuple(parts), fixture)


def _chunk(part: Part) -> dict[str, Any] | None:
    if part.data is None or part.data == DONE:
        return None
    chunk: dict[str, Any] = json.loads(part.data)
    return chunk


def _dump(chunk: dict[str, Any], like: Part) -> str:
    """JSON in the spelling of the recorded chunk: its spaces, its escapes."""
    data = like.data or ""
    spaced = re.match(r'\{"[^"]*": ', data) is not None
    return json.dumps(chunk, ensure_ascii=data.isascii(), separators=(", ", ": ") if spaced else (",", ":"))


def _salt_texts(chunks: list[dict[str, Any] | None], how: Salting, rng: random.Random) -> None:
    """Each field's text is salted as a whole and cut again where its deltas were cut."""
    for field in TEXT_FIELDS:
        deltas = [c["delta"] for chunk in chunks if (c := choice_of(chunk)) and c["delta"].get(field)]
        whole = "".join(delta[field] for delta in deltas)
        as_json = how.content == "json" and field == "content"
        salted = salt_json(whole, rng, how) if as_json else salt_text(whole, rng, how.keep)
        start = 0
        for delta in deltas:
            end = start + len(delta[field])
            delta[field] = salted[start:end]
            start = end


def salt_text(text: str, rng: random.Random, keep: list[str] | None = None) -> str:
    """Other words, digits and letters beyond ASCII, character for character; white space and punctuation stay."""
    known: dict[str, str] = {}  # a word that comes again becomes the same word again
    kept = "|".join(re.escape(phrase) for phrase in keep or [] if phrase)
    stretches = re.split(f"({kept})", text) if kept else [text]
    return "".join(
        stretch
        if i % 2
        else _ASCII_WORD.sub(
            lambda m: known.get(m[0]) or known.setdefault(m[0], _other_word(m[0], rng)), _other_characters(stretch, rng)
        )
        for i, stretch in enumerate(stretches)
    )


def _other_characters(text: str, rng: random.Random) -> str:
    text = _DIGITS.sub(lambda m: _other_digits(m[0], rng), text)
    return "".join(rng.choice(_ROW_OF[char]) if char in _ROW_OF else char for char in text)


def _other_digits(digits: str, rng: random.Random) -> str:
    first = rng.choice("123456789")
    return first + "".join(rng.choice(string.digits) for _ in digits[1:])


def _other_word(word: str, rng: random.Random) -> str:
    known = words.BY_LENGTH.get(len(word))
    other = rng.choice(known) if known else "".join(rng.choice(string.ascii_lowercase) for _ in word)
    if word.isupper() and len(word) > 1:
        return other.upper()
    return other.capitalize() if word[0].isupper() else other.lower()


def salt_json(text: str, rng: random.Random, how: Salting) -> str:
    """Salts values, never keys, of a JSON text that may be cut off or be followed by other text."""
    out: list[str] = []
    key, depth, done = "", 0, False
    tokens = _JSON_TOKEN.findall(text)
    for i, token in enumerate(tokens):
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        if done or (depth == 0 and token[0] not in "{["):
            out.append(salt_text(token, rng, how.keep))
        elif token[0] == '"' and after.lstrip().startswith(":"):
            key = token.strip('"')
            out.append(token)
        elif token[0] == '"':
            out.append("".join(_salt_json_string(token, rng, how)))
        elif token[0].isdigit():
            out.append(_other_number(token, rng, how.ranges.get(key)))
        else:
            out.append(token)
        if token[0] != '"':
            depth += token.count("{") + token.count("[") - token.count("}") - token.count("]")
            done = done or (depth == 0 and ("}" in token or "]" in token))
    return "".join(out)


def _salt_json_string(token: str, rng: random.Random, how: Salting) -> Iterator[str]:
    end = 0
    for escape in _JSON_ESCAPE.finditer(token):
        yield salt_text(token[end : escape.start()], rng, how.keep)
        yield escape[0]
        end = escape.end()
    yield salt_text(token[end:], rng, how.keep)


def _other_number(token: str, rng: random.Random, bounds: tuple[int, int] | None) -> str:
    """Another whole number with as many digits, inside `bounds` where there are some; otherwise left alone."""
    if bounds is None or not token.isdigit():
        return token
    low = max(bounds[0], 10 ** (len(token) - 1) if len(token) > 1 else 0)
    high = min(bounds[1], 10 ** len(token) - 1)
    return str(rng.randint(low, high)) if low <= high else token


def _salt_ids(chunks: list[dict[str, Any] | None], rng: random.Random, model: str) -> None:
    renamed: dict[str, str] = {}
    later = rng.randrange(1, 10_000_000)
    for chunk in chunks:
        if chunk is None:
            continue
        for holder in (chunk, chunk.get("x_groq")):
            if isinstance(holder, dict) and isinstance(holder.get("id"), str):
                if holder["id"] not in renamed:
                    renamed[holder["id"]] = _other_id(holder["id"], rng)
                holder["id"] = renamed[holder["id"]]
        if isinstance(chunk.get("created"), int):
            chunk["created"] += later
        if "model" in chunk:
            chunk["model"] = model


def _other_id(name: str, rng: random.Random) -> str:
    """`chatcmpl-AbC12` becomes `chatcmpl-XyZ98`: the prefix stays, the rest keeps its alphabet."""
    prefix, dash, rest = name.rpartition("-")
    lower = "abcdef" if re.fullmatch(r"[0-9a-f-]+", name) else string.ascii_lowercase  # a UUID stays one
    alphabet = {"d": string.digits, "l": lower, "u": string.ascii_uppercase}
    kind = {c: "d" if c.isdigit() else "l" if c.islower() else "u" if c.isupper() else "" for c in rest}
    return prefix + dash + "".join(rng.choice(alphabet[kind[c]]) if kind[c] else c for c in rest)


def _salt_usage(chunks: list[dict[str, Any] | None], rng: random.Random) -> None:
    """Shifts both counters by one amount for the whole stream: a running total keeps running, sums stay sums.

    The shifts are larger than any count of chunks, words or characters, so an estimate never hits by luck.
    """
    more_prompt, more_completion = rng.randint(1000, 4000), rng.randint(5000, 9000)
    for chunk in chunks:
        usage = (chunk or {}).get("usage")
        if isinstance(usage, dict):
            usage["prompt_tokens"] += more_prompt
            usage["completion_tokens"] += more_completion
            usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]


def _set_finish(chunks: list[dict[str, Any] | None], reason: str | None) -> None:
    for chunk in chunks:
        choice = choice_of(chunk)
        if reason and choice and choice.get("finish_reason"):
            choice["finish_reason"] = reason
