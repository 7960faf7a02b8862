"""The unit of work: one submission of one student to one challenge. Plain data, which any process can be handed."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from grader.classroom.store.graded import Key
from grader.errors import UsageError
from grader.scenario import derive

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    student: str
    challenge: str  # the full id
    sha256: str
    source: bytes
    origin: str  # where the file was found, for messages
    kit: str  # `kit_of` the challenge: whoever grades must have the same
    policy: str
    seed: int
    seed_given: bool
    number: int  # as of `Graded`
    isolation: str = ""  # the weakest tier under which it may be graded; "": any

    @property
    def key(self) -> Key:
        return self.student, self.challenge, self.sha256

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "source": base64.b64encode(self.source).decode()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Task:
        return cls(**{**value, "source": base64.b64decode(value["source"])})


@dataclass(frozen=True)
class SeedPolicy:
    """`per-student`: from the class's secret, the student and the bytes, so no learner can foresee it and nobody's next
    attempt meets the stream that the last one was told about. `fixed:N`: N for all."""

    name: str = "per-student"

    @classmethod
    def parse(cls, text: str) -> SeedPolicy:
        """Raises UsageError."""
        kind, _, number = text.partition(":")
        if text == "per-student" or (kind == "fixed" and number.isdigit() and len(number) <= 15):
            return cls(text if kind != "fixed" else f"fixed:{int(number)}")
        raise UsageError(f"--seed-policy {text}: expected `per-student`, or `fixed:` and a number, such as `fixed:7`.")

    @property
    def given(self) -> bool:
        return self.name.startswith("fixed:")

    def seed(self, secret: int, key: Key) -> int:
        return int(self.name.partition(":")[2]) if self.given else derive(secret, json.dumps(key))


def fair(items: Iterable[T], student: Callable[[T], str]) -> Iterator[T]:
    """One of each student's, then the next of each: whoever hands in much, or slow things, waits with it alone."""
    lines: dict[str, deque[T]] = {}
    for item in items:
        lines.setdefault(student(item), deque()).append(item)
    while lines:
        for name in list(lines):
            yield lines[name].popleft()
            if not lines[name]:
                del lines[name]
