"""How a run ended: from the process's one word, or from the lack of it."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.jail.plain import is_plain


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
    if kind == "returned" and set(word) == {"kind", "value"} and is_plain(word["value"]):
        return Outcome("returned", value=word["value"])
    error = described(word)
    if error is None:
        return Outcome("killed", why="sent back what no run sends back")
    return Outcome(error["kind"], error=error)


def described(word: Any) -> dict[str, Any] | None:
    """An exception, a syntax error, or a function that is not there, as the child describes it; None if it is none."""
    try:
        error = _Error.model_validate(word).model_dump(by_alias=True)
    except (ValueError, RecursionError):  # pydantic's are ValueErrors
        return None
    held = error["held"]
    return error if held is None or all(is_plain(value) for value in held.values()) else None


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
    line: int | None = Field(None, ge=0, lt=1_000_000)
    column: int | None = Field(None, ge=0, lt=1_000_000)
    text: str = ""


def standing_at(text: str, file: str) -> dict[str, Any]:
    """From a dump of all threads: the innermost line of the learner's file, as a frame of an exception would be.

    The dump was in the learner's hands. A line has no more digits than that of a frame, and a name no more letters than
    faulthandler writes.
    """
    found = re.search(rf'File "{re.escape(file)}", line ([0-9]{{1,6}}) in (\S{{1,500}})', text)
    return {"frames": [{"line": int(found[1]), "function": found[2]}]} if found else {}
