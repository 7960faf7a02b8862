"""How the class gets on: who hands in what, and when. Three weeks, the same for the same moment.

A student is wrong, wrong again, makes another mistake, is right; some give up, some are stuck at one mistake, some are
late. Nothing of it says how a program is graded: the grader does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from grader.classroom.model import Handed, Student
from grader.classroom.policy import Policy, Rules
from grader.dashboard.demo.shelf import Program, Shelf

DAYS = 21
AT_MOST = 6  # wrong programs before somebody is right, or lets it be
# How likely a first program is wrong, by the challenge's number; those beyond are as the last.
HARD = (0.45, 0.5, 0.6, 0.5, 0.6, 0.55, 0.65, 0.8, 0.75)


@dataclass(frozen=True)
class Person:
    student: Student
    skill: float  # 0 to 1
    behind: float  # days


def handed_in(students: Sequence[Student], shelves: Mapping[str, Shelf], until: datetime) -> list[Handed]:
    """What the class has handed in until then, the oldest first. `until` is aware."""
    people = [_person(student) for student in students]
    found = (
        one
        for number, (challenge, shelf) in enumerate(shelves.items())
        for person in people
        for one in _handed(person, number, challenge, shelf, len(shelves), until)
    )
    return sorted(found, key=lambda one: (one.at, one.student))


def rules(shelves: Mapping[str, Shelf], until: datetime) -> Policy:
    """A deadline for each challenge, some of them still to come; a tenth off for each day begun after it."""
    days = [_begins(number, len(shelves)) + 6 for number in range(len(shelves))]
    deadlines = [_midnight(until) + timedelta(days=round(day)) for day in days]
    return Policy({c: Rules(deadline=at, late_penalty=0.1) for c, at in zip(shelves, deadlines, strict=True)})


def _person(student: Student) -> Person:
    rng = Random(f"who {student.id}")
    return Person(student, rng.betavariate(3.5, 2.2), rng.expovariate(0.8))


def _handed(person: Person, number: int, challenge: str, shelf: Shelf, count: int, until: datetime) -> Iterator[Handed]:
    rng = Random(f"{person.student.id} {challenge}")
    if rng.random() < 0.22 * (1 - person.skill) * number / count * 2:
        return  # they leave it out
    first = _begins(number, count) + person.behind + rng.expovariate(1.2)
    at = _midnight(until) + timedelta(days=int(first // 1)) + timedelta(hours=rng.triangular(8, 23, 16))
    for program in _path(rng, HARD[min(number, len(HARD) - 1)], person.skill, shelf):
        if at > until:
            return
        yield Handed(person.student.id, challenge, program.name, program.source, at, f"a class to look at: {challenge}")
        at += _pause(rng)


def _begins(number: int, count: int) -> float:
    """The day on which a challenge's turn comes, counted from the last one: from -20 to 0."""
    return 1 - DAYS + number * (DAYS - 2) / count


def _pause(rng: Random) -> timedelta:
    """Until the next try: half an hour, or the next day."""
    if rng.random() < 0.2:
        return timedelta(hours=rng.uniform(16, 28))
    return timedelta(minutes=min(rng.lognormvariate(3.2, 0.8), 300))


def _path(rng: Random, hard: float, skill: float, shelf: Shelf) -> list[Program]:
    """What one student hands in to one challenge, in order; no program twice."""
    if rng.random() < 0.3 * hard * (1 - skill):
        return _stuck(rng, shelf)
    wrong = min(1.0, hard * (1.5 - skill))
    left = {mistake: list(programs) for mistake, programs in (shelf.often | shelf.also).items()}
    weights = {mistake: 3.0 if mistake in shelf.often else 1.0 for mistake in left}
    path: list[Program] = []
    last = ""
    while len(path) < AT_MOST and rng.random() < wrong * 0.85 ** len(path):
        if not (last and left[last] and rng.random() < 0.4):
            last = rng.choices([m for m in left if left[m]], [weights[m] for m in left if left[m]])[0]
        path.append(left[last].pop(rng.randrange(len(left[last]))))
    gives_up = path and rng.random() < 0.25 * (1 - skill)
    return path if gives_up else [*path, rng.choice(shelf.right)]


def _stuck(rng: Random, shelf: Shelf) -> list[Program]:
    mistake = rng.choice(list(shelf.often))
    before = [rng.choice(shelf.also[other]) for other in shelf.also if rng.random() < 0.2]
    return [*before, *rng.sample(shelf.often[mistake], len(shelf.often[mistake]))]


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)
