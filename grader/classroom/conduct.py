"""Grading a class: what is new is graded, and each report is stored before anything else is done with it."""

from __future__ import annotations

import getpass
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import sqlalchemy as sa

from grader.challenge import Challenge
from grader.classroom.model import Gathered
from grader.classroom.store.graded import Graded, Key, kit_of
from grader.classroom.store.schema import handed
from grader.classroom.store.store import Store
from grader.classroom.task import SeedPolicy, Task, fair


class Backend(Protocol):
    """Whoever grades: the local pool, or Dask."""

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, str]]:
        """Each task with its report as JSON, in any order."""
        ...


@dataclass(frozen=True)
class Todo:
    """What is to be graded. The bytes are in the store until it is its turn."""

    key: Key
    origin: str
    number: int


@dataclass(frozen=True)
class Plan:
    sitting: int
    policy: SeedPolicy
    kits: dict[str, str]  # `kit_of` each challenge
    todo: list[Todo]
    known: int  # what is graded already, and stays as it is


@dataclass
class Tally:
    """How far it has come."""

    total: int
    done: int = 0
    by_status: Counter[str] = field(default_factory=Counter)

    def add(self, status: str) -> None:
        self.done += 1
        self.by_status[status] += 1

    @property
    def failures(self) -> int:
        """Submissions that did not pass."""
        return self.by_status["fail"] + self.by_status["not-started"]


def plan(
    store: Store, gathered: Gathered, challenges: Sequence[Challenge], policy: SeedPolicy, *, again: bool = False
) -> Plan:
    """Takes in what was gathered, and finds what of it is to be graded. `again`: all of it, to be compared.

    Work is known by the bytes, the kit's version and the policy. What failed by a fault of ours is tried again.
    """
    store.enroll(gathered.students)
    store.hand_in(gathered.handed)
    found = [((one.student, one.challenge, one.sha256), one.origin) for one in gathered.handed]
    return _planned(store, found, challenges, policy, again=again, by=who())


def plan_again(store: Store, challenges: Sequence[Challenge], policy: SeedPolicy, *, by: str) -> Plan:
    """A regrading of all that the store has the bytes of, whoever handed it in."""
    wanted = [challenge.id for challenge in challenges]
    rows = store.read(
        sa.select(handed.c.student, handed.c.challenge, handed.c.sha256, handed.c.origin)
        .where(handed.c.challenge.in_(wanted), handed.c.has_bytes)
        .order_by(handed.c.student, handed.c.challenge, handed.c.id)
    )
    found = [((row.student, row.challenge, row.sha256), row.origin) for row in rows]
    return _planned(store, found, challenges, policy, again=True, by=by)


def _planned(
    store: Store,
    found: Sequence[tuple[Key, str]],
    challenges: Sequence[Challenge],
    policy: SeedPolicy,
    *,
    again: bool,
    by: str,
) -> Plan:
    """`found` are the submissions, each with its origin."""
    kits = {challenge.id: kit_of(challenge) for challenge in challenges}
    together = hashlib.sha256("\n".join(sorted(f"{id} {kit}" for id, kit in kits.items())).encode()).hexdigest()
    sitting = store.begin("regrade" if again else "grade", policy=policy.name, kit=together, who=by)
    known = store.known(sitting if again else None)
    todo = []
    for key, origin in found:
        kit = kits[key[1]]
        if not known.done(key, kit, policy.name):
            todo.append(Todo(key, origin, known.next_number(key, kit, policy.name)))
    return Plan(sitting, policy, kits, list(fair(todo, lambda t: t.key[0])), len(found) - len(todo))


def grade(
    store: Store, plan: Plan, backend: Backend, tell: Callable[[Tally, Graded], None], *, isolation: str = ""
) -> Tally:
    """Grades what the plan says, and records each report as it comes. May be ended at any moment, and begun again.

    `isolation` is the weakest tier that will do; whoever is to grade under less refuses, which raises UsageError.
    Raises Decided where it is a regrading that somebody decides on meanwhile.
    """
    tally = Tally(len(plan.todo))
    for task, report in backend.results(_tasks(store, plan, isolation)):
        graded = Graded(*task.key, task.kit, task.policy, task.number, report)
        store.record(plan.sitting, graded)
        tally.add(graded.status)
        tell(tally, graded)
    return tally


def _tasks(store: Store, plan: Plan, isolation: str) -> Iterator[Task]:
    secret, policy = store.secret(), plan.policy
    for todo in plan.todo:
        student, challenge, sha256 = todo.key
        source = store.source(sha256)
        assert source is not None, "it was handed in before it was planned"
        seed = policy.seed(secret, todo.key)
        yield Task(
            student, challenge, sha256, source, todo.origin, plan.kits[challenge], policy.name, seed, policy.given,
            todo.number, isolation,
        )  # fmt: skip


def who() -> str:
    """Who calls the command, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
