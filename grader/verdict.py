"""The verdict on one stream of a feed: what is wrong with what came out of it, and where."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.feeding import Fed
from grader.running import Record
from grader.scenario import Feed, Stream
from grader.stream.due import Due, due, ends
from grader.stream.reply import DONE

SMALL = 2000  # bytes of a stream that can be looked at closely


@dataclass(frozen=True)
class Verdict:
    """What came of one stream. `fault` is empty where all is right; otherwise `at` is the index of the read with which
    the two part, and `offset` the place in the stream."""

    stream: Stream
    fed: Fed | None  # None: the program did not get as far
    record: Record

    @cached_property
    def due(self) -> Sequence[Due]:
        return due(self.stream.reads)

    @cached_property
    def right(self) -> list[str]:
        return [event.data for event in self.due]

    @cached_property
    def fault(self) -> str:
        fed = self.fed
        if fed is None or (not fed.over and self.record.outcome.kind != "returned"):
            return "ending"
        if fed.unfit is not None:
            return "unfit"
        if any(not isinstance(item, str) for item in fed.data):
            return "type"
        if fed.error is not None:
            return "raised"
        if fed.data != self.right:
            return "value"
        return next((time for time, _ in self._out_of_time()), "")

    def _out_of_time(self) -> Iterator[tuple[str, int]]:
        if self.stream.due is None:
            return
        for index, (number, event) in enumerate(zip(self.came, self.due, strict=True)):
            if number > event.latest:
                yield "late", index
            if number < event.earliest:
                yield "early", index

    @property
    def fresh(self) -> bool:
        """Did it bring its process to an end, as the first stream of all? Then no other has left anything behind."""
        return self.fault == "ending" and self.fed is not None and self.fed.number == 1

    @property
    def timed(self) -> bool:
        return self.stream.due is not None

    @property
    def came(self) -> list[int]:
        """How many reads had been taken when each of the data came out."""
        return [number for number, items in enumerate(self.fed.came if self.fed else ()) for _ in items]

    @property
    def kind(self) -> tuple[str, str]:
        """Two failures of one kind may have the same cause: the same exception, and a parser's about the same."""
        error = self.fed.error or {} if self.fed else {}
        return self.fault, f"{error.get('type')} {error.get('about') == DONE}"

    @property
    def seen(self) -> list[str] | None:
        """What came out; None where an exception did."""
        assert self.fed is not None
        return None if self.fault == "raised" else self.fed.data

    @cached_property
    def index(self) -> int:
        """Which of the data is the first that is not right, or not in time."""
        assert self.fed is not None
        if self.fault in ("late", "early"):
            return next(index for _, index in self._out_of_time())
        pairs = zip(self.fed.data, self.right, strict=False)
        return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(self.fed.data), len(self.right)))

    @cached_property
    def at(self) -> int:
        """With how many reads taken the two part."""
        assert self.fed is not None
        if self.fault == "raised":
            number = self.fed.taken
        else:
            came = self.came[self.index] if self.index < len(self.came) else len(self.stream.reads)
            number = min([came, *(event.latest for event in self.due[self.index : self.index + 1])])
        return min(number, len(self.stream.reads))

    @property
    def offset(self) -> int:
        """Where in the bytes: behind the last of these reads. Where other data came out, in front of it, which is a
        cut; in the first read, at the end of the event that should have come out."""
        sizes = [0, *itertools.accumulate(map(len, self.stream.reads))]
        if self.fault != "value":
            return sizes[self.at]
        if self.at > 1:
            return sizes[self.at - 1]
        after = ends(self.stream.raw) if len(self.stream.raw) <= SMALL else []
        return min([sizes[self.at], *after[self.index : self.index + 1]])


def verdicts(record: Record) -> list[Verdict]:
    """Of all streams of a feed, those that it did not come to included, in their order."""
    assert isinstance(record.scenario, Feed)
    found = [Verdict(fed.stream, fed, record) for fed in record.fed]
    if record.outcome.kind != "returned":
        missing = record.scenario.streams(record.seed)[len(found) :]
        found += [Verdict(stream, None, record) for stream in missing]
    return found
