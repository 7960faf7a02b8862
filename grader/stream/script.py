"""Scripts: what the replay server does, step by step, after it has sent the status line and the headers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.stream import body
from grader.stream.body import Part


@dataclass(frozen=True, slots=True)
class Send:
    """One write: one HTTP chunk. `events` is how many events are complete once it is out.

    `begun`, where it is more, counts the one that is cut: who reads lines may act before the blank line has come.
    """

    data: bytes
    events: int
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait until what the first `events` events show has been seen on the learner's stdout."""

    events: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Let `seconds` pass (recorded speed; nothing that a verdict rests on)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Settle:
    """Wait until the program has dealt with all that was sent, and rests; and in any case for `at_least_s` seconds.

    `as_run` times what the run took until its request came, if that is more: on a busy machine a wait grows with
    everything else, so that what it proves is proven there, too. After `looks` looks at a program that does not come to
    rest, or `at_most_s` seconds, the wait is given up, and proves nothing: clients have time limits of their own.
    """

    at_least_s: float = 0.0
    as_run: float = 0.0
    looks: int = 1000
    at_most_s: float = math.inf


@dataclass(frozen=True, slots=True)
class Linger:
    """Send nothing more until the client closes, its program has ended, or it is seen to wait for nothing.

    With `patience_s`, a wait that ends by itself after a longer time counts as one for nothing, too; but one that ends
    within `grain_s` more may be that of a program which looks at the clock only so often.
    """

    patience_s: float | None = None
    grain_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Finish:
    """End the chunked body as HTTP asks; the connection stays usable."""


@dataclass(frozen=True, slots=True)
class End:
    """End the connection without ending the body: `reset` by RST, `close` by FIN."""

    how: Literal["reset", "close"]


Step = Send | Hold | Pause | Settle | Linger | Finish | End
Script = tuple[Step, ...]
Play = Callable[[Sequence[Part], Sequence[int]], Script]  # a script of the parts and the lengths of the reads


def script(
    parts: Sequence[Part], reads: Sequence[int], *, hold: bool, linger: bool = False, wait_at: int | None = None
) -> Script:
    """Sends `parts` in `reads`. With `hold`, a write waits for the pieces of all but the last event sent before it.

    That is the contract's "as it arrives": one event of lag is allowed, two are not. With `linger` the reply is kept
    open after its last event; with `wait_at`, before the write that completes the event of that index.
    """
    raw, ends = body.join(parts), body.event_ends(parts)
    steps: list[Step] = []
    offset = sent = held = 0
    for length in reads:
        if hold and sent - 1 > held:
            held = sent - 1
            steps.append(Hold(held))
        data = raw[offset : offset + length]
        offset += length
        if wait_at is not None and sent <= wait_at < len(ends) and ends[wait_at] <= offset:
            steps.append(Linger())
        while sent < len(ends) and ends[sent] <= offset:
            sent += 1
        is_cut = sent < len(ends) and offset > (ends[sent - 1] if sent else 0)
        steps.append(Send(data, sent, sent + 1 if is_cut else 0))
    if linger:
        steps.append(Linger())
    return (*steps, Finish())


def paced(parts: Sequence[Part], reads: Sequence[int], at_ms: Sequence[float]) -> Script:
    """Sends `parts` in `reads`, each at its recorded time (milliseconds from the headers)."""
    steps: list[Step] = []
    before = 0.0
    sends = [step for step in script(parts, reads, hold=False) if isinstance(step, Send)]
    for send, due in zip(sends, at_ms, strict=True):
        if due > before:
            steps.append(Pause((due - before) / 1000))
            before = due
        steps.append(send)
    return (*steps, Finish())
