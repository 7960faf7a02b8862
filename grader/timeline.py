"""One clock, one list: everything that happened in a run, in the order in which it happened.

The clock is CLOCK_MONOTONIC, which all processes of a machine share, so that what the learner's process notes about
itself can be put between what the server did. Times are used to order and to draw, never to judge.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "request",  # method, path, headers, body, status: as it came in whole, and what it was answered with
    "headers",  # the status line and headers of the reply were written
    "write",  # text (escaped where cut), size, events: one write of the body
    "hold",  # events: the server began to wait until these were seen
    "seen",  # events: they were; the wait is over
    "missed",  # events: they were not, and the program did nothing any more
    "settle",  # the server began to wait until the program has dealt with what was sent, and rests
    "settled",  # how: "idle" is a proof (since when, in `since`), "dozing" and "worn" are none: it wakes up again and
    # again, or never rests; "done": the program had ended
    "pause",  # seconds: the server lets them pass
    "linger",  # the server sends nothing more, and keeps the reply open
    "unlinger",  # why: "closed" by the client, "ended" with its program, or "idle": it waits for what does not come;
    # then limit_s: the seconds after which its wait would end by itself, or None
    "finish",  # the chunked body was ended
    "gone",  # the client closed its connection; events: how many were out by then
    "reset",  # the server reset the connection
    "close",  # the server closed the connection
    "stdout",  # data: bytes that appeared on the learner's stdout
    "stderr",
    "ask",  # what, about, answer: the learner's process had asked the judge, and gets the answer now
    "stream",  # name: the next stream of a feed begins
    "read",  # data: the program took one read; None: the news that there are no more
    "data",  # value: it yielded this
    "raised",  # type, message: it raised, in a feed
    "note",  # what the learner's process noted about itself: explains, and never earns a pass
    "word",  # the function had returned, or an exception had come out of it
    "outcome",  # how the run ended
]


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is in seconds since the run began."""

    at: float
    kind: Kind
    facts: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]


@dataclass
class Timeline:
    started: float = field(default_factory=time.monotonic)
    moments: list[Moment] = field(default_factory=list)

    def log(self, kind: Kind, *, clock: float | None = None, **facts: Any) -> None:
        """Adds a moment that happens now, or happened at `clock` (a reading of the monotonic clock, in seconds)."""
        now = time.monotonic() if clock is None else clock
        self.moments.append(Moment(now - self.started, kind, facts))

    def settle(self) -> None:
        """Puts moments that were reported late where they belong."""
        self.moments.sort(key=lambda moment: moment.at)

    def of(self, *kinds: Kind) -> Iterator[Moment]:
        return (moment for moment in self.moments if moment.kind in kinds)

    def first(self, *kinds: Kind) -> Moment | None:
        return next(self.of(*kinds), None)

    def output(self, kind: Literal["stdout", "stderr"] = "stdout") -> bytes:
        return b"".join(moment["data"] for moment in self.of(kind))
