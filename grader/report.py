"""The report: `grader/result/v1`. Everything that is shown, stored or exported is made from it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["pass", "fail", "skip", "error"]
Standing = Literal["pass", "fail", "error", "not-started"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Kit(Part):
    version: str
    challenges_sha256: str


class Isolation(Part):
    """Which confinement the learner's process ran under, and what of it this machine could not give."""

    tier: str
    missing: list[str]


class RunReport(Part):
    """One run. `timeline` is `{"events": [{"at": ms, "kind": …, …}]}`, texts cut to what a reader needs."""

    id: str
    scenario: str
    seed: int
    outcome: str
    timeline: dict[str, Any]


class Parting(Part):
    """Where the server's story and the program's part: the index of the event, and words for a picture's mark."""

    event: int
    note: str


class CheckReport(Part):
    id: str
    title: str
    status: Status
    points: float
    max_points: float
    diagnosis: str | None = None
    message: str = ""  # the diagnosis in one sentence, or why it was skipped
    hint: str = ""
    given: str = (
        ""  # what the program was given, in lines, where it is short enough to be shown; a caret may be among them
    )
    expected: str = ""
    actual: str = ""
    runs: list[str] = Field(default_factory=list)
    line: int | None = None  # of the learner's file, with its source
    source: str = ""
    because: str = ""  # the evidence for the diagnosis, in words
    parting: Parting | None = None


class ChallengeReport(Part):
    id: str
    title: str
    status: Standing
    points: float
    max_points: float
    submission_sha256: str
    diagnosis: str | None = None
    checks: list[CheckReport]
    runs: list[RunReport]

    @classmethod
    def of(
        cls, id: str, title: str, submission_sha256: str, checks: list[CheckReport], runs: list[RunReport]
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
        )


class Report(Part):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_: Literal["grader/result/v1"] = Field(alias="schema")
    kit: Kit
    seed: int
    isolation: Isolation
    started: str  # RFC 3339, UTC
    duration_s: float
    points: float
    max_points: float
    status: Literal["pass", "fail", "error"]
    challenges: list[ChallengeReport]

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2)


def json_schema() -> dict[str, Any]:
    """The JSON Schema that is shipped as docs/report.schema.json."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema(by_alias=True)}
