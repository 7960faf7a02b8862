"""The learner's return value as plain JSON, made inside the learner's process.

JSON types stay what they are. Everything else becomes `{"$": kind, …}`:
`tuple` (`items`), `model` (a pydantic object: `name`, `given` for the class of the learner's own file, `fields`),
`number` (`text`: NaN, infinities), `object` (`type`), `cut` (too deep or too large).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from grader.nested import MOST_DEPTH

MAX_DEPTH = 40
MAX_NODES = 50_000
MAX_TEXT = 600_000  # characters, all texts together
MAX_BITS = 512  # of a whole number


def class_name(cls: type) -> str:
    """As it was given to it: a metaclass may say something else, or nothing."""
    return str(type.__dict__["__name__"].__get__(cls))[:200]


def _size(value: Any) -> int:
    """Of a list, tuple or dict: how much really is in it."""
    return next(kind.__len__(value) for kind in (list, tuple, dict) if issubclass(type(value), kind))


class Plainer:
    """Converts one value; `given` is the class of the learner's file that the challenge handed out, if any."""

    def __init__(self, given: type | None = None, *, most_text: int = MAX_TEXT) -> None:
        self._given = given
        self._most_text = most_text
        self._nodes = 0
        self._text = 0

    def convert(self, value: Any, depth: int = 0) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            return {"$": "cut"}
        kind = type(value)  # not isinstance: an object may lie about its __class__
        if value is None or kind is bool:
            return value
        if issubclass(kind, int):
            return self._whole_number(int.__int__(value))
        if issubclass(kind, float):
            number = float.__float__(value)
            return number if math.isfinite(number) else {"$": "number", "text": repr(number)}
        if issubclass(kind, str):
            self._text += str.__len__(value)
            return {"$": "cut"} if self._text > self._most_text else str.__str__(value)
        if issubclass(kind, list | tuple | dict) and _size(value) > 2 * MAX_NODES:  # for ever
            return {"$": "cut"}
        if issubclass(kind, list):
            return [self.convert(item, depth + 1) for item in list.__iter__(value)]
        if issubclass(kind, tuple):
            return {"$": "tuple", "items": [self.convert(item, depth + 1) for item in tuple.__iter__(value)]}
        if issubclass(kind, dict):
            return self._mapping(dict.items(value), depth)
        return self._object(value, depth)

    def _whole_number(self, value: int) -> Any:
        return value if value.bit_length() < MAX_BITS else {"$": "object", "type": "int"}

    def _mapping(self, items: Any, depth: int) -> Any:
        pairs = list(items)
        if any(not issubclass(type(key), str) for key, _ in pairs):
            return {"$": "object", "type": "dict", "keys": [class_name(type(key)) for key, _ in pairs[:5]]}
        plain = {str.__str__(key): self.convert(item, depth + 1) for key, item in pairs}
        return plain if "$" not in plain and len(plain) == len(pairs) else {"$": "object", "type": "dict", "keys": []}

    def _object(self, value: Any, depth: int) -> Any:
        pydantic = sys.modules.get("pydantic")
        if pydantic is not None and issubclass(type(value), pydantic.BaseModel):
            given = self._given is not None and issubclass(type(value), self._given)
            declared = (self._given if given else type(value)).model_fields  # type: ignore[union-attr]
            fields = {name: item for name, item in value.__dict__.items() if name in declared}
            fields |= getattr(value, "__pydantic_extra__", None) or {}
            if "$" in fields:  # it would look like one of our marks
                return {"$": "object", "type": class_name(type(value))}
            return {
                "$": "model",
                "name": class_name(type(value)),
                "given": given,
                "fields": {str.__str__(name): self.convert(item, depth + 1) for name, item in fields.items()},
            }
        if issubclass(type(value), type):
            return {"$": "object", "type": f"class {class_name(value)}"}
        return {"$": "object", "type": class_name(type(value))}


# -- on the judge's side: is it what such a conversion makes? ----------------------------------------------------------

_MARKS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "tuple": {"items": lambda value: type(value) is list},
    "model": {
        "name": lambda value: type(value) is str,
        "given": lambda value: type(value) is bool,
        "fields": lambda value: type(value) is dict,
    },
    "number": {"text": lambda value: value in ("nan", "inf", "-inf")},
    "object": {"type": lambda value: type(value) is str},
    "cut": {},
}


def is_plain(value: Any) -> bool:
    """Could a `Plainer` have made it? What a process sends back may have been written by anybody.

    So no mark lacks what belongs to it, and no number is too large to be calculated with. Found without recursion.
    """
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MOST_DEPTH:
            return False
        if isinstance(item, int) and item.bit_length() >= MAX_BITS:
            return False
        if isinstance(item, float) and not math.isfinite(item):
            return False
        if isinstance(item, dict):
            if "$" in item and not _is_mark(item):
                return False
            waiting += [(child, depth + 1) for child in item.values()]
        elif isinstance(item, list):
            waiting += [(child, depth + 1) for child in item]
    return True


def _is_mark(item: dict[str, Any]) -> bool:
    kind, keys = item["$"], set(item) - {"$"}
    parts = _MARKS.get(kind) if type(kind) is str else None
    if parts is None or keys - {"keys"} != parts.keys() or ("keys" in keys and kind != "object"):
        return False
    names = item.get("keys", [])
    return all(fits(item[name]) for name, fits in parts.items()) and (
        type(names) is list and all(type(name) is str for name in names)
    )
