"""What is asked of the store: rows out. What counts of a submission is said in `counting`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from grader.classroom.model import Attempt, Student
from grader.classroom.store.counting import COMMITTED, ranked
from grader.classroom.store.graded import Key, Known, clean
from grader.classroom.store.schema import handed, reports, sittings, sources, students

KEY = (handed.c.student, handed.c.challenge, handed.c.sha256)


class Readings:
    """The questions; whoever has a database answers `read`."""

    def read(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """The rows of a question."""
        raise NotImplementedError

    def students(self) -> list[Student]:
        """All of them, by id."""
        return [Student(*row) for row in self.read(sa.select(students).order_by(students.c.id))]

    def source(self, sha256: str) -> bytes | None:
        """The bytes of a submission; None where none was handed in that has this hash, or only a report of it."""
        rows = self.read(sa.select(sources.c.source).where(sources.c.sha256 == sha256))
        return None if not rows or rows[0][0] is None else bytes(rows[0][0])

    def known(self, sitting: int | None = None) -> Known:
        """What has been graded here: of what counts, or of one sitting. What others say does not spare us the work."""
        counts = COMMITTED if sitting is None else sittings.c.id == sitting
        ours = (counts & (reports.c.provenance == "server")).label("counts")
        columns = (*KEY, reports.c.kit, reports.c.policy, reports.c.number, reports.c.status)
        return Known(self.read(sa.select(*columns, ours).join_from(handed, reports).join(sittings)))

    def attempts(self, *, challenge: str | None = None, student: str | None = None) -> Iterator[Attempt]:
        """What counts: of each submission the grading that counts. By student, then challenge, then number."""
        newest = ranked(COMMITTED)
        select = sa.select(
            handed.c.student, handed.c.challenge, handed.c.sha256.label("submission_sha256"), handed.c.at,
            newest.c.graded_at, newest.c.points, newest.c.max_points, newest.c.status,
            newest.c.diagnosis, newest.c.tier, newest.c.kit_version, newest.c.seed, newest.c.provenance,
        ).join_from(handed, newest).where(newest.c.rank == 1)  # fmt: skip
        if challenge is not None:
            select = select.where(handed.c.challenge == challenge)
        if student is not None:
            select = select.where(handed.c.student == clean(student))
        select = select.order_by(handed.c.student, handed.c.challenge, handed.c.id)
        rows = (Attempt(**row._mapping, number=0) for row in self.read(select))
        for _, several in itertools.groupby(rows, lambda a: (a.student, a.challenge)):
            in_time = sorted(several, key=lambda a: (a.at or a.graded_at, a.graded_at))
            yield from (replace(attempt, number=number) for number, attempt in enumerate(in_time, 1))

    def newest(self, key: Key) -> str | None:
        """The report that counts of one submission, as JSON, whole; None where it has not been graded."""
        of = (c == v for c, v in zip(KEY, (clean(key[0]), *key[1:]), strict=True))
        its = reports.c.handed_id == sa.select(handed.c.id).where(*of).scalar_subquery()
        newest = ranked(COMMITTED & its)
        rows = self.read(
            sa.select(reports.c.report).join(newest, newest.c.id == reports.c.id).where(newest.c.rank == 1)
        )
        return str(rows[0][0]) if rows else None

    def all_reports(self, key: Key) -> list[tuple[str, str]]:
        """Policy and report (JSON) of all gradings of one submission that count, the one that counts last."""
        newest = ranked(COMMITTED)
        student, challenge, sha256 = key
        of = (handed.c.student == clean(student), handed.c.challenge == challenge, handed.c.sha256 == sha256)
        joined = sa.join(handed, newest, newest.c.handed_id == handed.c.id).join(reports, reports.c.id == newest.c.id)
        select = sa.select(reports.c.policy, reports.c.report).select_from(joined).where(*of)
        return [(str(row.policy), str(row.report)) for row in self.read(select.order_by(newest.c.rank.desc()))]

    def report(self, id: int) -> str:
        """The report of one row of `differences`, as JSON."""
        return str(self.read(sa.select(reports.c.report).where(reports.c.id == id))[0][0])

    def history(self, student: str, challenge: str) -> Sequence[sa.Row[Any]]:
        """All gradings of one student's submissions to one challenge, in the order in which they were made."""
        columns = (
            handed.c.sha256, handed.c.at, reports.c.graded_at, reports.c.points, reports.c.status, reports.c.diagnosis,
            reports.c.kit, reports.c.policy, reports.c.number, sittings.c.kind, sittings.c.state, sittings.c.who,
            sittings.c.decided_by, sittings.c.decided_at,
        )  # fmt: skip
        select = sa.select(*columns).join_from(handed, reports).join(sittings)
        of = (handed.c.student == clean(student), handed.c.challenge == challenge)
        return self.read(select.where(*of).order_by(reports.c.id))

    def differences(self, sitting: int) -> Sequence[sa.Row[Any]]:
        """Where a sitting says something else than what counted before it.

        Rows of student, challenge, sha256, and `was_` and `now_` each of id, points, status, diagnosis and kit. An
        `error` changes nothing: it is left out.
        """
        now = ranked(sittings.c.id == sitting, name="now")
        was = ranked(COMMITTED & (sittings.c.id != sitting), before=sitting, name="was")
        names = ("id", "points", "status", "diagnosis", "kit")
        columns = (column.c[name].label(f"{column.name}_{name}") for column in (was, now) for name in names)
        select = (
            sa.select(*KEY, *columns)
            .join_from(handed, now)
            .join(was, was.c.handed_id == handed.c.id)
            .where(now.c.rank == 1, was.c.rank == 1, now.c.status != "error")
            .where(
                sa.or_(
                    now.c.points != was.c.points,
                    now.c.status != was.c.status,
                    now.c.diagnosis.is_distinct_from(was.c.diagnosis),
                )
            )
            .order_by(handed.c.challenge, handed.c.student, handed.c.id)
        )
        return self.read(select)
