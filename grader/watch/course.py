"""The way through the challenges: which is current, what its file holds, and what the last grading of that said."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from grader import progress
from grader.challenge import Challenge, Kit, load_all
from grader.errors import UsageError
from grader.grading import fingerprint
from grader.report import Report
from grader.watch.changes import Contents
from grader.watch.events import Graded
from grader.watch.regrade import Grading, Regrader

GRACE_S = 0.3  # a file that is gone, or empty, may be half-way through a save


class Course:
    """Moves on only when it is told to. What is graded is always the newest content of the current challenge's file."""

    def __init__(self, kit: Kit, challenges: list[Challenge], at: int, regrader: Regrader) -> None:
        self.kit, self.challenges, self.at = kit, challenges, at
        self.report: Report | None = None  # of exactly what is in the file
        self.trouble = ""  # why there is no report
        self.grading: Grading | None = None
        self.since = 0.0  # when the last grading began or ended, in seconds since the epoch
        self._regrader = regrader
        self._contents = Contents(challenges)
        self._decisive = _decisive(kit)
        self._look_again = 0.0  # on the monotonic clock
        progress.stand_at(kit, self.current.id)

    @property
    def current(self) -> Challenge:
        return self.challenges[self.at]

    @property
    def passed(self) -> bool:
        return self.report is not None and self.report.status == "pass"

    def all_passed(self) -> list[bool]:
        known = progress.load(self.kit)
        return [known.get(c.id, progress.Standing()).status == "pass" for c in self.challenges]

    def next(self) -> int | None:
        """Where the next challenge is that has not passed: behind the current one, else from the beginning."""
        passed, count = self.all_passed(), len(self.challenges)
        order = [(self.at + step) % count for step in range(1, count)]
        return next((number for number in order if not passed[number]), None)

    # -- what is graded -------------------------------------------------------------------------------------------

    def go(self, at: int) -> None:
        self.at = at
        self.report = None
        progress.stand_at(self.kit, self.current.id)
        self.regrade()

    def regrade(self) -> None:
        """Grades what is in the file now; a grading that is under way has lost its object."""
        self.stop()
        self._look_again, self.since = 0.0, time.time()
        content = self._contents.take(self.current)
        if isinstance(content, str):
            self.report, self.trouble = None, content
        else:
            self.trouble = ""
            self.grading = self._regrader.start(self.current, content)

    def stop(self) -> None:
        if self.grading is not None:
            self.grading.stop.ask()
            self.grading = None

    def done(self, graded: Graded) -> bool:
        """Takes in a verdict. False where it is none on what is in the file now."""
        if graded.grading is not self.grading:
            return False
        if self._contents.changed([self.current]):
            self._contents.forget(self.current)
            self.look()
            return False
        self.grading, self.since = None, time.time()
        self.report, self.trouble = graded.report, graded.trouble
        if graded.report is not None:
            progress.remember(self.kit, graded.report, 1)
        return True

    # -- what was saved -------------------------------------------------------------------------------------------

    def touched(self, paths: Iterable[Path]) -> bool:
        """Something was written. True where something is graded for it."""
        if any(map(self._decides, paths)) and self.reload():
            self.regrade()
            return True
        return self.look()

    def look(self) -> bool:
        """Grades what was saved. A challenge whose file was saved becomes the current one."""
        changed = self._contents.changed(self.challenges)
        if self.current in changed:
            if self._contents.broken(self.current) and not self._grace_is_over():
                return False
            others = [c for c in changed if c is not self.current]
            self._contents.take_all(others)
            self.regrade()
            return True
        self._look_again = 0.0
        whole = [c for c in changed if not self._contents.broken(c)]
        if whole:
            self._contents.take_all(whole)
            self.go(self.challenges.index(whole[0]))
        return bool(whole)

    def due(self) -> float | None:
        """In how many seconds it is time to `look` again; None where nothing is waited for."""
        return max(self._look_again - time.monotonic(), 0) if self._look_again else None

    def _grace_is_over(self) -> bool:
        self._look_again = self._look_again or time.monotonic() + GRACE_S
        return time.monotonic() >= self._look_again

    # -- the kit itself, in its authors' hands --------------------------------------------------------------------

    def reload(self) -> bool:
        """Loads the challenges anew where what decides verdicts has changed; True if so."""
        decisive = _decisive(self.kit)
        if decisive == self._decisive:
            return False
        self._decisive = decisive
        self._regrader.foresight.forget()
        try:
            challenges = load_all(self.kit)
        except (UsageError, OSError) as error:
            self.stop()
            self.report, self.trouble = None, str(error)
            return False
        if challenges:
            ids = [challenge.id for challenge in challenges]
            self.at = ids.index(self.current.id) if self.current.id in ids else 0
            self.challenges = challenges
        return True

    def _decides(self, path: Path) -> bool:
        in_challenges = path.name in ("checks.py", "challenge.toml", ".stub.py", "common.py")
        return in_challenges or path.suffix in (".sse", ".toml")


def _decisive(kit: Kit) -> str:
    """A hash over all that decides verdicts, apart from the learners' files."""
    total = hashlib.sha256()
    with suppress(OSError):  # a file that is being replaced right now: there will be news of it
        total.update(fingerprint(kit).encode())
        others = ("*.py", "*/.stub.py", "*/*.toml")  # what learners' code imports, what a finding is called
        for path in sorted(path for pattern in others for path in kit.challenges.glob(pattern)):
            total.update(path.read_bytes() + b"\0")
    return total.hexdigest()
