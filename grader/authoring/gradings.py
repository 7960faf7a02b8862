"""The rules that need gradings: the stub is not started, what is right passes, what is wrong is told its id."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from grader.authoring.jobs import Job
from grader.authoring.problem import Slip
from grader.authoring.rules.submissions import diagnosis_in
from grader.authoring.subject import Subject
from grader.authoring.verdict import Verdict, verdict
from grader.excerpt import cut, shown
from grader.grading import Work, grade_one
from grader.scenario import Submission
from grader.session import Session, Stop

FIRST_SEED = 1


class Gradings:
    """Makes the jobs for one challenge."""

    def __init__(self, subject: Subject, session: Session, stop: Stop) -> None:
        self.subject, self._session, self._stop = subject, session, stop

    def of_solution_and_stub(self, seeds: int) -> list[Job]:
        solution = self.subject.challenge.solution
        jobs = [
            self._job("solution-passes", solution, self._passes, seed) for seed in range(FIRST_SEED, FIRST_SEED + seeds)
        ]
        return [
            self._job("stub-is-not-started", self.subject.challenge.stub, self._is_not_started),
            self._job("same-seed-same-bytes", solution, self._replays_alike),
            *jobs,
        ]

    def of_submissions(self) -> list[Job]:
        right = [self._job("right-submissions-pass", path, self._passes, FIRST_SEED) for path in self.subject.right]
        wrong = [self._job("wrong-submissions-are-told-their-id", path, self._is_told) for path in self.subject.wrong]
        return [*right, *wrong]

    def _job(self, rule: str, path: Path, does: Any, *args: Any) -> Job:
        label = f"{path.relative_to(self.subject.kit.root)}"
        return Job(rule, self.subject, label, partial(does, path, *args))

    def verdict(self, submission: Submission, seed: int = FIRST_SEED) -> Verdict:
        return verdict(self._session, self.subject, submission, seed, self._stop)

    def _is_not_started(self, path: Path) -> Iterator[Slip]:
        work = Work(self.subject.challenge, self.subject.challenge.submission(path))
        report = grade_one(self._session, work, FIRST_SEED, stop=self._stop)
        if report.diagnosis != "not-started":
            told = f"is told `{report.diagnosis}`" if report.diagnosis else "passes"
            yield Slip(
                path,
                f"{told}, and a stub that nobody has touched is to be told `not-started`. Let the first check ask for "
                "what only a filled-in function can do.",
            )
        for check in report.checks:
            if check.status == "pass":
                yield Slip(path, f"gets points for `{check.id}`. Put it behind a check that a stub fails.")

    def _passes(self, path: Path, seed: int) -> Iterator[Slip]:
        found = self.verdict(self.subject.challenge.submission(path), seed)
        if found.finding is not None and found.check is not None:
            yield Slip(path, f"fails with seed {seed}: {_told(found)}. Mend it, or the check. {self._look(path, seed)}")

    def _is_told(self, path: Path) -> Iterator[Slip]:
        wanted = diagnosis_in(path)
        found = self.verdict(self.subject.challenge.submission(path))
        if found.finding is None:
            yield Slip(path, "passes all checks. Add a check that it fails, or move it to right/.")
            return
        diagnosis = found.diagnosis()
        assert diagnosis is not None
        if diagnosis.id != wanted:
            why = f" ({diagnosis.because})" if diagnosis.because else ""
            yield Slip(
                path,
                f"is told `{diagnosis.id}`{why}, not `{wanted}`. Mend the tables, or rename it. "
                f"{self._look(path, FIRST_SEED)}",
            )

    def _replays_alike(self, path: Path) -> Iterator[Slip]:
        first, again, other = (
            _replayed(self.verdict(self.subject.challenge.submission(path), seed))
            for seed in (FIRST_SEED, FIRST_SEED, FIRST_SEED + 1)
        )
        unlike = [run[0] for run in first if run in again and not _alike(first[run], again[run])]
        unlike += {run[0] for run in first} ^ {run[0] for run in again}
        if unlike:
            yield Slip(
                self.subject.checks_file,
                f"plays `{unlike[0]}` in two ways with one seed. Let the seed decide what is random: a cut gets a "
                "generator.",
            )
        if first and first == other:
            yield Slip(
                self.subject.checks_file,
                "plays the same bytes whatever the seed, so a hard-coded answer passes. Use another fixture.",
            )

    def _look(self, path: Path, seed: int) -> str:
        where, number = path.relative_to(self.subject.kit.root), int(self.subject.challenge.number)
        return f"See it with: grader grade {number} --file {where} --seed {seed}"


def _told(found: Verdict) -> str:
    assert found.finding is not None and found.check is not None
    case, diagnosis = found.finding.case, found.diagnosis()
    wanted, seen = (cut(shown(value)).replace("\n", " ") for value in (case.expected, case.actual))
    id = diagnosis.id if diagnosis else ""
    return f"`{found.check.id}` wants {wanted}, and saw {seen} (`{id}`)"


# What each run got, write by write or read by read. A run is a scenario with its arguments.
_Replayed = dict[tuple[str, tuple[Any, ...]], list[bytes]]


def _replayed(found: Verdict) -> _Replayed:
    """Of one that a check has tried twice, since time decides there, each has arguments of its own."""
    return {
        (record.scenario.id, record.call.args[1:]): [
            moment["data"] or b"" for moment in record.timeline.of("write", "read")
        ]
        for record in found.lab.records
    }


def _alike(one: list[bytes], other: list[bytes]) -> bool:
    """The same, as far as both were sent: who leaves a stream that goes on may leave a write sooner or later."""
    short, long = sorted((one, other), key=len)
    return long[: len(short)] == short
