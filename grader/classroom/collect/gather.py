"""`collect`: the whole of it. Reads, never writes; what cannot be read is a problem, and the rest goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from grader.challenge import Challenge, load_all
from grader.classroom import roster as rosters
from grader.classroom.collect.area import Area, stamps
from grader.classroom.collect.git import Moment
from grader.classroom.collect.recognise import Found, Recogniser
from grader.classroom.collect.sources import Part, Sources
from grader.classroom.model import Gathered, Handed, Problem, Student
from grader.classroom.roster import Ambiguous, Roster
from grader.errors import UsageError
from grader.untrusted import escaped


def collect(
    where: str | Path,
    challenges: Sequence[Challenge],
    *,
    roster: Path | None = None,
    at: str | None = None,
    before: datetime | None = None,
    times: bool = False,
) -> Gathered:
    """What is in a folder or zip of submissions, or in a clone (a path or a file:// URL), for these challenges.

    Files for the kit's other challenges are known for what they are, and left out.
    `at` and `before` choose the commit of clones; `times` takes the files' modification times for when they were
    handed in. Raises UsageError for what was typed: no such folder, no roster, an address that has to be cloned first.
    """
    known = rosters.load(roster) if roster else Roster()
    path, is_clone = _path(where)
    whole_kit = load_all(challenges[0].kit) if challenges else []
    recogniser = Recogniser(whole_kit, {challenge.id for challenge in challenges})
    moment = Moment(at, before) if at or before else None
    gathering = _Gathering(known, recogniser, has_roster=roster is not None)
    for part in Sources(whole_kit, known.knows, moment, times=times).of(path, is_clone=is_clone):
        gathering.take(part)
    if not gathering.any:
        gathering.found_nothing(str(where))
    return gathering.gathered()


def _path(where: str | Path) -> tuple[Path, bool]:
    """Where it lies, and whether it is a clone by its address."""
    text = str(where)
    is_clone = text.startswith("file://")
    if not is_clone and ("://" in text or text.startswith("git@")):
        raise UsageError(f"{text}: only local clones are read, nothing is fetched. Clone it, and give the folder.")
    path = Path(unquote(urlsplit(text).path)) if is_clone else Path(text)
    try:
        exists = path.exists()
    except OSError as error:
        raise UsageError(f"{text}: cannot be read ({error.strerror}). Check its permissions.") from None
    if not exists:
        raise UsageError(f"{text}: no such folder. Give the folder (or zip) that holds the submissions.")
    if path.is_file() and path.suffix.lower() != ".zip":
        raise UsageError(f"{text}: is a file, expected a folder of submissions or a zip of them.")
    return path, is_clone


class _Gathering:
    """What has been found so far."""

    def __init__(self, roster: Roster, recogniser: Recogniser, *, has_roster: bool) -> None:
        self._roster, self._recogniser, self._has_roster = roster, recogniser, has_roster
        self._students = {student.id: student for student in roster.students}
        self._handed: dict[tuple[str, str, str], Handed] = {}
        self._problems = list(roster.problems)
        self.any = False  # whether there was anything that could be somebody's

    def take(self, part: Part) -> None:
        self.any |= bool(part.areas or part.problems)
        self._problems += part.problems
        for area in part.areas:
            self._take(area, part)

    def found_nothing(self, where: str) -> None:
        message = (
            "holds no submission. Expected a folder or a zip for each student, or what a platform's download holds: "
            "docs/running-a-class.md shows what is known."
        )
        self._problems.append(Problem("", where, message))

    def _take(self, area: Area, part: Part) -> None:
        student = self._student(area)
        self._students.setdefault(student.id, student)
        problems: list[Problem] = []
        marks = stamps(area.entries, problems) if part.stamped else {}
        if area.entries or not part.problems:
            found, wrong = self._recogniser.recognise(area.entries, area.where, part.hint)
            problems += wrong
            for each in found:
                self._keep(_handed(student, each, area, marks))
        self._problems += [replace(problem, student=student.id) for problem in problems]

    def _student(self, area: Area) -> Student:
        who = area.who
        own = Student(who.keys[0], who.name, who.email)
        if not self._has_roster:
            return own
        try:
            found = self._roster.find((*who.keys, who.email, who.name))
        except Ambiguous as error:
            self._problems.append(Problem(own.id, area.where, f"{error} Taken as {own.id!r} until then."))
            return own
        if found is None and own.id not in self._students:
            message = (
                f"{own.id!r} is not in the roster, and is taken as a student of their own. Add a row, or an `also`."
            )
            self._problems.append(Problem(own.id, area.where, message))
        return found or own

    def _keep(self, handed: Handed) -> None:
        """The same file twice is one; the earlier time counts."""
        key = (handed.student, handed.challenge, handed.sha256)
        before = self._handed.get(key)
        if before is None or (handed.at is not None and (before.at is None or handed.at < before.at)):
            self._handed[key] = handed

    def gathered(self) -> Gathered:
        handed = sorted(self._handed.values(), key=lambda each: (each.student, each.challenge, each.origin))
        problems = [_shown(problem) for problem in (*self._problems, *_undecided(handed))]
        return Gathered(list(self._students.values()), handed, problems)


def _shown(problem: Problem) -> Problem:
    """Names of files and what archives say are others' texts: nothing in a message acts on a terminal."""
    return replace(problem, where=escaped(problem.where), message=escaped(problem.message))


def _handed(student: Student, found: Found, area: Area, marks: dict[tuple[str, ...], datetime]) -> Handed:
    folder = found.entry.parts[:-1]
    marked = next((marks[folder[:n]] for n in range(len(folder), -1, -1) if folder[:n] in marks), None)
    at = area.at or marked or found.entry.dated()
    return Handed(student.id, found.challenge.id, found.entry.name, found.source, at, found.entry.origin)


def _undecided(handed: list[Handed]) -> Iterator[Problem]:
    """Several that differ, of which some do not say when: all are graded, and which is the last is not known."""
    by_pair: dict[tuple[str, str], list[Handed]] = defaultdict(list)
    for each in handed:
        by_pair[each.student, each.challenge].append(each)
    for (student, challenge), several in by_pair.items():
        if len(several) > 1 and any(each.at is None for each in several):
            places = " and ".join(each.origin for each in several)
            message = (
                f"handed in {len(several)} times for {challenge} ({places}), and not all say when. All are graded."
            )
            yield Problem(student, several[0].origin, f"{message} Take out what does not count.")
