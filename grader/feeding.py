"""A run without a server: reads are handed to the learner's iterator one by one, and what it yields is taken.

The judge hands out the next read only when it is asked for, so what had come out before that came out without it: that
is the proof of laziness, and no clock is in it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.scenario import Stream
from grader.timeline import Timeline


@dataclass
class Fed:
    """What came of one stream. `came[i]` is what came out after `i` reads had been handed out, in order."""

    stream: Stream
    came: list[list[Any]] = field(default_factory=lambda: [[]])
    asked_for_more: bool = False  # after the last read: only then can it know that there are no more
    ended: bool = False  # the iterator came to its end
    error: dict[str, Any] | None = None  # or raised

    @property
    def data(self) -> list[Any]:
        return [item for items in self.came for item in items]

    @property
    def handed_out(self) -> int:
        return len(self.came) - 1


class Feeding:
    """Answers what a fed process asks, and takes what it tells."""

    def __init__(self, streams: Sequence[Stream], timeline: Timeline) -> None:
        self._waiting = list(reversed(streams))
        self._timeline = timeline
        self.fed: list[Fed] = []

    def answer(self, what: str, about: Any) -> Any:
        """True or false for "stream": is there another? The next read in base64 for "read", null where none is left."""
        if what == "stream" and self._waiting:
            self.fed.append(Fed(self._waiting.pop()))
            self._timeline.log("stream", name=self.fed[-1].stream.name)
            return True
        if what != "read" or not self.fed:
            return None
        now = self.fed[-1]
        if now.handed_out == len(now.stream.reads):
            now.asked_for_more = True
            self._timeline.log("read", data=None)
            return None
        read = now.stream.reads[now.handed_out]
        now.came.append([])
        self._timeline.log("read", data=read)
        return base64.b64encode(read).decode()

    def told(self, what: str, about: Any) -> None:
        if not self.fed:
            return
        now = self.fed[-1]
        if what == "data":
            now.came[-1].append(about)
            self._timeline.log("data", value=about)
        elif what == "end":
            now.ended = True
        elif what == "raised" and isinstance(about, dict):
            now.error = about
            self._timeline.log("raised", type=str(about.get("type")), message=str(about.get("message")))
