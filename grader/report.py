"""The report: `grader/result/v1`. Everything that is shown, stored or exported is made from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.untrusted import escaped, visible

Status = Literal["pass", "fail", "skip", "error"]
Standing = Literal["pass", "fail", "error", "not-started"]

# What a report says may be a learner's, or a stranger's who wrote the report. See `grader.untrusted`.
Line = Annotated[str, AfterValidator(escaped)]
Lines = Annotated[str, AfterValidator(visible)]


MOST = 1_000_000  # points, and what else is counted
MOST_NUMBER = 1e15  # in a moment
MOST_MOMENTS = 10_000  # of a run; one that the grader makes has some hundred
Points = Annotated[float, Field(ge=0, le=MOST)]
Count = Annotated[int, Field(ge=0, le=MOST)]

_TEXTS = frozenset(
    ("text", "head", "tail", "inside", "method", "path", "body", "why", "how", "name", "type", "message", "source")
)

_USUAL = _TEXTS | {"at", "kind", "events", "labels", "size", "status", "what", "line", "host", "port", "stream"}


def _timeline(given: dict[str, Any]) -> dict[str, Any]:
    """What every reader takes for granted."""
    events = given.get("events", [])
    if not isinstance(events, list):
        raise ValueError(_NO_EVENTS)
    if len(events) > MOST_MOMENTS:
        raise ValueError(f"`events` has more than {MOST_MOMENTS} moments")
    return {"title": escaped(str(given.get("title", ""))), "events": [_moment(event) for event in events]}


_NO_EVENTS = "`events` is no list of objects with a `kind` each"


def _moment(event: Any) -> dict[str, Any]:
    """With its texts escaped. A report has some hundred of these, and is mostly them: what is usual comes first."""
    if not isinstance(event, dict) or not isinstance(event.get("kind"), str):
        raise ValueError(_NO_EVENTS)
    told: dict[str, Any] = {}
    for name, value in event.items():
        kind = type(value)
        if kind is str and name != "labels":
            told[name] = value if value.isascii() and value.isprintable() else escaped(value)
        elif (kind is float or kind is int) and name not in _TEXTS and -MOST_NUMBER <= value <= MOST_NUMBER:
            told[name] = value
        elif kind is list and name not in _TEXTS and _are_plain(value):
            told[name] = list(value)
        else:
            told[name] = _unusual(name, value)
    if not event.keys() <= _USUAL:
        told = {escaped(str(name)): value for name, value in told.items()}
    at, count = event.get("at", 0), event.get("events", 0)
    if type(at) not in (int, float) or not 0 <= at <= 1e12:
        raise ValueError("an `at` is no number, or none of milliseconds")
    if type(count) is not int or not 0 <= count <= MOST:
        raise ValueError("a moment's `events` is no count")
    return told


def _are_plain(values: list[Any]) -> bool:
    """Are they all texts, and such that nothing in them is escaped?"""
    try:
        text = "".join(values)
    except TypeError:
        return False
    return text.isascii() and text.isprintable()


def _unusual(name: str, value: Any) -> Any:
    if isinstance(value, str) and name != "labels":
        return escaped(value)
    if name in _TEXTS:
        raise ValueError(f"one of {', '.join(sorted(_TEXTS))} is no text")
    if isinstance(value, list):
        return _many(name, value)
    if name == "labels" or not _is_number(value):
        raise _odd(name)
    return value


def _many(name: str, values: list[Any]) -> list[Any]:
    if not all(isinstance(one, str) or (_is_number(one) and name != "labels") for one in values):
        raise _odd(name)
    return [escaped(one) if isinstance(one, str) else one for one in values]


def _is_number(value: Any) -> bool:
    """Or nothing; neither infinite nor NaN."""
    return value is None or (isinstance(value, int | float) and abs(value) <= MOST_NUMBER)


def _odd(name: str) -> ValueError:
    return ValueError(f"a moment's {escaped(str(name)[:40])!r} is neither text, number nor a list of some")


Timeline = Annotated[dict[str, Any], AfterValidator(_timeline)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, allow_inf_nan=False)


class Kit(Part):
    version: Line
    challenges_sha256: Line
    lock: Line = ""  # the SHA-256 of the KIT.lock that it was handed out with, if it was
    changed: list[Line] = Field(default_factory=list)  # files that are not as that says, the first of them


class Isolation(Part):
    """Which confinement the learner's process ran under, and what of it this machine could not give."""

    tier: Line
    missing: list[Line]


class RunReport(Part):
    """One run. `timeline` is `{"title": …, "events": [{"at": ms, "kind": …, …}]}`, texts cut to what a reader needs."""

    id: Line
    scenario: Line
    seed: int
    outcome: Line
    timeline: Timeline


class Parting(Part):
    """Where the server's story and the program's part: the index of the event, and words for a picture's mark."""

    event: Count
    note: Line


class CheckReport(Part):
    id: Line
    title: Line
    status: Status
    points: Points
    max_points: Points
    diagnosis: Line | None = None
    message: Line = ""  # the diagnosis in one sentence, or why it was skipped
    hint: Line = ""
    given: Lines = (
        ""  # what the program was given, in lines, where it is short enough to be shown; a caret may be among them
    )
    expected: Lines = ""
    actual: Lines = ""
    runs: list[Line] = Field(default_factory=list, max_length=1000)
    line: Count | None = None  # of the learner's file, with its source
    source: Line = ""
    because: Line = ""  # the evidence for the diagnosis, in words
    parting: Parting | None = None


class ChallengeReport(Part):
    id: Line
    title: Line
    status: Standing
    points: Points
    max_points: Points
    submission_sha256: Line
    diagnosis: Line | None = None
    checks: list[CheckReport] = Field(max_length=1000)
    runs: list[RunReport] = Field(max_length=10_000)
    file: Line = ""  # the submission: its path in the kit, or as it was given
    hints: Count | None = None  # shown for this challenge before it was graded, where the grader knows it

    @classmethod
    def of(
        cls,
        id: str,
        title: str,
        submission_sha256: str,
        checks: list[CheckReport],
        runs: list[RunReport],
        file: str = "",
    ) -> ChallengeReport:
        """How a challenge stands whose checks say this. They may be a part: one that is skipped alone did not pass."""
        first = next((check for check in checks if check.status == "fail"), None)
        said = {check.status for check in checks}
        status: Standing = "error" if "error" in said else "pass" if said <= {"pass"} else "fail"
        return cls(
            id=id,
            title=title,
            status="not-started" if first and first.diagnosis == "not-started" else status,
            points=sum(check.points for check in checks),
            max_points=sum(check.max_points for check in checks),
            submission_sha256=submission_sha256,
            diagnosis=first.diagnosis if first else None,
            checks=checks,
            runs=runs,
            file=file,
        )


class Report(Part):
    model_config = ConfigDict(populate_by_name=True)

    schema_: Literal["grader/result/v1"] = Field(alias="schema")
    kit: Kit
    seed: int
    seed_given: bool = False  # by whoever ran the grader, so that the streams could be foreseen; else it was drawn
    isolation: Isolation
    started: Line  # RFC 3339, UTC
    duration_s: float = Field(ge=0, le=1e9)
    points: Points
    max_points: Points
    status: Literal["pass", "fail", "error"]
    challenges: list[ChallengeReport] = Field(max_length=1000)

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2)


def json_schema() -> dict[str, Any]:
    """The JSON Schema that is shipped as docs/report.schema.json."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema(by_alias=True)}
