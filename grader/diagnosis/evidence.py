"""What a rule may look at: the finding, the run's timeline, and, where these do not decide, an experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Protocol

from grader.replay.seen import plain
from grader.running import Record
from grader.scenario import Scenario
from grader.stream.reply import Reply

Symptom = Literal[
    "start",  # the file does not compile, has no such function, or is the stub
    "requests",  # what was asked for on the wire is not what the task asks for
    "arrival",  # a piece was not on the screen before the event after the next was sent
    "ending",  # no value came back: an exception, an exit, a stop by the grader
    "waits",  # came back only when the server gave up keeping the reply open
    "type",  # the returned value has another shape
    "value",  # a part of the returned value is another; `field` says which
    "accepted",  # a value where a ValueError was due
    "refusal",  # another exception where a ValueError was due
    "too-early",  # did something before the stream had ended
]


class Experiments(Protocol):
    """Further runs of the same submission."""

    def record(self, scenario: Scenario, args: tuple[Any, ...] = (), *, trace: bool = False) -> Record: ...

    @property
    def records(self) -> list[Record]: ...


def events_read(record: Record) -> int:
    """How many events were out when the program ended: it cannot have read more."""
    sent = 0
    for moment in record.timeline.moments:
        if moment.kind == "write":
            sent = max(sent, moment["events"])
        elif moment.kind == "outcome" or (moment.kind == "note" and moment["what"] == "ended"):
            break
    return sent


def leaves_before(record: Record) -> bool:
    """Of a scenario that keeps an event back: did the program end, or close, and not wait for it?"""
    waited = record.timeline.first("unlinger")
    if waited is not None:
        return bool(waited["why"] != "idle")
    sent = max((moment["events"] for moment in record.timeline.of("write")), default=0)
    return sent < len(record.reply.events)  # it had left before the server came to wait


@dataclass
class Case:
    """A finding and its evidence. `lab` is there while a diagnosis is made."""

    symptom: Symptom
    expected: Any
    actual: Any
    record: Record
    field: str = ""
    lab: Experiments | None = None

    # -- the wire -------------------------------------------------------------------------------------------------

    @property
    def trait(self) -> str:
        return self.record.scenario.trait

    @property
    def reply(self) -> Reply:
        return self.record.reply

    @cached_property
    def requests(self) -> list[dict[str, Any]]:
        return [moment.facts for moment in self.record.timeline.of("request")]

    # -- the program ----------------------------------------------------------------------------------------------

    @property
    def error(self) -> dict[str, Any]:
        """The exception that came out, as data; empty where none did."""
        return self.record.outcome.error

    @property
    def error_type(self) -> str:
        return str(self.error.get("type", ""))

    @property
    def error_text(self) -> str:
        return str(self.error.get("message", ""))

    @property
    def about(self) -> str | None:
        """What a JSONDecodeError was given to read; None for other exceptions."""
        about = self.error.get("about")
        return about if isinstance(about, str) else None

    def is_a(self, name: str) -> bool:
        """Is the exception of a class whose full name ends so?"""
        return any(cls == name or cls.endswith("." + name) for cls in self.error.get("mro", []))

    @property
    def innermost(self) -> dict[str, Any]:
        """The learner's line that raised, with its local values."""
        frames = self.error.get("frames") or [{}]
        return dict(frames[-1])

    def notes(self, what: str, record: Record | None = None) -> list[Any]:
        return [m for m in (record or self.record).timeline.of("note") if m["what"] == what]

    @property
    def source(self) -> bytes:
        """The learner's file: to tell which lines are one statement, never to judge by."""
        return self.record.source

    @cached_property
    def stdout(self) -> str:
        return plain(self.record.stdout.decode("utf-8", "replace"))

    @property
    def shown(self) -> int:
        """How many pieces had been shown, in order, by the end."""
        return self.record.shown

    @cached_property
    def closer(self) -> Record:
        """The same run again, with every line of the learner's file noted."""
        assert self.lab is not None
        return self.lab.record(self.record.scenario, self.record.call.args[1:], trace=True)

    def again(self, name: str, **changes: Any) -> Record:
        """An experiment: the same call with the same scenario but for `changes`, and with another salt."""
        assert self.lab is not None
        scenario = replace(self.record.scenario, id=f"{self.record.scenario.id}/{name}", **changes)
        return self.lab.record(scenario, self.record.call.args[1:])


@dataclass(frozen=True)
class Rule:
    """`id` is the root cause when `holds` does. `because` says in words what evidence that is."""

    id: str
    because: str
    holds: Callable[[Case], bool]
