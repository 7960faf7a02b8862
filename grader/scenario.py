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
from grader.stream.script import Play, Script

Finish = Literal["stop", "length", "content_filter", "tool_calls"]
Edit = Callable[[Sequence[Part]], list[Part]]
Judge = Callable[[str], bool]


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
    play: Play | None = None  # makes the script of the parts and the reads, in place of one that only sends them
    before: Script = ()  # what comes before the headers, of a blocking answer too
    judge: Callable[[Reply], Judge] | None = None  # what an argument `Asks` answers about a text
    trait: str = ""  # what this stream has that the plain one has not; diagnosis starts from it


@dataclass(frozen=True)
class Feed(Scenario):
    """A scenario without a server: the function is called with an iterator of reads, and what it yields is taken.

    All of `streams`, made of a seed, are fed to it in one process, each in a call of its own; `anew`: with the file run
    again before each, so that none is touched by what a call before it left behind.
    """

    fixture: str = ""
    anew: bool = False
    streams: Callable[[int], Sequence[Stream]] = lambda seed: ()


@dataclass(frozen=True)
class Stream:
    """Reads to be taken one by one. `name` says which case it is, `cut` how it is cut, for messages.

    `due[i]` is how many items must have come out when `i + 1` reads have been taken: nothing more is handed out before.
    Without it all is handed out at once, and when items come out proves nothing.
    """

    name: str
    reads: tuple[bytes, ...]
    cut: str = ""
    due: tuple[int, ...] | None = None

    @property
    def raw(self) -> bytes:
        return b"".join(self.reads)


@dataclass(frozen=True)
class Asks:
    """An argument that is a function of a text: it asks the judge, who answers with a bool (`Scenario.judge`)."""

    what: str

    def to_json(self) -> dict[str, str]:
        return {"$": "asks", "what": self.what}


@dataclass(frozen=True)
class Reads:
    """An argument that is the iterator of reads of a `Feed`."""

    def to_json(self) -> dict[str, str]:
        return {"$": "reads"}


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
    given: str = ""  # the class that stands in the learner's own file
    validates: bool = False  # what its pydantic classes are made of is of interest
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
