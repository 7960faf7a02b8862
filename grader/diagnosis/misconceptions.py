"""What a learner is told about each root cause: misconceptions.toml, and the challenges' own files of that name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from grader.challenge import find_kit
from grader.errors import UsageError
from grader.stream.fixture import Strict, first_problem

NAME = "misconceptions.toml"  # here, and in a challenge's folder
COMMON = Path(__file__).with_name(NAME)
RESERVED = ("families", "routes", "tables")  # of such a file: these are no ids

LESSON = (
    "The two modes",
    "Build the raw stream first",
    "Now the SDK version",
    "Streaming usually drops usage",
    "Reasoning streams too",
    "When to use which",
    "Security",
    "Challenges",
    "Recap",
)  # the lesson's parts, in its order


@dataclass(frozen=True)
class Misconception:
    """What a learner is told: one sentence, three hints (nudge, concept, pointer), where the lesson explains it."""

    id: str
    family: str
    says: str
    hints: tuple[str, ...]
    lesson: str


class _Text(Strict):
    family: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    says: str = Field(min_length=1)
    hints: list[str] = Field(min_length=3, max_length=3)
    lesson: str

    @field_validator("hints")
    @classmethod
    def _three_steps(cls, hints: list[str]) -> list[str]:
        if len(set(hints)) < 3 or not all(hint.strip() for hint in hints):
            raise ValueError("three different hints are due: a nudge, the idea behind it, a pointer to the line")
        return hints

    @field_validator("lesson")
    @classmethod
    def _in_the_lesson(cls, part: str) -> str:
        if part not in LESSON:
            raise ValueError(f"no such part of the lesson, expected one of {', '.join(LESSON)}")
        return part


def misconceptions(challenges: Path | None = None) -> dict[str, Misconception]:
    """The common texts and those of all challenges in that folder; by default, of the kit around the current folder.

    Raises UsageError naming the file, the id and the key that is wrong.
    """
    if challenges is None:
        try:
            challenges = find_kit().challenges
        except UsageError:
            return texts_of(COMMON)
    found = dict(texts_of(COMMON))
    for path in sorted(challenges.glob(f"*/{NAME}")):
        for id, text in texts_of(path).items():
            if id in found:
                raise UsageError(f"{path}: id `{id}`: has its words elsewhere already. Choose another id for it.")
            found[id] = text
    return found


def where(hint: str, line: int | None, source: str) -> str:
    """The hint's text with the learner's line in it, where that is known."""
    return hint.replace("{where}", f"line {line} (`{source}`)" if line and source else "your code")


def texts_of(path: Path) -> dict[str, Misconception]:
    """The texts of one file. Raises UsageError."""
    return _texts(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _texts(path: Path, changed: int) -> dict[str, Misconception]:
    found = {}
    for id, entry in read(path).items():
        if id in RESERVED:
            continue
        try:
            text = _Text.model_validate(entry)
        except ValidationError as error:
            raise UsageError(f"{path}: id `{id}`: {first_problem(error)}") from None
        found[id] = Misconception(id, text.family, text.says, tuple(text.hints), text.lesson)
    return found


def read(path: Path) -> dict[str, Any]:
    """A TOML file. Raises UsageError naming it, and the place where it is no TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from None
