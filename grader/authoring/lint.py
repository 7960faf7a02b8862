"""The linter: quick rules first, then gradings, then mutants. What fails early is not tried further."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.authoring.gradings import Gradings
from grader.authoring.jobs import Job, run_all
from grader.authoring.problem import Problem, Slip, name_of
from grader.authoring.rules import RULES
from grader.authoring.rules.submissions import every_common_id_is_reached
from grader.authoring.subject import Subject, subjects
from grader.authoring.survivors import RULE as MUTANTS
from grader.authoring.survivors import Mutation
from grader.challenge import Kit, library_sets
from grader.errors import UsageError
from grader.session import Session, Stop

UNREADABLE = "files-can-be-read"  # the rule that all others rest on


@dataclass(frozen=True)
class Options:
    quick: bool = False
    seeds: int = 10
    jobs: int = 4


@dataclass
class Summary:
    """What was looked at, of one challenge. Counts are 0 where that was not tried."""

    id: str
    checks: int = 0
    points: float = 0
    right: int = 0
    wrong: int = 0
    mutants: int = 0
    equivalent: int = 0
    survivors: int = 0


@dataclass
class Result:
    problems: list[Problem] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    gradings: int = 0
    duration_s: float = 0

    def errors(self, challenge: str) -> int:
        return sum(p.severity == "error" and p.challenge == challenge for p in self.problems)


def lint(
    kit: Kit,
    wanted: list[str],
    options: Options,
    doing: Callable[[str], None] = lambda _: None,
) -> Result:
    """Looks at the challenges that are named, or all. Raises UsageError, GraderFault."""
    started, result = time.monotonic(), Result()
    chosen = subjects(kit, wanted)
    for subject in chosen:
        doing(f"{subject.id}: reading")
        _add(result, subject.id, kit, _static(subject))
    if not wanted:
        _add(result, "", kit, _of_the_kit(kit))
    sound = [subject for subject in chosen if not result.errors(subject.id)]
    result.summaries = [_summary(subject) if subject in sound else Summary(subject.id) for subject in chosen]
    if sound and not options.quick:
        _graded(result, sound, options, doing)
    result.problems.sort(key=lambda problem: problem.challenge)  # stable: rules keep their order
    result.duration_s = round(time.monotonic() - started, 3)
    return result


def _summary(subject: Subject) -> Summary:
    points = sum(check.points for check in subject.checks)
    return Summary(subject.id, len(subject.checks), points, len(subject.right), len(subject.wrong))


def _static(subject: Subject) -> Iterator[tuple[str, Slip]]:
    for rule in RULES:
        try:
            for slip in rule(subject):
                yield name_of(rule), slip
        except UsageError as error:
            yield UNREADABLE, Slip(Path(), str(error))


def _of_the_kit(kit: Kit) -> Iterator[tuple[str, Slip]]:
    try:
        for slip in every_common_id_is_reached(kit):
            yield "every-common-id-is-reached", slip
    except UsageError as error:
        yield UNREADABLE, Slip(Path(), str(error))


def _graded(result: Result, sound: list[Subject], options: Options, doing: Callable[[str], None]) -> None:
    stop = Stop()
    with Session(*library_sets([subject.challenge for subject in sound]), jobs=options.jobs) as session:

        def run(jobs: list[Job]) -> None:
            result.gradings += len(jobs)
            for job, slips in run_all(jobs, options.jobs, stop, doing):
                _add(result, job.subject.id, job.subject.kit, ((job.rule, slip) for slip in slips))

        gradings = {subject.id: Gradings(subject, session, stop) for subject in sound}
        run([job for subject in sound for job in gradings[subject.id].of_solution_and_stub(options.seeds)])
        sound = [subject for subject in sound if not result.errors(subject.id)]
        mutations = [mutation for subject in sound if (mutation := _mutation(result, subject)) is not None]
        run(
            [job for subject in sound for job in gradings[subject.id].of_submissions()]
            + [job for mutation in mutations for job in mutation.jobs(gradings[mutation.subject.id])]
        )
    for mutation in mutations:
        _add(result, mutation.subject.id, mutation.subject.kit, ((MUTANTS, slip) for slip in mutation.slips()))
        summary = next(summary for summary in result.summaries if summary.id == mutation.subject.id)
        summary.mutants, summary.equivalent = len(mutation.all), mutation.equivalent
        summary.survivors = len(mutation.survivors)


def _mutation(result: Result, subject: Subject) -> Mutation | None:
    try:
        return Mutation.of(subject)
    except UsageError as error:
        _add(result, subject.id, subject.kit, [(UNREADABLE, Slip(Path(), str(error)))])
        return None


def _add(result: Result, challenge: str, kit: Kit, found: Iterable[tuple[str, Slip]]) -> None:
    """A file that cannot be read is told once, whichever rules had asked for it."""
    said = {problem.message for problem in result.problems}
    for rule, slip in found:
        problem = problem_of(rule, challenge, slip, kit)
        if problem.message not in said:
            said.add(problem.message)
            result.problems.append(problem)


def problem_of(rule: str, challenge: str, slip: Slip, kit: Kit) -> Problem:
    """As an author reads it: with paths as seen from the kit's folder."""
    line = f":{slip.line}" if slip.line else ""
    whole = slip.says if slip.path == Path() else f"{slip.path}{line} {slip.says}"
    return Problem(rule, challenge, whole.replace(f"{kit.root}/", "").replace(f"{_package()}/", ""), slip.severity)


def _package() -> Path:
    """The common words lie in the package, which may lie anywhere."""
    return Path(__file__).resolve().parents[2]
