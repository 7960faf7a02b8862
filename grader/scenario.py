"""What a run is made of: a scenario, a submission, a call, and settings of its own."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.stream import cut
from grader.stream.body import Part
from grader.stream.reply import Reply

Finish = Literal["stop", "length"]
Edit = Callable[[Sequence[Part]], list[Part]]


@dataclass(frozen=True)
class Scenario:
    """What to replay, and how. The same for every learner; a seed makes one stream of it."""

    id: str
    title: str
    fixture: str
    cut: cut.Cut = cut.one_event_a_read
    finish: Finish | None = None  # instead of the one that the seed would choose
    stays_open: bool = False  # the body is not ended after [DONE]
    hold: bool = True
    edit: Edit | None = None  # changes the parts of the fixture before they are salted
    keeps_back: Callable[[Reply], int | None] | None = (
        None  # an event that is kept back until the program ends, or waits
    )
    trait: str = ""  # what this stream has that the plain one has not; diagnosis starts from it


@dataclass(frozen=True)
class Submission:
    """A learner's file."""

    name: str  # as the challenge calls it
    source: bytes
    path: Path  # where it was read from, for messages

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()


@dataclass(frozen=True)
class Call:
    """Which function is called, and what the learner's file may import beside the installed packages."""

    function: str
    args: tuple[Any, ...]
    path: tuple[Path, ...] = ()
    model: str = ""
    signature: str = ""  # for messages


def derive(seed: int, *names: str) -> int:
    """A seed for a part of the work, the same whatever is graded beside it and in which order."""
    digest = hashlib.sha256("/".join([str(seed), *names]).encode()).digest()
    return int.from_bytes(digest[:6], "big")


@dataclass(frozen=True)
class Settings:
    key: str
    model: str
    prefix: str

    @staticmethod
    def from_seed(seed: int) -> Settings:
        rng = random.Random(seed)
        tag = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(24))
        model = rng.choice(("swift", "amber", "cedar", "lumen", "quill")) + f"-{rng.randint(2, 99)}b-chat"
        return Settings(f"sk-replay-{tag}", model, rng.choice(("/v1", "/api/v1", "/openai/v1", f"/t{tag[:5]}/v1")))


def new_seed() -> int:
    """A seed that a submission cannot foresee."""
    return secrets.randbelow(10**9)
