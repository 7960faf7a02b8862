"""What of a report is believed: which checks passed, and what was seen. What they are worth, the kit here says.

Whoever sends a report may have written it by hand. So each name in it must be one of this kit's, and points, titles,
statuses and totals are worked out again from the checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.challenge import Challenge, Kit, checks_in
from grader.classroom.store.graded import Graded, kit_of
from grader.diagnosis.misconceptions import misconceptions
from grader.jail.tiers import TIERS
from grader.report import ChallengeReport, CheckReport, Report

POLICY = "sent"  # of a report that was sent: it is one more about its submission, whatever seed it had
MOST_SEED = 2**63  # what a database can hold
# Of one challenge, several times what the grader makes: what is kept is shown on pages, and all of it read for that.
LONGEST, LONGEST_PACKED, LONGEST_CHECKS = 1024 * 1024, 128 * 1024, 64 * 1024  # bytes
_SHA256 = re.compile(r"[0-9a-f]{64}")
UPDATE = "Update your kit (or ask whether the course's is up to date), and grade again."


class NotOfThisCourse(Exception):
    """The message says what is wrong with a report, and what to do."""


@dataclass(frozen=True)
class Worth:
    """A check, as the kit has it."""

    title: str
    points: float


@dataclass(frozen=True)
class Known:
    """A challenge, as reports are held against it."""

    title: str
    file: str  # the name of the learner's file
    kit: str  # `kit_of` it
    checks: dict[str, Worth]  # by id, in their order
    public: tuple[str, ...]  # ids of those that learners have, too


class Sheet:
    """The kit's challenges and what can be diagnosed in them. Made once: a kit that is changed needs a new one."""

    def __init__(self, kit: Kit, challenges: Iterable[Challenge]) -> None:
        self.known = {challenge.id: _known(challenge) for challenge in challenges}
        self.diagnoses = frozenset(misconceptions(kit.challenges))


def _known(challenge: Challenge) -> Known:
    checks = {check.id: Worth(check.title, float(check.points)) for check in challenge.checks()}
    public = tuple(check.id for check in checks_in(challenge.checks_module(), challenge.folder))
    return Known(challenge.card.title, challenge.card.file, kit_of(challenge), checks, public)


@dataclass(frozen=True)
class Believed:
    """What of a report about one challenge is believed, ready to be stored. Whose it is, is said later.

    It is small, as it may come from another process.
    """

    challenge: str
    sha256: str  # of the submission
    kit: str
    columns: dict[str, Any]  # of `reports`
    checks: list[dict[str, Any]]  # rows of `checks`
    size: int  # of both, in bytes, or nearly

    @property
    def status(self) -> str:
        return str(self.columns["status"])


@dataclass(frozen=True)
class Received(Graded):
    """A report that was sent, by somebody. It has been packed, so there is no text of it here."""

    what: Believed | None = None

    @property
    def _what(self) -> Believed:
        assert self.what is not None
        return self.what

    @property
    def status(self) -> str:
        return self._what.status

    @cached_property
    def columns(self) -> dict[str, Any]:
        ours = {"policy": self.policy, "provenance": self.provenance, "sent_by": self.sent_by}
        return {**self._what.columns, **ours}

    @property
    def checks(self) -> list[dict[str, Any]]:
        return self._what.checks

    @property
    def size(self) -> int:
        """Bytes that it holds, or nearly."""
        return self._what.size


def as_sent(what: Believed, *, student: str, provenance: str, by: str, digest: str) -> Received:
    """`digest` is of the report's content: the same report counts once, whoever sends it again."""
    policy = f"{POLICY}:{provenance}:{digest[:32]}"
    return Received(student, what.challenge, what.sha256, what.kit, policy, 0, "", provenance, by, what)


def believed(report: Report, sheet: Sheet) -> list[Believed]:
    """One for each challenge. Raises NotOfThisCourse."""
    _is_sound(report)
    return [_believed(report, given, sheet) for given in report.challenges]


def _believed(report: Report, given: ChallengeReport, sheet: Sheet) -> Believed:
    known = _known_in(sheet, given)
    ours = _worked_out(given, known, sheet)
    alone = report.model_copy(
        update={
            "challenges": [ours],
            "points": ours.points,
            "max_points": ours.max_points,
            "status": "fail" if ours.status == "not-started" else ours.status,
        }
    )
    text = alone.model_dump_json(by_alias=True)
    said = alone.model_copy(update={"challenges": [ours.model_copy(update={"runs": []})]})
    stored = _Stored("", given.id, given.submission_sha256, known.kit, "", 0, text, said=said)
    sizes = len(text), len(stored.columns["report"]), len(ours.model_dump_json(exclude={"runs"}))
    if any(size > most for size, most in zip(sizes, (LONGEST, LONGEST_PACKED, LONGEST_CHECKS), strict=True)):
        raise NotOfThisCourse(f"{given.id}: its report is longer than any that `grader grade` makes. {UPDATE}")
    return Believed(given.id, given.submission_sha256, known.kit, stored.columns, stored.checks, sum(sizes[1:]))


@dataclass(frozen=True)
class _Stored(Graded):
    """Is not read again from its JSON."""

    said: Report | None = None  # without its runs, which are nearly all of it

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        assert self.said is not None
        return self.said.model_dump()


def _is_sound(report: Report) -> None:
    """Raises NotOfThisCourse."""
    if not report.challenges:
        raise NotOfThisCourse("The report has no challenge in it. `grader grade --json --out report.json` makes one.")
    ids = [challenge.id for challenge in report.challenges]
    if len(set(ids)) < len(ids):
        raise NotOfThisCourse("The report has the same challenge twice. Send it as `grader grade` made it.")
    if not -MOST_SEED <= report.seed < MOST_SEED:
        raise NotOfThisCourse(f"The seed {report.seed} is none that the grader draws: it has more than 64 bits.")
    if report.isolation.tier not in TIERS:  # it stands beside the badge, and must not look like one
        raise NotOfThisCourse("The isolation's tier is none that there is. Send the report as `grader grade` made it.")


def _known_in(sheet: Sheet, given: ChallengeReport) -> Known:
    known = sheet.known.get(given.id)
    if known is None:
        raise NotOfThisCourse(f"{_short(given.id)}: this course has no such challenge. {UPDATE}")
    if not _SHA256.fullmatch(given.submission_sha256):
        raise NotOfThisCourse(f"{given.id}: submission_sha256 is no SHA-256 in hexadecimal digits.")
    ids = tuple(check.id for check in given.checks)
    if ids not in (tuple(known.checks), known.public):
        raise NotOfThisCourse(f"{given.id}: {_difference(ids, known)} {UPDATE}")
    return known


def _difference(ids: Sequence[str], known: Known) -> str:
    if unknown := [id for id in ids if id not in known.checks]:
        return f"the course's kit has no check `{_short(unknown[0])}` there."
    if missing := [id for id in known.public if id not in ids]:
        return f"the check `{missing[0]}` is missing."
    return "its checks are not those of the course's kit, each once and in its order."


def _worked_out(given: ChallengeReport, known: Known, sheet: Sheet) -> ChallengeReport:
    checks = [_check(given.id, check, known.checks[check.id], sheet) for check in given.checks]
    summed = ChallengeReport.of(given.id, known.title, given.submission_sha256, checks, [], given.file)
    return summed.model_copy(update={"runs": given.runs, "hints": given.hints})


def _check(challenge: str, given: CheckReport, ours: Worth, sheet: Sheet) -> CheckReport:
    """A passed check has the kit's points; anything else has none."""
    failed = given.status == "fail"
    if failed and given.diagnosis is not None and given.diagnosis not in sheet.diagnoses:
        raise NotOfThisCourse(
            f"{challenge}: the course's kit has no diagnosis `{_short(given.diagnosis)}`, of `{given.id}`. {UPDATE}"
        )
    return given.model_copy(
        update={
            "title": ours.title,
            "points": ours.points if given.status == "pass" else 0.0,
            "max_points": ours.points,
            "diagnosis": given.diagnosis if failed else None,
        }
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
