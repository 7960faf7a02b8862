"""Fixtures: a readable `.sse` body, and a `.toml` beside it that says honestly where it comes from."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import UsageError
from grader.stream.body import Part, parts
from grader.stream.reply import DONE, Reply, of_events

DIALECTS = Literal["openai", "azure", "groq", "mistral", "deepseek", "openrouter", "llama.cpp", "perplexity"]


HOP_BY_HOP = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade", "trailer", "te"})


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Salting(Strict):
    """What salting must leave alone, and what it may choose from."""

    keep: list[str] = []  # phrases of the text that stay as they are
    finish: list[str] = []  # finish reasons to choose from; empty: the recorded one stays
    content: Literal["text", "json"] = "text"
    ranges: dict[str, tuple[int, int]] = {}  # json: for the numbers under a key, the bounds they stay in


class About(Strict):
    """The `.toml` beside a body."""

    origin: Literal["recorded", "hand-made"]
    note: str = Field(min_length=1)
    dialect: DIALECTS
    engine: str = ""  # recorded: which server software
    model: str = ""  # recorded: which weights
    recorded: str = ""  # recorded: which day
    status: int = 200
    headers: list[tuple[str, str]] = [("Content-Type", "text/event-stream")]
    headers_ms: float = 0.0  # until the status line came, from the request
    reads: list[
        tuple[float, Annotated[int, Field(gt=0)]]
    ] = []  # of each network read: arrival in ms from the request, length in bytes
    salt: Salting = Salting()

    @property
    def headers_to_send(self) -> tuple[tuple[str, str], ...]:
        """Without those that belong to one connection: the replay server frames its replies itself."""
        return tuple((name, value) for name, value in self.headers if name.lower() not in HOP_BY_HOP)


@dataclass(frozen=True)
class Fixture:
    name: str
    body: bytes
    about: About

    @cached_property
    def parts(self) -> list[Part]:
        return parts(self.body)

    @cached_property
    def reply(self) -> Reply:
        return of_events(part.data for part in self.parts)


def load(path: Path) -> Fixture:
    """Reads `path` (the `.sse`) and the `.toml` beside it. Raises UsageError naming the file and the line or key."""
    about = _load_about(path.with_suffix(".toml"))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). A fixture is a .sse file of SSE lines.") from None
    _check_lines(path, content)
    if about.reads and sum(length for _, length in about.reads) != len(content):
        total = sum(length for _, length in about.reads)
        raise UsageError(
            f"{path.with_suffix('.toml')}: `reads` adds up to {total} bytes, but {path.name} has {len(content)}. "
            "Record it again, or remove `reads`."
        )
    return Fixture(path.stem, content, about)


def _load_about(path: Path) -> About:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"{path}: missing. Each .sse needs a .toml beside it with at least origin, note, dialect."
        ) from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}), expected a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    try:
        return About.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from None


# How we say what pydantic calls by these names.
_SAYS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "expected a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "expected a number"),
    "finite_number": "expected a number that is finite",
    "string_type": "expected a text",
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "expected a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "expected a table of keys and values"),
    "literal_error": "expected {expected}",
    "greater_than_equal": "expected {ge:g} or more",
    "greater_than": "expected more than {gt:g}",
    "less_than_equal": "expected {le:g} at most",
    "less_than": "expected less than {lt:g}",
    **dict.fromkeys(("too_long", "string_too_long"), "is too long"),
}


def first_problem(error: ValidationError) -> str:
    """One sentence for a pydantic error: the key, what is wrong, what was there."""
    problem = error.errors()[0]
    key = ".".join(str(step) for step in problem["loc"]) or "(top level)"
    given = "" if problem["type"] in ("missing", "extra_forbidden") else f" (found {_short(problem['input'])})"
    said = _SAYS.get(problem["type"])
    what = said.format(**problem.get("ctx", {})) if said else problem["msg"].lower()
    return f"key `{key}`: {what}{given}"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def _check_lines(path: Path, content: bytes) -> None:
    """A fixture is a well-formed stream of chunks; what breaks that is a slip of the author, named with its line."""
    data_before = False  # in the event that is open
    # Lines are counted as an editor counts them, which agrees with the standard's LF, CRLF and CR.
    for number, line in enumerate(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1):
        try:
            _check_line(line.decode("utf-8"))
            if data_before and line.startswith(b"data"):
                raise ValueError("a second data line in one event: a blank line is missing above")
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: {error}") from None
        data_before = bool(line) and (data_before or line.startswith(b"data"))


def _check_line(line: str) -> None:
    field, colon, value = line.partition(":")
    if not line or not field:  # blank, or a comment
        return
    if not colon or field not in ("data", "event", "id", "retry"):
        raise ValueError(f"expected `data: …`, `event: …`, a comment or a blank line, found {line[:60]!r}")
    if field == "data" and (text := value.removeprefix(" ")) != DONE:
        _check_chunk(text)


def _check_chunk(text: str) -> None:
    try:
        chunk: Any = json.loads(text)
    except RecursionError:
        raise ValueError("the data is nested too deep") from None
    except json.JSONDecodeError as error:
        near = text[max(0, error.pos - 20) : error.pos + 20]
        raise ValueError(f"the data is not JSON: {error.msg} at character {error.pos + 1}, near {near!r}") from None
    if not isinstance(chunk, dict):
        raise ValueError(f"the data is {type(chunk).__name__}, expected a JSON object or {DONE}")
