"""Faults: scripts of streams that do not come through as they should. They break, fall silent, or come slowly.

Each maker says where (`At`), and gives a `Play`: a script of the parts and the reads. Pauses are in seconds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from grader.stream import body
from grader.stream.body import Part
from grader.stream.cut import lengths
from grader.stream.reply import Reply, of_events
from grader.stream.script import End, Linger, Pause, Play, Script, Send, Settle, Step, script

At = Callable[[Reply], int]  # how many events are sent whole before it happens

KEEP_ALIVE = b": keep-alive\n\n"


# -- where ---------------------------------------------------------------------------------------------------------


def after_content(count: int) -> At:
    """After so many events that add text; after all events where there are fewer of these."""

    def at(reply: Reply) -> int:
        places = [number for number, piece in enumerate(reply.pieces, 1) if piece]
        return places[count - 1] if count <= len(places) else len(reply.events)

    return at


def after_finish(reply: Reply) -> int:
    """After the event with the finish reason; after all events where none has one."""
    found = (number for number, choice in enumerate(reply.choices, 1) if choice and choice.get("finish_reason"))
    return next(found, len(reply.events))


# -- what ----------------------------------------------------------------------------------------------------------


def broken(at: At, how: Literal["reset", "close"], *, inside: bool = False) -> Play:
    """Ends the connection without ending the body; with `inside`, in the JSON of the event that would come next.

    A reset discards what lies unread in the client's kernel (RFC 9293, 3.10.7.4), so it waits until all has been read.
    """
    end: Script = (Settle(), End(how)) if how == "reset" else (End(how),)

    def play(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        events = at(_reply(parts))
        places = _inside(parts, events) if inside else []
        where = places[len(places) * 9 // 10] if places else _start(parts, events)
        return _with(parts, reads, {where: end})

    return play


def closed_behind(parts: Sequence[Part], reads: Sequence[int]) -> Script:
    """Sends and ends all as HTTP asks, and then closes the connection: who reads on until it is closed gets on, too."""
    return (*script(parts, reads, hold=False), End("close"))


def silent(at: At, patience_s: float, grain_s: float = 0.5) -> Play:
    """Sends nothing for as long as the program waits; then the rest, so that who waits longer gets on."""
    pause: Script = (Linger(patience_s, grain_s),)
    return lambda parts, reads: _with(parts, reads, {_start(parts, at(_reply(parts))): pause})


def paused(at: At, pause_s: float) -> Play:
    """Sends nothing for a while."""
    return lambda parts, reads: _with(parts, reads, {_start(parts, at(_reply(parts))): (Pause(pause_s),)})


def kept_awake(at: At, pause_s: float, times: int) -> Play:
    """Sends no event for a while, but so many comments, with a pause around each."""

    def play(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        reply = _reply(parts)
        events = min(at(reply), len(reply.events))
        one: Script = (Pause(pause_s), Send(KEEP_ALIVE, events))
        return _with(parts, reads, {_start(parts, events): (*one * times, Pause(pause_s))})

    return play


def dribbled(at: At, pause_s: float, times: int) -> Play:
    """Sends the event that comes next in small reads, cut so many times inside its JSON, with a pause at each cut."""

    def play(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        places = _inside(parts, at(_reply(parts)))
        chosen = {places[len(places) * number // (times + 1)] for number in range(1, times + 1)} if places else set()
        return _with(parts, reads, {place: (Pause(pause_s),) for place in chosen})

    return play


def slowed(at: At, step: Pause | Settle, times: int) -> Play:
    """Sends so many of the events that come next with a step before each."""

    def play(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        events = at(_reply(parts))
        return _with(parts, reads, {_start(parts, events + number): (step,) for number in range(times)})

    return play


# -- how -----------------------------------------------------------------------------------------------------------


def _reply(parts: Sequence[Part]) -> Reply:
    return of_events(part.data for part in parts)


def _start(parts: Sequence[Part], events: int) -> int:
    """Byte offset behind the first `events` events."""
    ends = [0, *body.event_ends(parts)]
    return ends[min(events, len(ends) - 1)]


def _inside(parts: Sequence[Part], event: int) -> list[int]:
    """Byte offsets between two ASCII characters of that event's data, where it stands in one line; else none."""
    offset, index = 0, -1
    for part in parts:
        index += part.data is not None
        if index == event and part.data:
            begin = part.raw.find(part.data.encode())
            within = range(begin + 1, begin + len(part.data.encode())) if begin >= 0 else ()
            return [offset + i for i in within if part.raw[i - 1] < 0x80 and part.raw[i] < 0x80]
        offset += len(part.raw)
    return []


def _with(parts: Sequence[Part], reads: Sequence[int], faults: Mapping[int, Script]) -> Script:
    """Sends the parts in these reads, with steps put in where so many bytes are out. Nothing follows an End."""
    total = sum(len(part.raw) for part in parts)
    cuts = lengths(total, [*itertools.accumulate(reads), *faults])
    steps: list[Step] = []
    out = 0
    for step in script(parts, cuts, hold=False):
        steps += faults.get(out, ())
        if steps and isinstance(steps[-1], End):
            break
        steps.append(step)
        out += len(step.data) if isinstance(step, Send) else 0
    return tuple(steps)
