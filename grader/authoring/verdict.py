"""A submission up to its first failing check: the verdict of a grading at a part of its price."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

from grader.authoring.subject import Subject
from grader.checking import Check, Finding, Lab
from grader.diagnosis.diagnose import Diagnosis, diagnose
from grader.errors import GraderFault, UsageError
from grader.grading import Work, player
from grader.scenario import Submission
from grader.session import Session, Stop


class CheckBroke(Exception):
    """A check raised something else than a Finding: a mistake of its author."""


@dataclass
class Verdict:
    """`check` and `finding` are None where all checks hold: all points, then. `lab` has the runs that were made."""

    subject: Subject
    lab: Lab
    check: Check | None = None
    finding: Finding | None = None

    def diagnosis(self) -> Diagnosis | None:
        """May run the submission again, in experiments."""
        return diagnose(self.finding.case, self.finding.id, self.subject.folder) if self.finding else None


def verdict(session: Session, subject: Subject, submission: Submission, seed: int, stop: Stop) -> Verdict:
    """Raises CheckBroke, GraderFault, UsageError, Stopped."""
    lab = Lab(player(session, Work(subject.challenge, submission), seed, stop))
    for check in subject.checks:
        lab.asked = []
        try:
            check.body(lab)
        except Finding as finding:
            finding.case.lab = lab
            return Verdict(subject, lab, check, finding)
        except (GraderFault, UsageError):
            raise
        except Exception as error:
            raise CheckBroke(f"check `{check.id}` raised {_where(error, subject)}") from error
    return Verdict(subject, lab)


def _where(error: Exception, subject: Subject) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(subject.checks_file)]
    line = f" in line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{line} ({error})"
