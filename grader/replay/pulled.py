"""A reply that its reader pulls: each step of the script is taken when the client asks for more bytes.

Over a socket the server pushes, and waits where the script says so. Within one process there is nobody who could wait
for somebody else: what only a server outside can do (holding back, staying open) is passed over and remembered.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Iterator

from grader.replay.provider import Answer
from grader.stream.script import End, Finish, Hold, Linger, Pause, Send, Settle
from grader.timeline import Timeline

SHOWING = (
    "Whether each piece was shown as it arrived: within one process a reply goes on when the program reads on, so "
    "nothing can be held back until a piece has been seen."
)
STAYING_OPEN = (
    "Whether the program leaves a connection that stays open, or on which nothing comes any more: within one process "
    "what follows comes at once."
)
TIMES = (
    "What depends on time, as a silence or a latency does: within one process nothing waits for the program to rest."
)
NOT_JUDGED = {Hold: SHOWING, Linger: STAYING_OPEN, Settle: TIMES}


def passed_over(step: object) -> str:
    """What cannot be judged because this step was passed over, as a sentence."""
    return NOT_JUDGED.get(type(step), f"What the step {type(step).__name__} waits for: it is passed over.")


class Ended(Exception):
    """The script ended the connection without ending the body; `how` is `reset` or `close`."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Pulled:
    """One reply. `writes` (or `awrites`) gives the bytes of one write after the other, and raises Ended.

    With `pauses`, the time that the script lets pass is slept through; otherwise it is skipped.
    """

    def __init__(self, answer: Answer, timeline: Timeline, cannot_judge: dict[str, None], *, pauses: bool) -> None:
        self.answer, self._timeline, self._pauses = answer, timeline, pauses
        self._cannot_judge = cannot_judge
        self._steps = deque((*answer.before, *(answer.script or ())))
        self._events = 0
        if answer.script is None:
            timeline.log("write", data=answer.body, events=0)
        else:
            timeline.log("headers", status=answer.status)

    def writes(self) -> Iterator[bytes]:
        while self._steps:
            step = self._take()
            if isinstance(step, Send):
                yield step.data
            elif isinstance(step, Pause):
                time.sleep(step.seconds)

    async def awrites(self) -> AsyncIterator[bytes]:
        import asyncio

        while self._steps:
            step = self._take()
            if isinstance(step, Send):
                yield step.data
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)

    def close(self) -> None:
        """The client wants no more. What sends nothing happens all the same; before more text, the client is gone."""
        if any(isinstance(step, Send) and step.data for step in self._steps):
            self._steps.clear()
            self._timeline.log("gone", events=self._events)
        while self._steps:
            try:
                self._take()
            except Ended:
                return

    def _take(self) -> Send | Pause | None:
        """Takes one step; gives it back where its reader has something to do about it. Raises Ended."""
        step = self._steps.popleft()
        if isinstance(step, Send) and step.data:  # an empty chunk would end the body
            self._timeline.log("write", data=step.data, events=step.events)
            self._events = step.events
            return step
        if isinstance(step, Finish):
            self._timeline.log("finish")
        elif isinstance(step, End):
            self._steps.clear()
            self._timeline.log(step.how)
            raise Ended(step.how)
        elif isinstance(step, Pause):
            return step if self._pauses else None
        elif not isinstance(step, Send):
            self._cannot_judge.setdefault(passed_over(step))
        return None
