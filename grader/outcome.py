"""How a run ended: from the process's one word, or from the lack of it."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_DEPTH = 120  # of a returned value: more than the child ever sends


@dataclass
class Outcome:
    """How a run ended. `kind` "returned" holds `value`; "raised" and "exited" hold the exception as data in `error`;
    "stuck", "slow", "killed", "silent" (it left without a word) say why in `why`."""

    kind: Literal["returned", "raised", "exited", "missing", "syntax", "stuck", "slow", "killed", "silent"]
    value: Any = None
    error: dict[str, Any] = field(default_factory=dict)
    why: str = ""


def without_word(code: int | None, spoiled: str) -> Outcome:
    if spoiled:
        return Outcome("killed", why=spoiled)
    if code == -signal.SIGXCPU:
        return Outcome("slow", why="used up its processor time")
    if code is not None and code < 0:
        return Outcome("killed", why=f"was ended by {_name(-code)}")
    return Outcome("silent", why=f"left with exit code {code} before the function had returned")


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has none
        return f"signal {number}"


def from_word(word: dict[str, Any]) -> Outcome:
    """The word as an outcome. One that has not the shape that a run gives it counts as none."""
    kind = word.get("kind")
    if kind == "returned" and set(word) == {"kind", "value"} and depth(word["value"]) <= MOST_DEPTH:
        return Outcome("returned", value=word["value"])
    try:
        error = _Error.model_validate(word).model_dump(by_alias=True)
        if depth(error["held"]) > MOST_DEPTH:
            raise ValueError
    except ValueError:  # pydantic's are some
        return Outcome("killed", why="sent back what no run sends back")
    return Outcome(error["kind"], error=error)


def depth(value: Any) -> int:
    """How deep lists and objects are nested, found without recursion."""
    deepest, waiting = 0, [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        waiting += [(child, depth + 1) for child in children]
    return deepest


class _Frame(BaseModel):
    model_config = ConfigDict(strict=True)

    line: int = Field(ge=0, lt=1_000_000)
    function: str = ""
    source: str = ""
    locals: dict[str, str] = {}


class _Error(BaseModel):
    """An exception, a syntax error, or a function that is not there, as the child describes it."""

    model_config = ConfigDict(strict=True)

    kind: Literal["raised", "exited", "missing", "syntax"]
    type: str = ""
    classes: list[str] = Field([], alias="mro")
    message: str = ""
    frames: list[_Frame] = []
    about: str | None = None
    held: dict[str, Any] | None = None  # by an exception of the given class: what its constructor was to keep
    via: list[str] = []
    cause: str = ""
    cause_message: str = ""
    found: list[str] = []
    line: int | None = None
    column: int | None = None
    text: str = ""


def standing_at(text: str, file: str) -> dict[str, Any]:
    """From a dump of all threads: the innermost line of the learner's file, as a frame of an exception would be."""
    found = re.search(rf'File "{re.escape(file)}", line (\d+) in (\S+)', text)
    return {"frames": [{"line": int(found[1]), "function": found[2]}]} if found else {}
