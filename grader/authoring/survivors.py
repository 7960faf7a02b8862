"""Mutants of the solution, graded: none may pass, unless equivalent.toml says why it is as right as the solution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from grader.authoring.gradings import Gradings
from grader.authoring.jobs import Job
from grader.authoring.mutants import equivalent
from grader.authoring.mutants.engine import Mutant, mutants
from grader.authoring.mutants.operators import OPERATORS
from grader.authoring.problem import Slip
from grader.authoring.subject import Subject
from grader.scenario import Submission

RULE = "no-mutant-passes"


@dataclass
class Mutation:
    """The mutants of one solution. `passed` grows while the jobs run."""

    subject: Subject
    all: list[Mutant]
    accepted: tuple[equivalent.Entry, ...]
    passed: list[Mutant] = field(default_factory=list)

    @staticmethod
    def of(subject: Subject) -> Mutation:
        """Raises UsageError where equivalent.toml cannot be read."""
        challenge = subject.challenge
        made = mutants(challenge.solution.read_text("utf-8"), OPERATORS, given=challenge.stub.read_text("utf-8"))
        return Mutation(subject, made, equivalent.load(subject.equivalents_file))

    def jobs(self, gradings: Gradings) -> list[Job]:
        return [
            Job(RULE, self.subject, f"{self.subject.id}: {mutant}", partial(self._grade, gradings, mutant))
            for mutant in self.all
        ]

    def _grade(self, gradings: Gradings, mutant: Mutant) -> Iterator[Slip]:
        challenge = self.subject.challenge
        submission = Submission(challenge.card.file, mutant.source.encode(), challenge.solution)
        if gradings.verdict(submission).finding is None:
            self.passed.append(mutant)
        yield from ()

    @property
    def survivors(self) -> list[Mutant]:
        known = {entry.key for entry in self.accepted}
        return sorted((m for m in self.passed if m.key not in known), key=lambda m: (m.number, m.key))

    @property
    def equivalent(self) -> int:
        return len(self.passed) - len(self.survivors)

    def slips(self) -> Iterator[Slip]:
        """To be asked once all jobs are done."""
        path = self.subject.equivalents_file
        where = path.relative_to(self.subject.kit.root)
        for mutant in self.survivors:
            yield Slip(
                self.subject.challenge.solution,
                f"passes all checks when {mutant} ({mutant.operator}). Add a check that fails then, or make the line "
                f"simpler. If it is as right as before, say why in {where}:\n{equivalent.entry_for(mutant)}",
                mutant.number,
            )
        living, made = {mutant.key for mutant in self.passed}, {mutant.key for mutant in self.all}
        for entry in self.accepted:
            if entry.key not in living:
                why = "a check finds it out now" if entry.key in made else "the solution has no such mutant any more"
                yield Slip(
                    path,
                    f"has an entry for `{entry.line}` ({entry.operator}: `{entry.was}`), and {why}. Remove the entry.",
                )
