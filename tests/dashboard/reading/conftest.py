from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from grader.classroom.model import Attempt, Student
from grader.classroom.stats import ClassStats, by_pair, class_stats
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading.part import Part
from tests import breadth
from tests.dashboard.invented import IDS, invented, of_section
from tests.databases import Copies, nothing


@dataclass(frozen=True)
class Class:
    """One by chance, in a store; and what is known of it without the tables that pages read."""

    store: Store
    students: list[Student]

    def part(self, section: str = "", challenges: tuple[str, ...] = IDS) -> Part:
        return Part(Scope(), challenges, section)

    def history(self, section: str = "") -> dict[tuple[str, str], list[Attempt]]:
        ids = {student.id for student in of_section(self.students, section)}
        return by_pair([attempt for attempt in self.store.attempts() if attempt.student in ids], IDS)

    def stats(self, section: str = "", challenges: tuple[str, ...] = IDS) -> ClassStats:
        students = of_section(self.students, section)
        ids = {student.id for student in students}
        return class_stats(students, [a for a in self.store.attempts() if a.student in ids], challenges)


@pytest.fixture(scope="module", params=breadth.databases("sqlite", "postgresql"))
def stores(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Addresses of databases with nothing in their tables, of each kind."""
    copies: Copies = request.getfixturevalue(f"{request.param}_copies")
    return lambda: copies.of(nothing)


@pytest.fixture(scope="module", params=breadth.each(2, [1, 2]))
def found(request: pytest.FixtureRequest, stores: Callable[[], str]) -> Iterator[Class]:
    with Store(stores()) as store:
        yield Class(store, invented(store, request.param))


@pytest.fixture(params=["", "A"])
def section(request: pytest.FixtureRequest) -> str:
    return str(request.param)
