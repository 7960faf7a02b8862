"""A run without a server: reads are handed to the learner's iterator, and what it yields is taken.

Nothing is handed out before what is due without it has come out, so what had come out by then came out without it: that
is the proof of laziness, and no clock is in it. Where nothing is due in between, several reads are handed out at once.
A program may read ahead in a thread of its own: then what is due is waited for, until it comes, or the program rests.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.outcome import Outcome, described, from_word
from grader.scenario import Stream
from grader.timeline import Timeline

AT_ONCE = 64 * 1024  # bytes of streams that are handed out as a whole
MISSES = 2  # of a run; after so many what is due is no longer waited for

Until = Callable[[Callable[[], bool]], Awaitable[Any]]  # waits until that holds, or until the program rests


@dataclass
class Fed:
    """What came of one stream. `came[i]` is what came out when `i` reads had been taken, in order; one more than there
    are reads: when it was known that there are no more."""

    stream: Stream
    number: int = 1
    came: list[list[Any]] = field(default_factory=list)
    taken: int = 0  # reads that the program had taken in the end; one more: it knew that there were no more
    ended: bool = False  # the iterator came to its end
    error: dict[str, Any] | None = None  # or raised
    unfit: dict[str, Any] | None = None  # {"value": …}: what the function returned, where it cannot be iterated
    count: int = 0  # items that came out
    handed_out: int = 0
    told_the_end: bool = False

    def __post_init__(self) -> None:
        self.came = [[] for _ in range(len(self.stream.reads) + 2)]

    @property
    def data(self) -> list[Any]:
        return [item for items in self.came for item in items]

    @property
    def timed(self) -> bool:
        return self.stream.due is not None

    @property
    def over(self) -> bool:
        return self.ended or self.error is not None or self.unfit is not None

    @property
    def owes(self) -> bool:
        """Is something due before more is handed out?"""
        due = self.stream.due or ()
        return 0 < self.handed_out <= len(due) and self.count < due[self.handed_out - 1]

    def hand_out(self) -> tuple[bytes, ...]:
        """What may be handed out now: up to the read that makes something due, or to the end."""
        reads, due, start = self.stream.reads, self.stream.due, self.handed_out
        if due is None:
            self.handed_out, self.told_the_end = len(reads), True
            return reads
        before = due[start - 1] if start else 0
        end = next((at + 1 for at in range(start, len(reads)) if due[at] > before), len(reads))
        self.handed_out, self.told_the_end = end, end == start or due[end - 1] == before
        return reads[start:end]

    def has_taken(self, taken: Any) -> None:
        """The program says itself how many of the reads that were handed out it has taken."""
        if type(taken) is int:
            self.taken = max(self.taken, min(taken, self.handed_out + self.told_the_end))


class Feeding:
    """Answers what a fed process asks, and takes what it tells. `until` is how it waits for a program of threads."""

    def __init__(self, streams: Sequence[Stream], timeline: Timeline) -> None:
        self._waiting = deque(Fed(stream, number) for number, stream in enumerate(streams, 1))
        self._next: deque[Fed] = deque()  # handed out, and not begun
        self._timeline = timeline
        self._misses = 0
        self.until: Until | None = None
        self.fed: list[Fed] = []  # those that were begun

    def answer(self, what: str, about: Any) -> Any:
        """For "streams" the next ones, each with its number and its first reads, none where there are none left; for
        "read" the next reads of that number. An awaitable where something is due that another thread may still give
        out."""
        if what == "streams":
            return self._next_streams()
        number = about.get("number") if what == "read" and isinstance(about, dict) else None
        now = self.fed[-1] if self.fed else None
        if now is None or now.number != number or now.over or now.told_the_end:
            return {"reads": [], "last": True}
        if about.get("alone") is False and now.owes and self._misses < MISSES and self.until is not None:
            return self._once_given_out(now, self.until)
        return self._hand_out(now)

    def _next_streams(self) -> list[dict[str, Any]]:
        """One whose reads are handed out bit by bit; or several that are handed out as a whole."""
        taken: list[Fed] = []
        size = 0
        while self._waiting and size < AT_ONCE:
            if taken and (self._waiting[0].timed or taken[-1].timed):
                break
            taken.append(self._waiting.popleft())
            size += len(taken[-1].stream.raw)
        self._next = deque(taken)
        return [{"number": fed.number, **self._hand_out(fed)} for fed in taken]

    async def _once_given_out(self, now: Fed, until: Until) -> dict[str, Any]:
        await until(lambda: not now.owes or now.over)
        self._misses += now.owes and not now.over
        return self._hand_out(now)

    def _hand_out(self, now: Fed) -> dict[str, Any]:
        reads = now.hand_out()
        return {"reads": [base64.b64encode(read).decode() for read in reads], "last": now.told_the_end}

    def told(self, what: str, about: Any) -> None:
        """What is not told as it should be is not heard: then nothing came."""
        if not isinstance(about, dict):
            return
        if what == "begin":
            if self._next and self._next[0].number == about.get("number"):
                self.fed.append(self._next.popleft())
                self._timeline.log("stream", name=self.fed[-1].stream.name)
        elif self.fed and not self.fed[-1].over:
            self._tell(self.fed[-1], what, about.get("reads"), about.get("value"))

    def _tell(self, now: Fed, what: str, taken: Any, value: Any) -> None:
        before = now.taken
        now.has_taken(taken)
        for read in [*now.stream.reads, None][before : now.taken]:
            self._timeline.log("read", data=read)
        if what == "data":
            now.came[now.taken].append(value)
            now.count += 1
            self._timeline.log("data", value=value)
        elif what == "end":
            now.ended = True
        elif what == "unfit":
            now.unfit = {"value": value}
        elif what == "raised" and (error := described(value)) is not None:
            now.error = error
            self._timeline.log("raised", type=error["type"], message=error["message"])

    def ending(self, outcome: Outcome) -> Outcome:
        """How a run with one stream ended is how that stream did: an exception that came out of it is the run's.

        A run comes back once it has asked for all streams, and has told how each of them did. One that says it has, and
        has not, did not come by that word as runs do.
        """
        if outcome.kind == "returned" and (self._waiting or self._next or not all(fed.over for fed in self.fed)):
            return Outcome("killed", why="sent back what no run sends back")
        if outcome.kind == "returned" and len(self.fed) == 1 and self.fed[0].error is not None:
            return from_word(self.fed[0].error)
        return outcome
