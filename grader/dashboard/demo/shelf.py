"""The programs that the class hands in: chosen from the corpus, so few that all are graded in a minute."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from grader.challenge import Challenge
from grader.errors import UsageError

MISTAKES = Path(__file__).with_name("mistakes.toml")
AGAIN = 3  # programs of a mistake that is made often: told the same three times, somebody is stuck
RIGHT = 5  # right programs of each challenge


@dataclass(frozen=True)
class Program:
    challenge: str
    name: str  # as the challenge's file is called
    source: bytes
    mistake: str  # an id of a misconception; empty: it is right


@dataclass(frozen=True)
class Shelf:
    """Of one challenge. Wrong programs by mistake, the frequent ones first."""

    often: dict[str, list[Program]]
    also: dict[str, list[Program]]
    right: list[Program]


def filled(challenges: Iterable[Challenge], corpus: Path) -> dict[str, Shelf]:
    """A shelf for each challenge that the class works on. Raises UsageError where the corpus has no such program."""
    mistakes = tomllib.loads(MISTAKES.read_text("utf-8"))
    return {c.id: _shelf(c, corpus / c.id, mistakes[c.id]) for c in challenges if c.id in mistakes}


def _shelf(challenge: Challenge, corpus: Path, made: dict[str, list[str]]) -> Shelf:
    rng = Random(challenge.id)
    right = sorted((corpus / "right").glob("*.py"))

    def read(path: Path, mistake: str = "") -> Program:
        return Program(challenge.id, challenge.card.file, path.read_bytes(), mistake)

    def wrong(mistake: str, count: int) -> list[Program]:
        paths = sorted((corpus / "wrong").glob(f"{mistake}--*.py"))
        if not paths:
            raise UsageError(f"{corpus / 'wrong'}: no program {mistake}--….py, which {MISTAKES.name} speaks of.")
        return [read(path, mistake) for path in rng.sample(paths, min(count, len(paths)))]

    return Shelf(
        {mistake: wrong(mistake, AGAIN) for mistake in made["often"]},
        {mistake: wrong(mistake, 1) for mistake in made["also"]},
        [read(path) for path in rng.sample(right, min(RIGHT, len(right)))],
    )
