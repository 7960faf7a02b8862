"""What must hold for challenge 05: two times, as the server's own clock allows them (see grader/clocking.py).

A right program passes whatever the load. A wrong one has times that come of readings at other stages; where the right
reading and another one could have given the same times, which takes a very busy machine, the stream is held longer.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from grader.checking import Case, Lab, Run, Scenario, check, evidence
from grader.clocking import Span, Taken, fits, readings, slack, stages
from grader.diagnosis.evidence import events_read
from grader.diagnosis.general import either
from grader.diagnosis.showing import statements
from grader.running import Record
from grader.scenario import Play
from grader.stream.body import Part
from grader.stream.reply import of_events
from grader.stream.script import Finish, Script, Send, Settle, script

# The second and third where the one before proves nothing. Some clients wait no longer than five seconds.
HOLDS = (
    Settle(as_run=1.5, looks=40, at_most_s=2.0),
    Settle(at_least_s=0.6, at_most_s=2.5),
    Settle(at_least_s=2.0, at_most_s=3.0),
)
WHOLE = "whole"  # the trait of a reply that is not streamed
GAPS = "gaps"

# Where the clock is to be started and read, as the stages of each reply: see `pause_at`.
RIGHT: dict[str, Taken] = {"": (0, 2, 4), GAPS: (0, 2, 2), WHOLE: (0, 1, 1)}
EVERYWHERE = ("request", "headers", "role", "first", "middle", "last", "end")  # the stages of `held_everywhere`
AS_PLAYED = (0, 1, 1, 2, 3, 4, 4)  # the same as stages of the plain stream


def pause_at(hold: Settle, *marks: str, longer: str = "") -> Play:
    """One event a write, and a hold before each of these events: who may look one event ahead has the next one, too.

    `role`: the first one. `first`, `middle`, `last`: the first, third, last with text. `end`: the one behind that.
    The hold before `longer` takes longer.
    """

    def play(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        reply = of_events(part.data for part in parts)
        shown = [i for i, piece in enumerate(reply.pieces) if piece]
        at = {"role": 0, "first": shown[0], "middle": shown[2], "last": shown[-1], "end": shown[-1] + 1}
        holds = {at[mark]: prolonged(hold) if mark == longer else hold for mark in marks}
        steps: list[Send | Settle | Finish] = []
        for send in script(parts, reads, hold=False):
            if isinstance(send, Send):
                steps += [*(hold for at, hold in holds.items() if at == send.events - 1), send]
        return (*steps, Finish())

    return play


def prolonged(hold: Settle) -> Settle:
    """In unloaded runs twice as long. Where holds differ, mistakes of different kinds do not look alike."""
    return replace(hold, at_least_s=hold.at_least_s + 0.3, as_run=2 * hold.as_run)


def attempts(name: str, title: str, trait: str, *marks: str) -> list[Scenario]:
    """The same scenario thrice, held longer and longer. Before the headers there is a hold in each of them.

    The first text is held back longest: else what is behind it would take as long as what is before it.
    """
    fixture = "gaps" if trait == GAPS else "plain"
    return [
        Scenario(
            _longer(name, number), title, fixture, before=(hold,), play=pause_at(hold, *marks, longer="first"),
            trait=trait,
        )
        for number, hold in enumerate(HOLDS)
    ]  # fmt: skip


def _longer(name: str, attempt: int) -> str:
    return name + ("", "-longer", "-longest")[attempt]


MARKS = {"": ("first", "middle", "last"), GAPS: ("first",), WHOLE: ()}
STREAM = attempts("stream", "held before the headers, after the role, between the texts", "", *MARKS[""])
BLOCK = attempts("whole", "in one go, held before the headers", WHOLE)
WITH_GAPS = attempts("gaps", "three chunks without text, held before the first with some", GAPS, *MARKS[GAPS])


# -- the returned times ------------------------------------------------------------------------------------------------


def pair(record: Record) -> tuple[float, float] | None:
    """The two figures that came back; None where that is not what came back."""
    value = record.outcome.value
    items = value.get("items") if isinstance(value, dict) and value.get("$") == "tuple" else value
    if not isinstance(items, list) or len(items) != 2 or any(type(item) not in (int, float) for item in items):
        return None
    return items[0], items[1]


def times(run: Run) -> tuple[float, float]:
    value = run.ends_well()
    found = pair(run.record)
    run.right_type(found is not None, "a tuple of two floats: (first, total), in seconds", value)
    assert found is not None
    return found


def proven(lab: Lab, scenarios: list[Scenario], stream: bool) -> Run:
    """The first run whose times are wrong, or can come of no other readings than the right ones; or the last run.

    One that a longer hold keeps from returning (a time limit of its own) has been right before that.
    """
    run = lab.run(scenarios[0], stream)
    for scenario in scenarios[1:]:
        known, right = stages(run.record.timeline), RIGHT[scenario.trait]
        found = pair(run.record)
        if found is None or len(known) <= max(right) or not fits(known, *found, right, one_start=False):
            break
        if set(readings(known, *found)) <= {right} or not _rests(run.record):
            break
        longer = lab.run(scenario, stream)
        run = longer if pair(longer.record) is not None else run
    return run


def _rests(record: Record) -> bool:
    """One that wakes up again and again proves nothing in a longer hold, either."""
    return all(moment["how"] != "dozing" for moment in record.timeline.of("settled"))


def first_is_right(run: Run) -> None:
    first, total = times(run)
    known, (start, one, _) = whole_story(run), RIGHT[run.record.scenario.trait]
    if not known[one].since(known[start]).holds(first, slack((first, total))):
        _fail(run, "first", known[one], first, run.record.reply.pieces)
    _is_no_whole_number(run, first)


def total_is_right(run: Run) -> None:
    first, total = times(run)
    known, (start, _, two) = whole_story(run), RIGHT[run.record.scenario.trait]
    if not known[two].since(known[start]).holds(total, slack((first, total))):
        _fail(run, "total", known[two], total, run.record.reply.pieces)
    _is_no_whole_number(run, total)


def _is_no_whole_number(run: Run, figure: float) -> None:
    """By luck, a time that was cut to whole seconds is right."""
    if type(figure) is int:
        run.fail("type", "a float, in seconds", figure, id="whole-seconds")


def whole_story(run: Run) -> list[Span]:
    """The stages, all of them: who gave its word before the last text was sent has not timed the whole reply."""
    known = stages(run.record.timeline)
    if len(known) <= max(RIGHT[run.record.scenario.trait]):
        run.fail("times", "a program that stays until the last text has come", "it had ended by then", field="total")
    return known


def _fail(run: Run, field: str, sent: Span, figure: float, pieces: list[str]) -> None:
    shown = [i for i, piece in enumerate(pieces) if piece]
    streamed = bool(run.record.played)
    what = {"first": "the first text", "total": "the last text"}[field] if streamed else "the reply"
    after = f"{sent.earliest - run.record.request.at:.2f} s"
    mark = (shown[0 if field == "first" else -1], f"sent {after} after your request; your time: {_seconds(figure)}")
    run.fail(
        "times", f"{field}: about {after} ({what} was sent so long after your request)", f"{field}: {_seconds(figure)}",
        field=field, mark=mark if streamed else None,
    )  # fmt: skip


def _seconds(figure: float) -> str:
    return f"{figure:.3f} s" if abs(figure) < 1e6 else f"{figure:.6g} s"


# -- the checks --------------------------------------------------------------------------------------------------------


@check(points=2)
def asks_for_a_stream(lab: Lab) -> None:
    """stream=True: sends one request for a stream, with the key, MODEL and the prompt"""
    lab.together((STREAM[0], True), (BLOCK[0], False), (WITH_GAPS[0], True))
    lab.run(STREAM[0], True).asks_once_for_a_stream()


@check(points=2)
def asks_for_the_whole(lab: Lab) -> None:
    """stream=False: sends one request that asks for no stream"""
    lab.run(BLOCK[0], False).asks_once_in_one_go()


@check(points=1, after=asks_for_a_stream)
def returns_two_times(lab: Lab) -> None:
    """returns two times: (first, total)"""
    times(lab.run(STREAM[0], True))


@check(points=3, after=returns_two_times)
def times_the_first_text(lab: Lab) -> None:
    """stream=True: the first time is that of the first text, from just before the request"""
    first_is_right(proven(lab, STREAM, True))


@check(points=3, after=returns_two_times)
def times_the_whole_stream(lab: Lab) -> None:
    """stream=True: the second time is that of the whole reply, from just before the request"""
    total_is_right(proven(lab, STREAM, True))


@check(points=2, after=(asks_for_the_whole, returns_two_times))
def times_the_whole_reply(lab: Lab) -> None:
    """stream=False: both times are that of the whole reply"""
    run = proven(lab, BLOCK, False)
    total_is_right(run)
    first_is_right(run)


@check(points=2, after=times_the_first_text)
def waits_for_text(lab: Lab) -> None:
    """counts no chunk that has nothing to read: content null, absent or empty"""
    run = proven(lab, WITH_GAPS, True)
    first_is_right(run)
    total_is_right(run)


# -- evidence ----------------------------------------------------------------------------------------------------------

DAY_S = 86_400


def _known(case: Case) -> list[Span]:
    return stages(case.record.timeline)


def _right_if(case: Case, change: Callable[[float, float], tuple[float, float]]) -> bool:
    """Are the figures right, once changed so? Those of an experiment that is held otherwise must be, too."""
    return _holds_twice(case, lambda known, figures, taken: fits(known, *change(*figures), taken, one_start=False))


def _holds_twice(case: Case, holds: Callable[[list[Span], tuple[float, float], Taken], bool]) -> bool:
    """Of this run and its stages, and, where it does of these, of the experiment and its own."""
    ends = [RIGHT[case.trait]] if case.trait else [(0, 3, 5), (0, 3, 6)]
    for taken, record in (([RIGHT[case.trait]], lambda: case.record), (ends, lambda: _held_longer(case))):
        found, known = pair(record()), stages(record().timeline)
        if found is None or len(known) <= max(taken[-1]) or not any(holds(known, found, t) for t in taken):
            return False
    return True


def _figures(case: Case) -> tuple[float, float]:
    """Raises ValueError where none came back: then no evidence about them holds."""
    found = pair(case.record)
    if found is None:
        raise ValueError("no two figures came back")
    return found


@evidence("the stream went on when it had ended")
def left_the_stream(case: Case) -> bool:
    """The program had given its word before the last text was sent."""
    return bool(case.record.played) and events_read(case.record) <= case.reply.last_content


@evidence("a time is a clock's reading, and no difference")
def is_a_reading(case: Case) -> bool:
    """One or both figures are what a clock said during the run, in seconds, milliseconds or nanoseconds."""
    first, total = _figures(case)
    known, (start, one, two) = _known(case), RIGHT[case.trait]
    off = slack((first, total))
    first_fits = known[one].since(known[start]).holds(first, off)
    total_fits = known[two].since(known[start]).holds(total, off)
    for unit in (1, 1e3, 1e9):
        said = (_said(case, first / unit), _said(case, total / unit))
        if all(said) or (said[0] and total_fits) or (first_fits and said[1]):
            return True
    return False


def _said(case: Case, figure: float) -> bool:
    """Could a monotonic clock, or a wall clock of these days, have said so during the run?"""
    began = case.record.timeline.started
    return began <= figure <= began + _known(case)[-1].latest or abs(figure - time.time()) < DAY_S


@evidence("in another unit the times fit")
def in_another_unit(case: Case) -> bool:
    """Experiment: held otherwise. Each time, the larger figure is right as the second in milli-, micro- or nanoseconds
    and the other is smaller, or one of the two figures is; or both are in minutes, or times 1000."""
    for unit in (1e3, 1e6, 1e9):
        alone = ((unit, 1), (1, unit))
        if any(_right_if(case, lambda first, total, a=a, b=b: (first / a, total / b)) for a, b in alone):
            return True
        if _holds_twice(case, lambda known, figures, taken, unit=unit: _larger_fits(known, figures, taken, unit)):
            return True
    return any(_right_if(case, lambda first, total, a=a: (first * a, total * a)) for a in (60, 1e3))


def _larger_fits(known: list[Span], figures: tuple[float, float], taken: Taken, unit: float) -> bool:
    small, large = sorted(figure / unit for figure in figures)
    return small >= 0 and known[taken[2]].since(known[taken[0]]).holds(large, slack((small, large)))


@evidence("with the other sign the times fit")
def negated(case: Case) -> bool:
    """Experiment: held otherwise. Each time, both figures are right but for their sign."""
    return _right_if(case, lambda first, total: (-first, -total))


@evidence("the other way round the times fit")
def swapped(case: Case) -> bool:
    """Experiment: held otherwise. Each time, the figures are right the other way round."""
    return _right_if(case, lambda first, total: (total, first))


@evidence("the second time fits if it is counted from the first")
def from_the_first(case: Case) -> bool:
    """Experiment: held otherwise. Each time, the first figure is right, and the sum of both is as the second."""
    return case.trait == "" and _right_if(case, lambda first, total: (first, first + total))


@evidence("the first time fits if it is counted back from the end")
def back_from_the_end(case: Case) -> bool:
    """Experiment: held otherwise. Each time, the second figure is right, and so is what is left of it without the
    first."""
    return case.trait == "" and _right_if(case, lambda first, total: (total - first, total))


@evidence("the time spent waiting is not in it")
def without_the_waiting(case: Case) -> bool:
    """The second figure is shorter than the last hold alone."""
    known, two = _known(case), RIGHT[case.trait][2]
    return 0 <= _figures(case)[1] < known[two].earliest - known[two - 1].latest


@evidence("they are whole numbers of seconds")
def whole_seconds(case: Case) -> bool:
    """Experiment: each hold lasts for more than a second. Are the figures whole numbers, and off by less than one?"""
    if any(figure != int(figure) for figure in _figures(case)):
        return False
    longer = Settle(at_least_s=1.2)
    record = case.again("held-for-seconds", before=(longer,), play=pause_at(longer, *MARKS[case.trait]))
    found, known, (start, one, two) = pair(record), stages(record.timeline), RIGHT[case.trait]
    return (
        found is not None
        and all(figure == int(figure) for figure in found)
        and known[one].since(known[start]).holds(found[0], 1.0)
        and known[two].since(known[start]).holds(found[1], 1.0)
    )


@evidence("a longer stream gives the same times")
def the_same_for_another(case: Case) -> bool:
    """Experiment: another reply, held longer. Are the figures the very same, and not next to nothing?"""
    figures = _figures(case)
    return max(map(abs, figures)) > 0.01 and pair(_held_longer(case)) == figures


def _held_longer(case: Case, attempt: int = 0) -> Record:
    """Of the plain stream, held at each point that the clock may have been read at; longest before the headers."""
    hold = HOLDS[attempt]
    play = {"play": pause_at(hold, "role", "first", "middle", "last", "end")} if case.trait == "" else {}
    return case.again(_longer("held-everywhere", attempt), before=(prolonged(hold),), **play)


# -- where the clock was started and read ------------------------------------------------------------------------------

APART = {"": EVERYWHERE, WHOLE: ("request", "end"), GAPS: ("request", "role", "first")}


def located(case: Case) -> set[tuple[str, ...]]:
    """All that the figures can come of, by name; of the plain stream, of both the run and an experiment."""
    found: set[Taken] = set()
    for one_start in (True, False):
        as_played = set(readings(_known(case), *_figures(case), one_start=one_start))
        found = as_played if case.trait else _apart(case, as_played, one_start)
        if found:
            break
    return {tuple(APART[case.trait][stage] for stage in taken) for taken in found}


def _apart(case: Case, as_played: set[Taken], one_start: bool) -> set[Taken]:
    """The same, by the stages of the experiment, which is held longer where it leaves several possibilities."""
    found: set[Taken] = set()
    for attempt in range(2 if as_played else 0):
        record = _held_longer(case, attempt)
        known, figures = stages(record.timeline), pair(record)
        every = readings(known, *figures, one_start=one_start) if figures and len(known) == len(EVERYWHERE) else ()
        found = {t for t in every if (AS_PLAYED[t[0]], AS_PLAYED[t[1]], AS_PLAYED[t[2]]) in as_played}
        if len(found) <= 1 or all(start == one == two for start, one, two in found):
            break
    return found


def _all_in(found: Iterable[str], words: list[str]) -> bool:
    taken = set(found)
    return bool(taken) and taken <= set(words)


@evidence("the clock was started at:", either)
def started_at(case: Case, words: list[str]) -> bool:
    """The figures can only come of a clock that was started at the `request`, or once the `headers`, the `role`, the
    `first` text, one of the `middle`, the `last`, or the `end` of the stream had come."""
    return _all_in((start for start, _, _ in located(case)), words)


@evidence("the first time was taken at:", either)
def first_taken_at(case: Case, words: list[str]) -> bool:
    """The clock was started at the request, and the first figure can only have been taken there."""
    found = located(case)
    return _all_in((start for start, _, _ in found), ["request"]) and _all_in((one for _, one, _ in found), words)


@evidence("the second time was taken at:", either)
def second_taken_at(case: Case, words: list[str]) -> bool:
    """The clock was started at the request, and the second figure can only have been taken there."""
    found = located(case)
    return _all_in((start for start, _, _ in found), ["request"]) and _all_in((two for _, _, two in found), words)


@evidence("its clock was first read when the reply had begun")
def read_late(case: Case) -> bool:
    """The closer look: the learner's file read no clock of `time` or `datetime` before the reply was sent."""
    record = case.closer
    read = [note.at for note in case.notes("clock", record)]
    return bool(read) and min(read) > stages(record.timeline)[1].earliest


@evidence("none of its own lines ran between the first text and the last")
def reads_all_at_once(case: Case) -> bool:
    """The closer look: at most one statement of the learner's file ran, which is the one that reads it all."""
    record = case.closer
    known = stages(record.timeline)
    begin, end = known[2].earliest, known[4].earliest
    ran = {note["line"] for note in case.notes("line", record) if begin < note.at < end}
    standing = statements(case.source)
    return len(set().union(*(standing.get(line, {(line, line)}) for line in ran))) <= 1
