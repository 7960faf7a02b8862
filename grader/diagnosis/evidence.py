"""What a rule may look at: the finding, the run's timeline, and, where these do not decide, an experiment.

The rules stand in tables.toml. They name their evidence; a function that looks for it gets its name from `evidence`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from grader.replay.seen import plain
from grader.running import Record
from grader.scenario import Scenario
from grader.stream.reply import Reply

Mark = tuple[int, str]  # where a picture puts its mark: the index of an event, and a few words about it
Symptom = str  # what a check saw, in a word: see the routes in tables.toml, where a challenge may add its own


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
    """A finding and its evidence. `lab` is there while a diagnosis is made.

    `given`: lines that show what the program was given, where that is short enough to show. `facts`: what else a check
    knows, for a challenge's own evidence; "parting" among it is an event and a note for a picture's mark.
    """

    symptom: Symptom
    expected: Any
    actual: Any
    record: Record
    field: str = ""
    lab: Experiments | None = None
    mark: Mark | None = None  # where the check knows better than the rules of grading
    given: str = ""
    facts: dict[str, Any] = attribute(default_factory=dict)

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


# -- evidence by name --------------------------------------------------------------------------------------------

Look = TypeVar("Look", bound=Callable[..., bool])


@dataclass(frozen=True)
class Evidence:
    """`holds(case)`; or, where the name ends in a colon, `holds(case, parameter)`: what `reads` makes of the rest."""

    name: str
    holds: Callable[..., bool]
    reads: Callable[[str], Any] = str

    @property
    def says(self) -> str:
        """What it looks at: the first paragraph of the docstring."""
        return " ".join((self.holds.__doc__ or "").strip().partition("\n\n")[0].split())


_COMMON = Path(__file__).resolve().parent
_known: dict[tuple[Path, str], Evidence] = {}


def evidence(name: str, reads: Callable[[str], Any] = str) -> Callable[[Look], Look]:
    """Gives a function the name by which tables.toml calls it. A name that ends in a colon takes a parameter.

    `reads` makes the parameter of what stands behind the colon, and raises ValueError where it cannot. What a challenge's checks.py decorates is known to the tables of that challenge alone.
    """

    def decorate(look: Look) -> Look:
        _known[Path(look.__code__.co_filename).resolve().parent, name] = Evidence(name, look, reads)
        return look

    return decorate


def known_evidence(folder: Path | None = None) -> dict[str, Evidence]:
    """What the common tables may name, and those of a challenge's folder."""
    found = list(_known.items())  # at once: another thread may be loading a challenge
    scopes = (_COMMON, *([folder.resolve()] if folder else []))
    return {name: entry for scope in scopes for (where, name), entry in found if where == scope}
