"""Grades task after task, with parents that stay warm. The learner's code runs in their children alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from grader.challenge import Challenge, Kit, library_sets, load_all
from grader.checking import Check
from grader.classroom.store.graded import kit_of
from grader.classroom.task import Task
from grader.errors import GraderFault, Stopped, UsageError
from grader.grading import Work, grade_one, isolation, kit_report, whole
from grader.jail.tiers import too_open
from grader.report import ChallengeReport, CheckReport, Isolation, Report
from grader.scenario import Submission
from grader.session import Session, Stop

TRIES = 2  # of a grading in which the grader itself failed


class Held(Challenge):
    """A challenge whose checks are loaded once, not for each grading."""

    @cached_property
    def _checks(self) -> list[Check]:
        return super().checks()

    def checks(self) -> list[Check]:
        return self._checks


class Unfit(UsageError):
    """Whoever is to grade has another kit than whoever asks, or confines submissions less than is asked for."""


class Judge:
    """A context manager. May be asked from several threads."""

    def __init__(self, kit: Kit, challenges: Sequence[str]) -> None:
        """Raises UsageError where a challenge cannot be loaded."""
        loaded = [challenge for challenge in load_all(kit) if challenge.id in challenges]
        held = [Held(*(getattr(c, field.name) for field in fields(c))) for c in loaded]
        self._challenges = {challenge.id: challenge for challenge in held}
        self._keys = {id: kit_of(challenge) for id, challenge in self._challenges.items()}
        self._kit = kit_report(kit)
        self._session = Session(*library_sets(loaded), jobs=1)
        self._lock = threading.Lock()
        self._stopped, self._under_way = False, set[Stop]()

    def __enter__(self) -> Judge:
        self._session.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        self._session.__exit__(*exc)

    def ready(self) -> None:
        """Waits until the parents are warm. Raises GraderFault, UsageError."""
        self._session.ready()

    def stop(self) -> None:
        """Ends what is under way: whoever waits for it gets Stopped."""
        with self._lock:
            self._stopped = True
            for stop in self._under_way:
                stop.ask()

    def report(self, task: Task) -> str:
        """The report as JSON. The grader's own fault is one, too: it costs no points. Raises Unfit, Stopped."""
        if self._keys.get(task.challenge) != task.kit:
            raise Unfit(
                f"{task.challenge}: a worker has {self._keys.get(task.challenge, 'none')} of it, and {task.kit} is "
                "wanted. Put the same kit on every machine, and start the workers again."
            )
        if task.isolation and not self._session.confinement().reaches(task.isolation):
            raise Unfit(too_open(task.isolation, self._session.confinement()))
        report = self._once(task)
        for _ in range(TRIES - 1):
            if report.status == "error":
                report = self._once(task)
        return report.model_dump_json(by_alias=True)

    def _once(self, task: Task) -> Report:
        started, clock = datetime.now(UTC), time.monotonic()
        challenge = self._challenges[task.challenge]
        work = Work(challenge, Submission(challenge.card.file, task.source, Path(task.origin)))
        try:
            with self._stopping() as stop:
                one = grade_one(self._session, work, task.seed, stop=stop)
        except (GraderFault, UsageError, OSError) as error:
            one = failed(challenge, task, str(error))
        return whole(
            [one], kit=self._kit, seed=task.seed, seed_given=task.seed_given,
            isolation=self._isolation, started=started, duration_s=time.monotonic() - clock,
        )  # fmt: skip

    @cached_property
    def _isolation(self) -> Isolation:
        """The same for all runs of a session."""
        return isolation(self._session)

    @contextmanager
    def _stopping(self) -> Iterator[Stop]:
        stop = Stop()
        with self._lock:
            if self._stopped:
                raise Stopped
            self._under_way.add(stop)
        try:
            yield stop
        finally:
            with self._lock:
                self._under_way.discard(stop)


def failed(challenge: Challenge, task: Task, why: str) -> ChallengeReport:
    """The report of a grading that did not come about: each check is an `error`, which costs no points."""
    message = f"the grader failed ({why}); this is not the learner's mistake and costs no points"
    checks = [
        CheckReport(
            id=check.id, title=check.title, status="error", points=check.points, max_points=check.points,
            message=message,
        )
        for check in challenge.checks()
    ]  # fmt: skip
    return ChallengeReport.of(challenge.id, challenge.card.title, task.sha256, checks, [], task.origin)


def never_graded(challenge: Challenge, task: Task, why: str) -> str:
    """The same as a whole report, for those who have no session."""
    report = whole(
        [failed(challenge, task, why)], kit=kit_report(challenge.kit), seed=task.seed,
        seed_given=task.seed_given, isolation=Isolation(tier="none: nothing was run", missing=[]),
        started=datetime.now(UTC), duration_s=0.0,
    )  # fmt: skip
    return report.model_dump_json(by_alias=True)
