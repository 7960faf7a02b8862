"""Grading: submissions in, a report out. Challenges are graded side by side; nothing depends on their order."""

from __future__ import annotations

import hashlib
import itertools
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from grader import __version__, kitlock
from grader.ahead import Ahead, Foresight, Play, Wanted
from grader.challenge import PRIVATE, Challenge, Kit
from grader.checking import Check, Finding, Lab
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.evidence import Case, events_read
from grader.diagnosis.misconceptions import misconceptions, where
from grader.errors import GraderFault, UsageError
from grader.excerpt import cut, shown, windows
from grader.report import ChallengeReport, CheckReport, Isolation, Parting, Report, RunReport, Status
from grader.report import Kit as KitReport
from grader.running import Record
from grader.scenario import Asks, Call, Feed, Reads, Scenario, Submission, derive
from grader.session import Session, Stop
from grader.show.wire import timeline_of
from grader.stream.fixture import About, Fixture
from grader.stream.words import BY_LENGTH

T = TypeVar("T")
NO_FIXTURE = Fixture("none", b"", About(origin="hand-made", note="nothing is sent", dialect="openai"))


@dataclass(frozen=True)
class Work:
    """One submission to one challenge."""

    challenge: Challenge
    submission: Submission


def grade(
    session: Session,
    kit: Kit,
    work: list[Work],
    *,
    seed: int,
    seed_given: bool = False,
    doing: Callable[[str], None] = lambda _: None,
    stop: Stop | None = None,
    foresight: Foresight | None = None,
) -> Report:
    """Grades all of `work`. `doing` is told what is under way. Raises Stopped once `stop` was asked for.

    `seed_given` says that the seed was not drawn just now, so that somebody may have known it.

    With `foresight`, runs are played before checks ask for them, where a challenge was graded before.
    """
    started, clock, stop = datetime.now(UTC), time.monotonic(), stop or Stop()
    with ThreadPoolExecutor(max(1, session.jobs)) as pool, ThreadPoolExecutor(1) as beside:
        about = beside.submit(kit_report, kit)  # some hundred files to read, while the first runs are under way
        futures = [pool.submit(grade_one, session, item, seed, doing, stop, foresight) for item in work]
        try:
            reports = [future.result() for future in futures]
        except BaseException:  # Ctrl-C among them: nothing that runs is waited for
            stop.ask()
            raise
    return whole(
        reports, kit=about.result(), seed=seed, seed_given=seed_given, isolation=isolation(session),
        started=started, duration_s=time.monotonic() - clock,
    )  # fmt: skip


def whole(
    reports: list[ChallengeReport],
    *,
    kit: KitReport,
    seed: int,
    seed_given: bool,
    isolation: Isolation,
    started: datetime,
    duration_s: float,
) -> Report:
    """The report that these make together. `kit` is what `kit_report` says of it."""
    statuses = {report.status for report in reports}
    return Report(
        schema="grader/result/v1",
        kit=kit,
        seed=seed,
        seed_given=seed_given,
        isolation=isolation,
        started=started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        duration_s=round(duration_s, 3),
        points=sum(report.points for report in reports),
        max_points=sum(report.max_points for report in reports),
        status="error" if "error" in statuses else "pass" if statuses <= {"pass"} else "fail",
        challenges=reports,
    )


def isolation(session: Session) -> Isolation:
    confinement = session.confinement()
    return Isolation(tier=confinement.tier, missing=confinement.missing)


def kit_report(kit: Kit) -> KitReport:
    """Which kit this is, and whether it is as it was handed out."""
    found = kitlock.compare(kit)
    return KitReport(
        version=__version__, challenges_sha256=fingerprint(kit), lock=found.lock, changed=list(found.changed)
    )


def fingerprint(kit: Kit) -> str:
    """One hash over what decides verdicts: the checks, cards and fixtures."""
    total = hashlib.sha256()
    files = [
        *kit.challenges.glob("*/checks.py"),
        *kit.challenges.glob("*/challenge.toml"),
        *kit.challenges.glob("*/cases.toml"),
        *(path for path in kit.challenges.glob(f"*/{PRIVATE}/*") if path.is_file()),
        *kit.root.glob("fixtures/*/*"),
    ]
    for path in sorted(files):
        total.update(str(path.relative_to(kit.root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def grade_one(
    session: Session,
    item: Work,
    seed: int,
    doing: Callable[[str], None] = lambda _: None,
    stop: Stop | None = None,
    foresight: Foresight | None = None,
) -> ChallengeReport:
    """One challenge. The grader's own fault becomes a check's `error`, which costs no points."""
    id, stop, foresight = item.challenge.id, stop or Stop(), foresight or Foresight()
    part = stop.part()
    players = player(session, item, seed, stop), player(session, item, seed, part)
    with Ahead(*players, foresight.of(id), part) as ahead:
        grading = Grading(session, item, seed, stop, play=ahead.play)
        for number, check in enumerate(grading.checks):
            doing(f"{id}: {check.title}")
            grading.up_to(number)
    foresight.learn(id, grading.wanted)
    return grading.report()


class Grading:
    """One challenge's grading, a check at a time, always in the order of checks.py.

    What earlier runs have shown decides how later ones are played (see `Lab.run`). So who wants to know of one check
    has all before it tried as well, and hears what a grading of everything says.
    """

    def __init__(
        self, session: Session, item: Work, seed: int, stop: Stop | None = None, *, play: Play | None = None
    ) -> None:
        """`play` plays the runs, where that is not simply the session. UsageError where checks.py cannot be loaded."""
        self.item = item
        self.checks = item.challenge.checks()
        self._lab = Lab(play or player(session, item, seed, stop))
        self._standing: dict[Check, Status] = {}
        self._tried: list[CheckReport] = []

    @property
    def wanted(self) -> list[Wanted]:
        """What the checks have asked for."""
        return self._lab.wanted

    @property
    def complete(self) -> bool:
        return len(self._tried) == len(self.checks)

    def up_to(self, number: int) -> CheckReport:
        """The report of the check of that number, from 0; what is not tried yet is now. Raises UsageError, Stopped."""
        while len(self._tried) <= number:
            check = self.checks[len(self._tried)]
            report = _skipped(check, self._standing) or _checked(check, self._lab, self.item.challenge.folder)
            self._standing[check] = report.status
            self._tried.append(report)
        return self._tried[number]

    def report(self) -> ChallengeReport:
        """The report of the checks that have been tried."""
        challenge, runs = self.item.challenge, [_run_report(record, self.item) for record in self._lab.records]
        return ChallengeReport.of(
            challenge.id, challenge.card.title, self.item.submission.sha256, list(self._tried), runs, _file(self.item)
        )


def _file(item: Work) -> str:
    """The submission's path, as tools that know the kit's folder look for it."""
    path, root = item.submission.path, item.challenge.kit.root
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return str(path)


def player(session: Session, item: Work, seed: int, stop: Stop | None) -> Play:
    challenge = item.challenge

    def play(scenario: Scenario, args: tuple[Any, ...], trace: bool) -> Record:
        run_seed = derive(seed, challenge.id, scenario.id, repr(args))
        call = Call(
            challenge.card.function,
            (Reads(), *args) if isinstance(scenario, Feed) else (prompt_for(run_seed), *args),
            (challenge.kit.challenges,),
            challenge.card.given,
            "pydantic" in challenge.card.libraries,
            challenge.signature,
        )
        return session.perform(
            scenario,
            NO_FIXTURE if isinstance(scenario, Feed) else challenge.fixture(scenario.fixture),
            item.submission,
            call,
            seed=run_seed,
            trace=trace,
            libraries=challenge.card.libraries,
            stop=stop,
        )

    return play


def prompt_for(seed: int) -> str:
    """A prompt of the run's own, so that one that is hard-coded is noticed."""
    rng = random.Random(derive(seed, "prompt"))
    thing, other = rng.choice(BY_LENGTH[6]), rng.choice(BY_LENGTH[7])
    return f"Tell me about the {thing} and the {other} in {rng.randint(20, 90)} words."


def _skipped(check: Check, standing: dict[Check, Status]) -> CheckReport | None:
    missing = next((before for before in check.after if standing.get(before) != "pass"), None)
    if missing is None:
        return None
    ours = standing.get(missing) == "error"  # then what builds on it costs no points, either
    return CheckReport(
        id=check.id, title=check.title, status="error" if ours else "skip", points=check.points if ours else 0,
        max_points=check.points,
        message=f"not tried: it builds on “{missing.title}”" + (", where the grader failed" if ours else ""),
    )  # fmt: skip


def _checked(check: Check, lab: Lab, folder: Path) -> CheckReport:
    lab.asked = []
    report = CheckReport(id=check.id, title=check.title, status="pass", points=check.points, max_points=check.points)
    try:
        check.body(lab)
    except Finding as finding:
        finding.case.lab = lab
        lab.asked = [*(r for r in lab.asked if r is not finding.case.record), finding.case.record]  # its run comes last
        _explained(report, finding, folder)
    except UsageError:
        raise
    except GraderFault as fault:
        report.status, report.points = "error", check.points
        report.message = str(fault)
    except Exception as error:
        report.status, report.points = "error", check.points
        report.message = (
            f"the grader failed here ({type(error).__name__}: {error}); this is not your mistake and costs no points. "
            "Run it again, and report it with the seed if it stays."
        )
    report.runs = [run_id(record) for record in lab.asked]
    return report


def _explained(report: CheckReport, finding: Finding, folder: Path) -> None:
    """What was found stands, whatever becomes of the search for its cause: a program may be hard to explain."""
    report.status, report.points = "fail", 0
    try:
        _explain(report, finding, folder)
    except (UsageError, GraderFault):
        raise
    except Exception as error:
        report.diagnosis = finding.id
        report.message = f"This does not hold; why could not be found out ({type(error).__name__})."
        report.actual = cut(shown(finding.case.actual))


def _explain(report: CheckReport, finding: Finding, folder: Path) -> None:
    case = finding.case
    diagnosis = diagnose(case, finding.id, folder)
    about = misconceptions(folder.parent).get(diagnosis.id)
    if case.symptom == "value":
        expected, actual, caret = windows(case.expected, case.actual)
        if caret is not None and len(actual) > 12:
            actual += f"\n{' ' * caret}^"
    else:
        expected, actual = cut(shown(case.expected)), cut(shown(case.actual))
    if case.record.outcome.kind == "syntax":
        actual = _as_python_shows_it(case.error)
    report.diagnosis, report.because = diagnosis.id, diagnosis.because
    report.message = about.says if about else diagnosis.because or diagnosis.id
    report.hint = where(about.hints[0], diagnosis.line, diagnosis.source) if about else ""
    report.expected, report.actual = expected, actual
    report.line, report.source = diagnosis.line, diagnosis.source
    report.given, report.parting = case.given, _parting(case)


def _as_python_shows_it(error: dict[str, Any]) -> str:
    source = str(error.get("text") or "").rstrip("\n")
    indent = len(source) - len(source.lstrip())
    column = min(max(0, int(error.get("column") or 1) - 1 - indent), len(source.strip()))
    return f"line {error.get('line')}\n    {source.strip()}\n    {' ' * column}^\nSyntaxError: {error.get('message')}"


def _parting(case: Case) -> Parting | None:
    """Where a picture puts its mark."""
    if case.mark is not None:
        return Parting(event=case.mark[0], note=case.mark[1])
    if "parting" in case.facts:
        event, note = case.facts["parting"]
        return Parting(event=event, note=note)
    missed = case.record.timeline.first("missed")
    if case.symptom == "arrival" and missed is not None:
        visible = [i for i in range(missed["events"]) if case.reply.pieces[i].strip()]
        return (
            Parting(event=visible[-1], note="the server waited for this to be shown, and nothing came")
            if visible
            else None
        )
    if case.symptom == "ending" and case.record.played:
        return Parting(
            event=max(0, events_read(case.record) - 1), note="so far the reply had come when the program ended"
        )
    if case.field == "text" and isinstance(case.actual, str):
        same = _in_common(case.actual, case.reply.text)
        ends = itertools.accumulate(len(piece) for piece in case.reply.pieces)
        event = next((i for i, end in enumerate(ends) if end > same), None)
        return Parting(event=event, note="from here on the text differs") if event is not None else None
    if case.field == "usage" and case.reply.usage_at is not None:
        return Parting(event=case.reply.usage_at, note="here the usage was sent")
    return None


def _in_common(a: str, b: str) -> int:
    """How many characters two texts share from their beginning."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def run_id(record: Record) -> str:
    args = ",".join(str(arg).lower() for arg in record.call.args[1:] if not isinstance(arg, Asks))
    return record.scenario.id + (f"({args})" if args else "")


def _run_report(record: Record, item: Work) -> RunReport:
    return RunReport(
        id=run_id(record),
        scenario=record.scenario.id,
        seed=record.seed,
        outcome=record.outcome.kind,
        timeline={"title": record.scenario.title, "events": timeline_of(record)},
    )
