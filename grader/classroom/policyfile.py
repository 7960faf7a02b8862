"""class.toml: what a class's grades are made by. Read strictly: an unknown key or name is an error, never ignored."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError

from grader.challenge import select_ids
from grader.classroom.model import PROVENANCE
from grader.classroom.policy import Extension, Policy, Rules
from grader.errors import UsageError
from grader.stream.fixture import Strict, first_problem

MAX_FILE = 1024 * 1024  # bytes


def _is_a_date(value: object) -> object:
    """TOML has dates of its own; a text or a number is none."""
    if not isinstance(value, date):
        raise ValueError("expected a date without quotes, such as 2026-11-30 or 2026-11-30 18:00:00")
    return value


Moment = Annotated[datetime | date, BeforeValidator(_is_a_date)]
Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Rules(Strict):
    """Once at the top, for all; and in [challenge.NAME], for one."""

    counts: Literal["best", "last"] | None = None
    attempts: Annotated[int, Field(ge=1)] | None = None  # how many of the first count; None: all
    deadline: Moment | None = None
    grace: Positive | None = None  # minutes
    late_penalty: Annotated[float, Field(ge=0, le=100)] | None = None  # percent of what was reached, per day begun
    late_limit: Annotated[int, Field(ge=0)] | None = None  # days after which nothing counts
    trust: Literal["server", "ci", "signed", "local"] | None = None  # the least that is believed: PROVENANCE


class _Challenge(_Rules):
    weight: Positive | None = None
    column: str = ""  # the assignment's column in Canvas' or Moodle's file


class _Extension(Strict):
    student: str = Field(min_length=1)
    challenge: str = ""  # empty: all
    days: Annotated[int, Field(ge=1)] | None = None
    deadline: Moment | None = None


class _HandedIn(Strict):
    student: str = Field(min_length=1)
    challenge: str = Field(min_length=1)
    at: Moment


class _File(_Rules):
    zone: str = "UTC"
    late_days: Annotated[int, Field(ge=0)] = 0
    only: tuple[str, ...] = ()
    total_column: str = ""
    challenge: dict[str, _Challenge] = Field(default_factory=dict)
    extensions: tuple[_Extension, ...] = ()
    handed_in: tuple[_HandedIn, ...] = ()


def load(path: Path, challenges: Sequence[str]) -> Policy:
    """The policy in a class.toml. `challenges` are the kit's ids. Raises UsageError naming the file and key."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Check the path given to --policy.") from None
    if len(content) > MAX_FILE:
        raise UsageError(f"{path}: is larger than {MAX_FILE // 1024} KiB, expected a short TOML file.")
    try:
        return parse(content.decode("utf-8-sig"), str(path), challenges)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.") from None


def parse(text: str, shown: str, challenges: Sequence[str]) -> Policy:
    """As `load`, of the file's text."""
    try:
        file = _File.model_validate(tomllib.loads(text))
        return _Reading(shown, list(challenges), _zone(file.zone)).policy(file)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{shown}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{shown}: {first_problem(error)}") from None
    except UsageError as error:
        raise UsageError(f"{shown}: {str(error).removeprefix(f'{shown}: ')}") from None
    except (RecursionError, OverflowError, ValueError) as error:
        raise UsageError(f"{shown}: cannot be used: {error}") from None


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except Exception:  # zoneinfo raises whatever the lookup of such a path raises
        raise UsageError(f"key `zone`: no time zone {name!r}, expected one such as Europe/Berlin, or UTC.") from None


R = TypeVar("R")


class _Reading:
    """Turns what the file holds into the policy: names into ids, dates into moments, rules into each challenge's."""

    def __init__(self, shown: str, challenges: list[str], zone: tzinfo) -> None:
        self._shown, self._ids, self._zone = shown, challenges, zone

    def policy(self, file: _File) -> Policy:
        own = {self._id(name): about for name, about in file.challenge.items()}
        if len(own) < len(file.challenge):
            raise UsageError("names one challenge in two tables [challenge.…]. Put both into one.")
        return Policy(
            rules={id: self._rules(file, own.get(id, _Challenge()), id) for id in self._ids},
            weights={id: about.weight for id, about in own.items() if about.weight is not None},
            columns={id: about.column for id, about in own.items() if about.column},
            total_column=file.total_column,
            late_days=file.late_days,
            only=tuple(select_ids(self._ids, list(file.only))),
            extensions=tuple(self._extension(each) for each in file.extensions),
            handed_in={(h.student, self._id(h.challenge)): self._moment(h.at) for h in file.handed_in},
        )

    def _id(self, name: str) -> str:
        (id,) = select_ids(self._ids, [name]) or [""]
        if not id:
            raise UsageError(f"no challenge {name!r}. There are: {', '.join(self._ids)}.")
        return id

    def _rules(self, file: _File, own: _Challenge, id: str) -> Rules:
        deadline = _first(own.deadline, file.deadline)
        penalty = _first(own.late_penalty, file.late_penalty)
        if deadline is not None and penalty is None:
            raise UsageError(
                f"{id} has a deadline, and nothing says what being late costs. Set `late_penalty`: percent of what was "
                "reached, for each day begun (100: late work does not count)."
            )
        return Rules(
            counts=_first(own.counts, file.counts) or "best",
            attempts=_first(own.attempts, file.attempts),
            deadline=None if deadline is None else self._moment(deadline),
            grace=60 * (_first(own.grace, file.grace) or 0),
            late_penalty=(penalty or 0) / 100,
            late_limit=_first(own.late_limit, file.late_limit),
            trust=_first(own.trust, file.trust) or PROVENANCE[-1],
        )

    def _extension(self, given: _Extension) -> Extension:
        if (given.days is None) == (given.deadline is None):
            raise UsageError(f"the extension of {given.student!r} needs either `days` or `deadline`.")
        deadline = None if given.deadline is None else self._moment(given.deadline)
        return Extension(
            given.student, self._id(given.challenge) if given.challenge else None, given.days or 0, deadline
        )

    def _moment(self, value: datetime | date) -> datetime:
        """A day is meant until its end; a time without a zone is in the class's."""
        full = value if isinstance(value, datetime) else datetime.combine(value, time(23, 59, 59))
        return (full if full.tzinfo else full.replace(tzinfo=self._zone)).astimezone(UTC)


def _first(own: R | None, general: R | None) -> R | None:
    return general if own is None else own
