"""The verdict on one stream: what is wrong, with which read, and at which byte."""

from __future__ import annotations

from typing import Any

import pytest

from grader.excerpt import reads_window
from grader.feeding import Fed
from grader.outcome import Outcome
from grader.running import Record
from grader.scenario import Call, Feed, Stream
from grader.stream.due import counts
from grader.timeline import Timeline
from grader.verdict import Verdict, verdicts

CRLF = (b"data: k\r", b"\ndata: m\r\n\r", b"\n")
TWO = (b"data: k\n\n", b"data: m\n\n")


def verdict(reads, came: dict[int, list[Any]], *, kind: Any = "returned", timed: bool = True, **facts: Any) -> Verdict:
    """`came`: what came out when so many reads had been taken."""
    stream = Stream("a case", reads, due=counts(reads) if timed else None)
    fed = Fed(stream, ended=not facts, taken=len(reads) + 1)
    for number, items in came.items():
        fed.came[number] = items
    for name, value in facts.items():
        setattr(fed, name, value)
    return Verdict(stream, fed, record([fed], kind, [stream]))


def record(fed: list[Fed], kind: Any, streams: list[Stream]) -> Record:
    scenario = Feed("feed", "", streams=lambda seed: streams)
    return Record(scenario=scenario, seed=1, call=Call("f", ()), settings={}, prefix="", salted=None, played=[],
                  timeline=Timeline(), outcome=Outcome(kind), stdout=b"", stderr=b"", source=b"", shown=0, fed=fed)  # fmt: skip


@pytest.mark.parametrize(
    ("reads", "came", "fault"),
    [
        (TWO, {1: ["k"], 2: ["m"]}, ""),
        (TWO, {2: ["k", "m"]}, "late"),
        (TWO, {1: ["k"], 3: ["m"]}, "late"),
        (TWO, {0: ["k"], 2: ["m"]}, "early"),
        (TWO, {1: ["k"]}, "value"),
        (TWO, {1: ["k"], 2: ["m", ""]}, "value"),
        (TWO, {1: [b"k"], 2: ["m"]}, "type"),
        (CRLF, {2: ["k\nm"]}, ""),
        (CRLF, {3: ["k\nm"]}, ""),
        (CRLF, {4: ["k\nm"]}, "late"),
        (CRLF, {1: ["k\nm"]}, "early"),
        (CRLF, {1: ["k"], 2: ["m"]}, "value"),
        ((b"data: k\r\r",), {2: ["k"]}, ""),
        ((), {}, ""),
    ],
)
def test_faults(reads, came, fault: str) -> None:
    assert verdict(reads, came).fault == fault


def test_when_data_come_out_is_judged_only_where_the_reads_are_handed_out_bit_by_bit() -> None:
    assert verdict(TWO, {3: ["k", "m"]}, timed=False).fault == ""


def test_an_exception_a_value_that_cannot_be_iterated_and_an_ended_process_are_faults() -> None:
    error = {"type": "KeyError", "about": None}
    assert verdict(TWO, {1: ["k"]}, error=error, taken=2).fault == "raised"
    assert verdict(TWO, {}, unfit={"value": None}).fault == "unfit"
    assert verdict(TWO, {1: ["k"]}, kind="stuck", ended=False).fault == "ending"


def test_streams_that_were_not_come_to_are_faults_of_a_run_that_was_ended() -> None:
    streams = [Stream("a", TWO), Stream("b", TWO), Stream("c", CRLF)]
    fed = Fed(streams[0], ended=True)
    fed.came[2] = ["k", "m"]
    found = verdicts(record([fed, Fed(streams[1], number=2)], "slow", streams))
    assert [v.fault for v in found] == ["", "ending", "ending"]
    assert [v.stream.name for v in found] == ["a", "b", "c"]
    assert [v.fresh for v in found] == [False, False, False]
    assert verdicts(record([Fed(streams[0])], "slow", streams[:1]))[0].fresh


@pytest.mark.parametrize(
    ("reads", "came", "shown"),
    [
        # other data: under the cut in front of it, or in the first read at the end of the event
        (CRLF, {2: ["k", "m"]}, r"data: k\r|\ndata: m\r\n\r|\n" "\n         ^"),
        ((b"data: k\r\r", b"data: m\r\r"), {1: ["k"]}, r"data: k\r\r|data: m\r\r" "\n           ^"),
        ((b"data: k\n\ndata: m\n\n",), {1: ["k", "x"]}, r"data: k\n\ndata: m\n\n" "\n                    ^"),
        ((b"data: k\n\n",), {}, r"data: k\n\n" "\n         ^"),
        # late: under the cut before which it was due, or the last byte
        (TWO, {2: ["k", "m"]}, r"data: k\n\n|data: m\n\n" "\n           ^"),
        ((b"data: k\n\n",), {2: ["k"]}, r"data: k\n\n" "\n         ^"),
    ],
)
def test_the_caret_stands_where_the_two_part(reads, came, shown: str) -> None:
    found = verdict(reads, came)
    assert found.fault
    assert reads_window(found.stream.reads, found.offset) == shown


def test_the_caret_of_an_exception_stands_behind_the_reads_that_had_been_taken() -> None:
    error = {"type": "KeyError"}
    found = verdict(TWO, {1: ["k"]}, error=error, taken=1)
    assert reads_window(TWO, found.offset) == r"data: k\n\n|data: m\n\n" "\n           ^"
    assert verdict(TWO, {}, error=error, taken=0).offset == 0


def test_two_failures_are_of_one_kind_if_the_same_exception_came_out_about_the_same() -> None:
    def kind(**error: Any) -> tuple[str, str]:
        return verdict(TWO, {}, error=error).kind

    assert kind(type="A", about="x") == kind(type="A", about="y")
    assert kind(type="A", about=None) != kind(type="B", about=None)
    assert kind(type="A", about="x") != kind(type="A", about="[DONE]")
    assert kind(type="A", about="x") != verdict(TWO, {}).kind
