"""Gradings in the background, of which only the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from grader.ahead import Foresight
from grader.challenge import Challenge
from grader.errors import Stopped, UsageError
from grader.grading import Work, grade
from grader.scenario import Submission, new_seed
from grader.session import Session, Stop
from grader.watch.events import Doing, Event, Graded


@dataclass(frozen=True, eq=False)
class Grading:
    """One, of exactly these bytes."""

    challenge: Challenge
    submission: Submission
    stop: Stop = field(default_factory=Stop)


class Regrader:
    """Grades in threads of its own, and posts `Doing` and `Graded`."""

    def __init__(self, session: Session, post: Callable[[Event], None]) -> None:
        self._session, self._post = session, post
        self._threads: list[threading.Thread] = []
        self.foresight = Foresight()

    def start(self, challenge: Challenge, submission: Submission) -> Grading:
        grading = Grading(challenge, submission)
        thread = threading.Thread(target=self._grade, args=[grading], name="grading", daemon=True)
        self._threads = [*(t for t in self._threads if t.is_alive()), thread]
        thread.start()
        return grading

    def wait(self) -> None:
        """Until nothing is left of those that were stopped."""
        for thread in self._threads:
            thread.join(10)

    def _grade(self, grading: Grading) -> None:
        work = [Work(grading.challenge, grading.submission)]
        try:
            report = grade(
                self._session,
                grading.challenge.kit,
                work,
                seed=new_seed(),
                doing=lambda what: self._post(Doing(grading, what.partition(": ")[2])),
                stop=grading.stop,
                foresight=self.foresight,
            )
        except Stopped:
            return
        except UsageError as error:
            self._post(Graded(grading, None, str(error)))
        except Exception as error:
            self._post(Graded(grading, None, _fault(error)))
        else:
            self._post(Graded(grading, report))


def _fault(error: Exception) -> str:
    return (
        f"The grader failed, which is not your mistake ({type(error).__name__}: {error}). "
        "Press r to run again; if it stays, report it."
    )
