"""Grades what the class handed in: each program once, and whoever handed in those bytes gets that report.

The seed is the same for all, so the same bytes have the same report. What is graded stays in the database, so whoever
starts again goes on where it stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from grader.challenge import Challenge
from grader.classroom.conduct import Plan, plan
from grader.classroom.model import Gathered, Handed, Student
from grader.classroom.pool import Pool, processors
from grader.classroom.store.graded import Graded
from grader.classroom.store.schema import handed, reports, settings
from grader.classroom.store.store import Store
from grader.classroom.task import SeedPolicy, Task
from grader.dashboard.demo.sending import Senders

POLICY = SeedPolicy("fixed:4711")
UNTIL = "demo-until"  # in the table of settings: the moment that the class's three weeks end

Known = Mapping[tuple[str, str, str], str]  # challenge, SHA-256 and kit → report
Group = tuple[str, str]  # challenge and SHA-256: one program


@dataclass(frozen=True)
class Begun:
    """A class in the database, and what of it is to be graded: for each program those who handed it in."""

    plan: Plan
    groups: dict[Group, list[Graded]]  # without their reports
    handed: Sequence[Handed]

    @property
    def left(self) -> int:
        return sum(len(several) for several in self.groups.values())


def until_of(store: Store) -> datetime | None:
    """When the class that is kept ends; None where none is."""
    rows = store.read(sa.select(settings.c.value).where(settings.c.name == UNTIL))
    return datetime.fromisoformat(rows[0][0]) if rows else None


def known_of(store: Store) -> Known:
    """The reports that are kept, each program's once: a class of another day is made of the same programs."""
    program = (handed.c.challenge, handed.c.sha256, reports.c.kit)
    graded = (reports.c.status != "error", reports.c.policy == POLICY.name)
    newest = sa.select(sa.func.max(reports.c.id)).join_from(reports, handed).where(*graded).group_by(*program)
    select = sa.select(*program, reports.c.report).join_from(handed, reports).where(reports.c.id.in_(newest))
    return {(row.challenge, row.sha256, row.kit): row.report for row in store.read(select)}


def begin(
    store: Store, students: Sequence[Student], found: Sequence[Handed], challenges: Sequence[Challenge], until: datetime
) -> Begun:
    """Takes the class in, and finds what is to be graded: what most have handed in comes first."""
    store.write(lambda connection: _keep(connection, until))
    planned = plan(store, Gathered(list(students), list(found), []), challenges, POLICY)
    groups = defaultdict(list)
    sent = _sent(store)
    for todo in planned.todo:
        student, challenge, sha256 = todo.key
        if (*todo.key, planned.kits[challenge]) in sent:
            continue
        groups[challenge, sha256].append(
            Graded(student, challenge, sha256, planned.kits[challenge], POLICY.name, todo.number, "")
        )
    first = sorted(groups, key=lambda group: -len(groups[group]))
    return Begun(planned, {group: groups[group] for group in first}, found)


def _keep(connection: sa.Connection, until: datetime) -> None:
    connection.execute(settings.delete().where(settings.c.name == UNTIL))
    connection.execute(settings.insert().values(name=UNTIL, value=until.astimezone(UTC).isoformat()))


def _sent(store: Store) -> set[tuple[str, str, str, str]]:
    """Student, challenge, SHA-256 and kit of what came as somebody's own report."""
    columns = (handed.c.student, handed.c.challenge, handed.c.sha256, reports.c.kit)
    sent = sa.select(*columns).join_from(handed, reports).where(reports.c.provenance != "server")
    return {(row.student, row.challenge, row.sha256, row.kit) for row in store.read(sent)}


def hand_out(store: Store, begun: Begun, known: Known, senders: Senders) -> Begun:
    """Gives what was graded before to whom it belongs. What is left is to be graded."""
    left = dict(begun.groups)
    for challenge, sha256 in begun.groups:
        report = known.get((challenge, sha256, begun.plan.kits[challenge]))
        if report is not None:
            _record(store, begun, left.pop((challenge, sha256)), report, senders)
    return Begun(begun.plan, left, begun.handed)


def grade(store: Store, begun: Begun, challenges: Sequence[Challenge], senders: Senders) -> None:
    """Grades the rest on all processors, and records each report for everybody as it comes.

    Raises GraderFault where the workers do not come up.
    """
    if not begun.groups:
        return
    with Pool(challenges, processors()) as pool:
        for task, report in pool.results(_tasks(begun)):
            several = begun.groups[task.challenge, task.sha256]
            _record(store, begun, several, report, senders)


def _tasks(begun: Begun) -> Iterator[Task]:
    sources = {(one.challenge, one.sha256): one for one in begun.handed}
    for group, (first, *_) in begun.groups.items():
        one = sources[group]
        yield Task(
            *first.key, one.source, f"{one.challenge}/{one.name}", first.kit, POLICY.name, POLICY.seed(0, first.key),
            POLICY.given, first.number,
        )  # fmt: skip


def _record(store: Store, begun: Begun, several: Sequence[Graded], report: str, senders: Senders) -> None:
    with_report = [replace(one, report=report) for one in several]
    store.record_all(begun.plan.sitting, [one for one in with_report if one.student not in senders])
    for one in with_report:
        if one.student in senders:
            senders.send(one.student, report)


def removed(path: Path) -> None:
    """The database, and what SQLite puts beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
