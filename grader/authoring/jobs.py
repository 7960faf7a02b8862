"""The gradings that a lint asks for, each a job of its own: they run side by side, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.problem import Slip
from grader.authoring.subject import Subject
from grader.authoring.verdict import CheckBroke
from grader.errors import UsageError
from grader.session import Stop


@dataclass(frozen=True)
class Job:
    """`does` yields what it finds wrong. `label` is what a progress line says meanwhile."""

    rule: str
    subject: Subject
    label: str
    does: Callable[[], Iterator[Slip]]

    def slips(self) -> list[Slip]:
        """Raises GraderFault: that is nobody's slip."""
        try:
            return list(self.does())
        except CheckBroke as broke:
            says = f"holds a mistake: {broke}, tried on {self.label}. Mend it: a check raises only what Run raises."
            return [Slip(self.subject.checks_file, says)]
        except UsageError as error:
            return [Slip(Path(), str(error))]


def run_all(
    jobs: list[Job], at_once: int, stop: Stop, doing: Callable[[str], None]
) -> Iterator[tuple[Job, list[Slip]]]:
    """All results, in the order of the jobs. Whatever ends it ends the gradings under way, too."""
    with ThreadPoolExecutor(at_once) as pool:
        futures = {pool.submit(job.slips): job for job in jobs}
        try:
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                    doing(f"{len(futures) - len(waiting)} of {len(futures)} gradings · {futures[future].label}")
        except BaseException:
            stop.ask()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    yield from ((job, future.result()) for future, job in futures.items())
