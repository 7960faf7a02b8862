"""What the server's own clock proves about times that a program took with a clock of its own.

A program reads its clock three times: when it starts it, when the first text is there, when all is there. It returns
two differences. The server knows what it sent and when, and where it settled (`script.Settle`) it knows that by a
certain moment the program had dealt with it. So each reading, if it was taken at what was sent between two settles (a
*stage*), lies in a known span of time, however slow or busy the machine is; and a difference that lies in no span is
disproven.

Seconds throughout, counted from the run's start. The clocks need not agree, only run equally fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from grader.timeline import Moment, Timeline

SLEW_S = 0.01  # a wall clock that is being set right runs at most 0.05 % faster or slower
COARSEST_S = 0.1  # figures that were rounded to tenths of a second are as right as those that were not

Taken = tuple[int, int, int]  # at which stages the clock was started, and read for the first and the second figure


@dataclass(frozen=True)
class Span:
    """What happened did so between these two moments."""

    earliest: float
    latest: float

    @property
    def possible(self) -> bool:
        return self.earliest <= self.latest

    def since(self, other: Span) -> Span:
        """How long after something in `other` something in this span may have been."""
        return Span(self.earliest - other.latest, self.latest - other.earliest)

    def holds(self, figure: float, slack: float) -> bool:
        return self.possible and self.earliest - slack <= figure <= self.latest + slack


def stages(timeline: Timeline) -> list[Span]:
    """When a program that does not dawdle can have dealt with each stage: 0 is all before anything was answered.

    What was sent can have been seen from the moment it was written, and had been seen when the program came to rest;
    where that is not proven, when it gave its word. Stages that were sent after that are left out.
    """
    word = next((m.at for m in timeline.moments if m.kind in ("word", "outcome")), 0.0)
    found: list[Span] = []
    began: float | None = 0.0
    for moment in timeline.moments:
        if moment.at > word:
            break
        if moment.kind in ("headers", "write") and began is None:
            began = moment.at
        elif moment.kind == "settled" and began is not None:
            found.append(Span(began, _rested(moment, word if found else _asked(timeline, word))))
            began = None
    return [*found, Span(began, word)] if began is not None else found


def _rested(settled: Moment, otherwise: float) -> float:
    since = settled["since"]
    return otherwise if since is None else float(since)


def _asked(timeline: Timeline, otherwise: float) -> float:
    """Who starts the clock before the request has started it by the time that the request has come in."""
    request = timeline.first("request")
    return otherwise if request is None else request.at


def slack(figures: Iterable[float]) -> float:
    """How far off right figures may be: a unit in the last place that they are written with, tenths at most."""
    return SLEW_S + max(min(_unit(figure), COARSEST_S) for figure in figures)


def _unit(figure: float) -> float:
    exponent = Decimal(repr(figure)).as_tuple().exponent
    return float(10.0**exponent) if isinstance(exponent, int) else COARSEST_S


def fits(known: Sequence[Span], first: float, second: float, taken: Taken, *, one_start: bool) -> bool:
    """Can these two figures come of a clock that was started, and read, at these stages?

    Who starts a clock for each figure starts both at that stage. Where it is `one_start`, three spans must have a
    moment in common, which on a line they have if each two of them do.
    """
    start, one, two = (known[stage] for stage in taken)
    off = slack((first, second))
    return (
        one.since(start).holds(first, off)
        and two.since(start).holds(second, off)
        and (not one_start or two.since(one).holds(second - first, off))
    )


def readings(known: Sequence[Span], first: float, second: float, *, one_start: bool = True) -> Iterator[Taken]:
    """All that these figures can come of."""
    every = range(len(known))
    for start, one, two in product(every, every, every):
        if start <= min(one, two) and fits(known, first, second, (start, one, two), one_start=one_start):
            yield start, one, two
