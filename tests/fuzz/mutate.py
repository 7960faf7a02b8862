"""Changes to real examples: types swapped, keys doubled, nesting, numbers without end, text that is none.

All of it is drawn from one `random.Random`, so that a number makes a case again.
"""

from __future__ import annotations

import copy
import json
import random
from typing import Any

TEXTS = (
    "", " ", "\0", "\n", "\r\n", "\u2028", "\x85", "\ud800", "\udc80\ud83c", "\x1b[31m", "\x1b]0;", "\u202e", "\ufeff",
    "<b>", "&amp;", "]]>", "[bold]", "::error::", "{where}", "{{ x }}", "$", "null", "NaN", "-0", "data: ", "[DONE]",
    "returned", "raised", "tuple", "model", "called", "ended", "wrote", "validates", "1e999", "%s", "\\", "\\ud83c",
    "'", '"', "../../x", "C:\\x", "é", "e\u0301", "🍕", "x" * 300, "'" + "\n" * 200, "\\" * 200, "\u0301" * 100,
)  # fmt: skip
NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 2, 255, 2**31, 2**53 + 1, 2**63, -(2**63), 2**511, 2**512, 10**100, 10**1000, 10**4299, 0.0, -0.0, 0.5,
    1e-320, 1e16, 1e300, -1e308, 5e-324, True, False, None,
)  # fmt: skip
MARKS: tuple[Any, ...] = (
    {"$": "tuple", "items": []}, {"$": "tuple"}, {"$": "tuple", "items": 5}, {"$": "model"}, {"$": "cut"},
    {"$": "model", "name": "Recipe", "given": True, "fields": {}}, {"$": "object", "type": "generator"},
    {"$": "object"}, {"$": "number", "text": "nan"}, {"$": {}}, {"$": "asks"}, {"": {}}, [], {}, [[]], [None],
)  # fmt: skip
KEYS = ("$", "kind", "what", "t", "at", "value", "text", "line", "items", "fields", "held", "error", "x", "", "about")
DEEP = (5, 60, 119, 121, 400, 985, 3000)


def one_of_many(rng: random.Random, value: Any) -> Any:
    """The value changed in one to five places."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        value = changed(rng, value)
    return value


def changed(rng: random.Random, value: Any) -> Any:
    """In one place, found by walking down at random."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        return _changed_object(rng, value)
    if isinstance(value, list) and value and rng.random() < 0.8:
        return _changed_list(rng, value)
    if isinstance(value, str) and rng.random() < 0.6:
        return text(rng, value)
    return odd(rng)


def _changed_object(rng: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    value, key = dict(value), rng.choice(list(value))
    how = rng.random()
    if how < 0.6:
        value[key] = changed(rng, value[key])
    elif how < 0.75:
        del value[key]
    elif how < 0.85:
        value[rng.choice(KEYS)] = rng.choice([odd(rng), value[key]])
    elif how < 0.95:
        value[text(rng, key)] = value.pop(key)
    else:
        value[key] = value[rng.choice(list(value))]
    return value


def _changed_list(rng: random.Random, value: list[Any]) -> list[Any]:
    value, at = list(value), rng.randrange(len(value))
    how = rng.random()
    if how < 0.6:
        value[at] = changed(rng, value[at])
    elif how < 0.75:
        del value[at]
    elif how < 0.9:
        value.insert(at, odd(rng))
    elif len(value) < 1000:
        value = value * rng.choice((2, 5))
    return value


def odd(rng: random.Random) -> Any:
    """A value that stands there in no example."""
    how = rng.random()
    if how < 0.3:
        return rng.choice(TEXTS)
    if how < 0.65:
        return rng.choice(NUMBERS)
    if how < 0.9:
        return copy.deepcopy(rng.choice(MARKS))  # whoever gets it may change it
    return _Deep(rng.choice(DEEP), rng.choice(("[", "{", '{"$":"tuple","items":[')))


def text(rng: random.Random, value: str) -> str:
    how, at = rng.random(), rng.randrange(len(value) + 1)
    if how < 0.4:
        return value[:at] + rng.choice(TEXTS) + value[at:]
    if how < 0.6:
        return value[:at]
    if how < 0.75:
        return value[at:] + value[:at]
    if how < 0.85:
        return rng.choice(TEXTS)
    return ((value or "x") * rng.choice((2, 3, 50)))[:20_000]


class _Deep:
    """So many levels, which `json.dumps` itself could not write."""

    def __init__(self, levels: int, kind: str) -> None:
        opening = {"[": "[", "{": '{"a":'}.get(kind, kind)
        closing = {"[": "]", "{": "}"}.get(kind, "]}")
        levels = levels // (2 if kind == '{"$":"tuple","items":[' else 1)
        self.text = opening * levels + "1" + closing * levels


def dumped(rng: random.Random, value: Any, *, valid: bool = False) -> bytes:
    """As JSON; unless it is to be `valid`, now and then with a key twice, no number, or bytes that are no UTF-8."""
    deep: list[str] = []

    def instead(item: Any) -> str:
        deep.append(item.text)
        return f"\ue000{len(deep) - 1}\ue000"

    whole = json.dumps(value, ensure_ascii=rng.random() < 0.7, default=instead, separators=(",", ":"))
    for number, levels in enumerate(deep):
        for mark in (f'"\ue000{number}\ue000"', f'"\\ue000{number}\\ue000"'):
            whole = whole.replace(mark, levels)
    data = whole.encode("utf-8", "surrogatepass" if not valid else "backslashreplace")
    how = 1.0 if valid else rng.random()
    if how < 0.03 and data.startswith(b"{") and data != b"{}":
        return data[:-1] + b"," + data[1:]
    if how < 0.06:
        return data.replace(b":", b":1e999,", 1) if how < 0.045 else data.replace(b"null", b"NaN", 1)
    return raw(rng, data) if how < 0.12 else data


def raw(rng: random.Random, data: bytes) -> bytes:
    """Bytes cut, doubled, exchanged, or other ones put among them."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        at, how = rng.randrange(len(data) + 1), rng.random()
        end = min(len(data), at + rng.choice((1, 2, 8, 64)))
        if how < 0.25:
            data = data[:at] + data[end:]
        elif how < 0.5:
            data = data[:at] + bytes(rng.randrange(256) for _ in range(end - at)) + data[end:]
        elif how < 0.7:
            data = data[:end] + data[at:end] * rng.choice((1, 3, 200)) + data[end:]
        elif how < 0.9:
            data = data[:at] + rng.choice(TEXTS).encode("utf-8", "surrogatepass") + data[at:]
        else:
            data = data[:at]
    return data
