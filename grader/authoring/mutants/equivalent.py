"""equivalent.toml: mutants of the solution that are as right as the solution itself, each with the reason."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from grader.authoring.mutants.engine import Mutant
from grader.errors import UsageError
from grader.stream.fixture import Strict, first_problem


class Entry(Strict):
    """The first four name the mutant, see `Mutant`."""

    operator: str
    line: str
    was: str
    now: str
    reason: str = Field(pattern=r"\S")

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.operator, self.line, self.was, self.now


class _File(Strict):
    mutant: tuple[Entry, ...] = ()


def load(path: Path) -> tuple[Entry, ...]:
    """The entries; none where there is no file. Raises UsageError naming the file and the key."""
    if not path.exists():
        return ()
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).mutant
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}. An entry has operator, line, was, now and reason.") from None


def entry_for(mutant: Mutant) -> str:
    """What to put into the file for it; the reason is left to the author."""
    fields = [*zip(("operator", "line", "was", "now"), mutant.key, strict=True), ("reason", "")]
    return "\n".join(["[[mutant]]", *(f"{name} = {_toml(value)}" for name, value in fields)])


def _toml(text: str) -> str:
    if "\n" in text:
        return f"'''\n{text}'''"  # as in TOML, the first line break does not count
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
