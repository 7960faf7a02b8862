"""Conformance: is what a fed program gives out what the standard says, whatever the reads?

Each stream of a feed is judged by itself. One that goes wrong is tried again in a process of its own, so that what an
earlier call left behind fails nobody; then it is made as small as it still goes wrong in the same way, and shown.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any, NoReturn

from grader.cases import Cuts, Example, examples, stream, streams
from grader.checking import Lab, Run, ending
from grader.excerpt import reads_window
from grader.scenario import Feed, Stream
from grader.shrinking import Reads, shrink
from grader.stream.features import features
from grader.stream.mistakes import Misreading, misreadings
from grader.verdict import SMALL, Verdict, verdicts

__all__ = ["Cuts", "Example", "conforms", "examples", "streams"]


def conforms(lab: Lab, feed: Feed) -> None:
    """Plays the feed; raises a Finding about the first case that does not come out right, or, if it is timed, in time.

    A timed feed is about time alone: what else is wrong is found by the others, unless nothing of it is right.
    """
    run = lab.run(feed)
    run.loads()
    found = verdicts(run.record)
    bad = _bad(found)
    if not bad:
        return
    first = bad[0] if bad[0].fresh else _alone(lab, feed, bad[0].stream)
    if first.fault:
        _Failing(lab, feed, found, first).report()
    # By itself it does well: a call remembers something of one before it. No call may have one before it, then.
    found = verdicts(lab.record(replace(feed, id=f"{feed.id}/anew", anew=True)))
    for verdict in _bad(found):
        alone = _alone(lab, feed, verdict.stream)
        if alone.fault:
            _Failing(lab, feed, found, alone).report()


def _bad(found: list[Verdict]) -> list[Verdict]:
    """The wrong ones, beginning with the case that is looked at first, and with the plainest of its cuttings."""
    bad = [v for v in found if v.fault]
    if any(v.timed for v in found) and len(bad) < len(found):
        bad = [v for v in bad if v.fault in ("late", "early")]
    order = {name: number for number, name in enumerate(dict.fromkeys(v.stream.name for v in found))}
    bad.sort(
        key=lambda v: (order[v.stream.name], len(features(v.stream.reads)), len(v.stream.raw), len(v.stream.reads))
    )
    return bad


def _alone(lab: Lab, feed: Feed, stream: Stream) -> Verdict:
    """The same stream in a process of its own: what an earlier call may have left behind is not there."""
    several = [r for r in lab.records if r.scenario.id.startswith(f"{feed.id}/")]
    one = replace(feed, id=f"{feed.id}/{len(several) + 1}", title=stream.name, streams=lambda seed: (stream,))
    return verdicts(lab.record(one))[0]


class _Failing:
    """A stream on which the program fails in a process of its own too, and what can be learned from it."""

    def __init__(self, lab: Lab, feed: Feed, found: list[Verdict], alone: Verdict) -> None:
        self._lab, self._feed = lab, feed
        self._found, self._first = found, alone
        self._features = features(alone.stream.reads)
        self._given_up = False

    def report(self) -> NoReturn:
        fits = self._explanations() if self._first.fault in ("value", "raised") else []
        smallest = self._smallest(fits)
        small = features(smallest.stream.reads)
        facts = {
            "explained": frozenset(fit.name for fit in fits),
            "features": small,
            "well": self._before(),
            "constant": self._is_constant(),
        }
        _tell(smallest, self._first.stream, facts)

    def _explanations(self) -> list[Misreading]:
        """Misreadings that make what came out of this case, however it was cut, and of no other case make what did not,
        nor of what came out right in the checks before.

        Of those, the ones that explain most of the streams that came out wrong.
        """
        first = self._first
        if len(first.stream.raw) > SMALL:
            return []
        others = [v for v in self._found if v.fault in ("", "value", "raised") and len(v.stream.raw) <= SMALL]
        same = [v for v in others if v.stream.name == first.stream.name and v.fault]
        right = [v for v in [*others, *self._earlier()] if not v.fault]
        fits: dict[int, list[Misreading]] = {}
        for misreading in misreadings():
            if not misreading.explains(first.stream.reads, first.seen):
                continue
            if any(misreading.makes(v.stream.reads) != v.seen for v in (*same, *right)):
                continue
            count = sum(misreading.makes(v.stream.reads) == v.seen for v in others)
            fits.setdefault(count, []).append(misreading)
        return fits[max(fits)] if fits else []

    def _earlier(self) -> list[Verdict]:
        """Of the streams of other checks' feeds."""
        feeds = [r for r in self._lab.records if isinstance(r.scenario, Feed) and "/" not in r.scenario.id]
        return [v for record in feeds for v in verdicts(record) if v.fed is not None and len(v.stream.raw) <= SMALL]

    def _smallest(self, fits: list[Misreading]) -> Verdict:
        first = self._first
        if first.fault in ("ending", "unfit") or len(first.stream.raw) > SMALL:
            return first
        reads = shrink(first.stream.reads, lambda several: self._fail(several, fits))
        if reads == first.stream.reads:
            return first
        alone = _alone(self._lab, self._feed, stream(first.stream.name, reads, first.stream.cut, timed=first.timed))
        return alone if self._same(alone, fits) else first

    def _fail(self, several: list[Reads], fits: list[Misreading]) -> list[bool]:
        """In which of these does the program fail as it did? Those that bring something new are not tried."""
        tried = [reads for reads in several if features(reads) <= self._features]
        if not tried or self._given_up:
            return [False] * len(several)
        made = [stream("smaller", reads, "", timed=self._first.timed) for reads in tried]
        record = self._lab.trial(replace(self._feed, id=f"{self._feed.id}/smaller", streams=lambda seed: made))
        self._given_up = record.outcome.kind != "returned"  # it would take long, again and again
        bad = {v.stream.reads for v in verdicts(record) if self._same(v, fits)}
        return [reads in bad for reads in several]

    def _same(self, verdict: Verdict, fits: list[Misreading]) -> bool:
        if verdict.kind != self._first.kind:
            return False
        return not fits or any(fit.explains(verdict.stream.reads, verdict.seen) for fit in fits)

    def _before(self) -> frozenset[str]:
        """Features of the cases before the one that goes wrong: with those all is well."""
        names = itertools.takewhile(lambda v: v.stream.name != self._first.stream.name, self._found)
        return frozenset(name for v in names for name in features(v.stream.reads))

    def _is_constant(self) -> bool:
        """Does the same come out of different streams?"""
        came = {tuple(map(str, v.fed.data)) for v in self._found if v.fed is not None}
        return len(came) == 1 and came != {()} and len({tuple(v.right) for v in self._found}) > 1


def _tell(verdict: Verdict, first: Stream, facts: dict[str, Any]) -> NoReturn:
    run, fed, fault = Run(verdict.record), verdict.fed, verdict.fault
    if verdict.record.outcome.kind in ("missing", "syntax"):
        run.loads()
    if fault == "ending" or fed is None:
        wants = "an iterator that comes to its end when the reads do"
        run.fail("ending", wants, ending(run.record), field="ending", given=_given(verdict, first), facts=facts)
    error = fed.error or {}
    if error.get("type") == "NotImplementedError" and not fed.handed_out:
        run.fail("start", "a file that compiles, with the function filled in", error.get("message"))
    if fault == "unfit":
        assert fed.unfit is not None
        run.fail(
            "type", "a generator or an iterator, with a text (str) for each event", fed.unfit["value"], field="type"
        )
    given = _given(verdict, first)
    facts = facts | {"parting": (max(0, verdict.at - 1), _note(verdict))}
    if fault == "type":
        item = next(item for item in fed.data if not isinstance(item, str))
        run.fail("type", "each event's data as a text (str)", item, field="item", given=given, facts=facts)
    if fault == "raised":
        run.fail("ending", verdict.right, ending(run.record), field="ending", given=given, facts=facts)
    if fault == "value":
        run.fail("value", verdict.right, fed.data, field="data", given=given, facts=facts)
    wanted, seen = _times(verdict)
    run.fail(fault, wanted, seen, field="time", given=given, facts=facts)


def _given(verdict: Verdict, first: Stream) -> str:
    stream = verdict.stream
    how = "made as small as it still goes wrong" if stream.reads != first.reads else first.cut
    title = f"“{first.name}”, {how}:"
    if len(stream.raw) > SMALL:
        return f"{title[:-1]}: {len(stream.raw):,} bytes in {len(stream.reads)} reads"
    if verdict.fed is None or verdict.fault == "ending":
        return f"{title}\n{reads_window(stream.reads, None)}"
    return f"{title}\n{reads_window(stream.reads, verdict.offset)}"


def _note(verdict: Verdict) -> str:
    if verdict.fault == "raised":
        return "here an exception comes out"
    if verdict.fault == "late":
        return "with this read an event is complete, and it does not come out"
    if verdict.fault == "early":
        return "here an event comes out that is not complete"
    return "from here on it differs"


def _times(verdict: Verdict) -> tuple[str, str]:
    event, number, reads = verdict.due[verdict.index], verdict.came[verdict.index], len(verdict.stream.reads)
    if verdict.fault == "early":
        return f"{event.data!r} not before read {event.earliest}", f"it came out after read {number}"
    wanted = f"{event.data!r} once read {event.latest} has been taken, and before anything more is"
    if event.latest > reads:
        wanted = f"{event.data!r} once there are no more reads"
    if number > reads:
        return wanted, "it came out when the reads had come to their end"
    return wanted, f"it came out after read {number}"
