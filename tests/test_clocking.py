"""What the server's clock proves: a right reading is never refused, and a wrong one is, wherever the proof is there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.clocking import COARSEST_S, SLEW_S, Span, Taken, fits, readings, slack, stages
from grader.timeline import Timeline

RIGHT = (0, 2, 4)
STAGES = 5


# -- a model of a run ------------------------------------------------------------------------------------------------


@dataclass
class Played:
    """A run as it might have been: when each stage was sent, and how late the program came to rest after it."""

    timeline: Timeline
    spans: list[Span]  # what is true of them, known to the model alone

    @property
    def known(self) -> list[Span]:
        return stages(self.timeline)


def played(asked: float, holds: list[float], lags: list[float], resting: list[str]) -> Played:
    """Stage 0 ends `asked` seconds after the run's start; each hold begins when the program rests, `lag` after a write.

    Where `resting` says something else than "idle", the server has given up looking, and has no proof.
    """
    timeline = Timeline(started=0.0)
    spans, now = [], 0.0
    for number, (hold, lag) in enumerate(zip([*holds, 0.0], lags, strict=True)):
        begin = now
        if number == 0:
            now += asked
            timeline.log("request", clock=now, status=200)
        elif number == 1:
            timeline.log("headers", clock=now, status=200)
            timeline.log("write", clock=now, data=b"", events=1)
        else:
            timeline.log("write", clock=now, data=b"", events=number)
        now += lag
        spans.append(Span(begin, now if number else asked))
        if number < len(holds):
            timeline.log("settle", clock=now)
            since = now if resting[number] == "idle" else None
            timeline.log("settled", clock=now, how=resting[number], since=since)
            now += hold
    timeline.log("word", clock=now)
    timeline.log("outcome", clock=now + 0.5, what="returned")
    return Played(timeline, spans)


short = st.floats(0, 0.4)
runs = st.builds(
    played,
    asked=short,
    holds=st.lists(st.floats(0.05, 2.0), min_size=STAGES - 1, max_size=STAGES - 1),
    lags=st.lists(short, min_size=STAGES, max_size=STAGES),
    resting=st.lists(st.sampled_from(["idle", "idle", "idle", "worn", "dozing"]), min_size=STAGES, max_size=STAGES),
)
EVERY = [taken for taken in product(range(STAGES), repeat=3) if taken[0] <= min(taken[1:])]
ONE_WRONG = [taken for taken in EVERY if sum(a != b for a, b in zip(taken, RIGHT, strict=True)) == 1]
within = st.floats(0, 1)


def reading(span: Span, share: float) -> float:
    return span.earliest + share * (span.latest - span.earliest)


def figures(run: Played, at: Taken, shares: tuple[float, float, float]) -> tuple[float, float]:
    """What a program returns that reads its clock at these stages, as late in them as the shares say."""
    start, one, two = (reading(run.spans[stage], share) for stage, share in zip(at, shares, strict=True))
    return one - start, two - start


# -- soundness -------------------------------------------------------------------------------------------------------


@given(runs, st.tuples(within, within, within))
def test_a_right_reading_is_never_refused(run: Played, shares: tuple[float, float, float]) -> None:
    assert fits(run.known, *figures(run, RIGHT, shares), RIGHT, one_start=True)


@given(runs, st.sampled_from(EVERY), st.tuples(within, within, within))
def test_whatever_the_readings_were_they_are_among_the_possible_ones(
    run: Played, at: Taken, shares: tuple[float, float, float]
) -> None:
    """So a verdict is proven where only the right reading is possible."""
    assert at in set(readings(run.known, *figures(run, at, shares)))


@given(runs, st.tuples(within, within, within), st.integers(1, 6))
def test_figures_may_be_rounded_or_cut_to_tenths_of_a_second_at_most(
    run: Played, shares: tuple[float, float, float], digits: int
) -> None:
    first, total = figures(run, RIGHT, shares)
    scale = 10**digits
    for short in (
        (round(first, digits), round(total, digits)),
        (int(first * scale) / scale, int(total * scale) / scale),
    ):
        assert fits(run.known, *short, RIGHT, one_start=True)


@given(runs, within, within, within, within)
def test_a_clock_started_for_each_figure_is_right_too(run: Played, a: float, b: float, c: float, d: float) -> None:
    first, _ = figures(run, RIGHT, (a, b, c))
    _, total = figures(run, RIGHT, (d, b, c))
    assert fits(run.known, first, total, RIGHT, one_start=False)


@given(runs, st.tuples(within, within, within), st.floats(-5e-4, 5e-4))
def test_a_wall_clock_that_is_being_set_right_does_no_harm(
    run: Played, shares: tuple[float, float, float], slew: float
) -> None:
    first, total = (figure * (1 + slew) for figure in figures(run, RIGHT, shares))
    assert fits(run.known, first, total, RIGHT, one_start=True)


# -- proof -----------------------------------------------------------------------------------------------------------


@given(
    asked=st.floats(0, 0.1),
    holds=st.lists(st.floats(0.2, 1.0), min_size=4, max_size=4),
    lags=st.lists(st.floats(0, 0.02), min_size=STAGES, max_size=STAGES),
    at=st.sampled_from(ONE_WRONG),
    shares=st.tuples(within, within, within),
)
def test_one_wrong_reading_is_refused_once_the_holds_are_longer_than_the_lags(
    asked: float, holds: list[float], lags: list[float], at: Taken, shares: tuple[float, float, float]
) -> None:
    run = played(asked, holds, lags, ["idle"] * STAGES)
    assert not fits(run.known, *figures(run, at, shares), RIGHT, one_start=True)


@given(runs, st.sampled_from(EVERY), st.tuples(within, within, within))
def test_what_passes_wrongly_is_known_to_be_unproven(
    run: Played, at: Taken, shares: tuple[float, float, float]
) -> None:
    """Then the stream is held longer: see `proven` in challenge 05."""
    assume(at != RIGHT)
    first, total = figures(run, at, shares)
    if fits(run.known, first, total, RIGHT, one_start=False):
        assert set(readings(run.known, first, total)) - {RIGHT}


# -- stages ----------------------------------------------------------------------------------------------------------


def test_without_a_proof_of_rest_a_stage_lasts_until_the_word_and_the_first_until_the_request() -> None:
    run = played(0.1, [1.0] * 4, [0.05] * 5, ["worn", "idle", "dozing", "idle", "idle"])
    spans = run.known
    assert spans[0].latest == pytest.approx(0.1)
    assert spans[1].latest == pytest.approx(spans[1].earliest + 0.05)
    assert spans[2].latest == spans[4].latest == pytest.approx(4.35)


def test_what_was_sent_after_the_word_is_no_stage() -> None:
    timeline = Timeline(started=0.0)
    timeline.log("request", clock=0.1)
    timeline.log("settled", clock=0.3, how="idle", since=0.2)
    timeline.log("headers", clock=0.4)
    timeline.log("word", clock=0.5)
    timeline.log("settled", clock=0.6, how="done", since=None)
    timeline.log("write", clock=0.7)
    timeline.log("outcome", clock=0.8)
    assert stages(timeline) == [Span(0.0, 0.2), Span(0.4, 0.5)]


def test_without_any_hold_there_is_one_stage() -> None:
    timeline = Timeline(started=0.0)
    timeline.log("request", clock=0.1)
    timeline.log("headers", clock=0.1)
    timeline.log("outcome", clock=0.8)
    assert stages(timeline) == [Span(0.0, 0.8)]


def test_an_impossible_span_holds_nothing() -> None:
    assert not Span(2.0, 1.0).holds(1.5, 9.0)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((0.3012345, 0.7654321), 1e-7),
        ((0.31, 0.7), 0.1),
        ((0.31, 0.75), 0.01),
        ((1.0, 2), COARSEST_S),
        ((300.0, 1e-05), COARSEST_S),
        ((1e22, 3e-9), COARSEST_S),
    ],
)
def test_the_slack_is_a_unit_in_the_last_place_that_is_written(figures: tuple[float, float], expected: float) -> None:
    assert slack(figures) == pytest.approx(SLEW_S + expected)
