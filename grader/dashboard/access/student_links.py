"""Links that show a student their own page, and nothing else. Signed, so nothing has to be kept of one.

A link holds the student's id, who made it, and two numbers. It is good while these are the numbers of that student and
of the class, and while its maker may see that student. Ending links is counting one of the numbers up.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from fastapi import Request

from grader.classroom.store.people import audit, sessions
from grader.classroom.store.schema import settings, students
from grader.dashboard.access import kept
from grader.dashboard.access.audit import entry
from grader.dashboard.access.makers import may_see
from grader.dashboard.access.sessions import Whose, end_all
from grader.dashboard.access.viewer import Viewer
from grader.dashboard.desk import Desk

GOOD_FOR = timedelta(days=120)  # a term; who has the link has the page
WHAT = "student-link"  # the signature's salt
ALL = "student-links"  # the setting that counts for the class; a student's has the id behind a colon
NOT_GOOD = "This link is not good any more. Ask your course for a new one."


def links_for(desk: Desk, ids: list[str], by: Viewer | None = None) -> dict[str, str]:
    """A new link for each, whole, to be given to that student alone. `by` None: whoever runs the dashboard."""
    until = int((desk.clock() + GOOD_FOR).timestamp())
    counted = _counted(desk)
    secret = kept.Signer(desk, WHAT)
    of_all, maker = counted.get(ALL, 0), by.name if by is not None else ""
    return {
        id: f"{desk.settings.address}/me/{secret.signed([id, until, of_all, counted.get(f'{ALL}:{id}', 0), maker])}"
        for id in ids
    }


def student_of(desk: Desk, token: str) -> str | None:
    """Whose link it is; None where it is not good, or not any more."""
    match kept.Signer(desk, WHAT).unsigned(token):
        case [str(id), int(until), int(of_all), int(own), str(maker)] if until > desk.clock().timestamp():
            counted = _counted(desk, id)
            fresh = (of_all, own) == (counted.get(ALL, 0), counted.get(f"{ALL}:{id}", 0))
            theirs = sa.select(students.c.id).where(students.c.id == id, may_see(sa.literal(maker)))
            return id if fresh and desk.store.read(theirs) else None
    return None


def end_links(desk: Desk, request: Request, viewer: Viewer, id: str | None = None) -> None:
    """Of one student, or of all: no link that was made before is good, and who came by one is nobody again."""
    name = ALL if id is None else f"{ALL}:{id}"
    row = entry(desk, request, viewer, "student-links-ended", "all" if id is None else id)

    def change(connection: sa.Connection) -> None:
        was = connection.scalar(sa.select(settings.c.value).where(settings.c.name == name).with_for_update())
        kept.put(connection, name, str(int(was or 0) + 1))
        if id is None:
            connection.execute(sessions.delete().where(sessions.c.student.is_not(None)))
        else:
            end_all(connection, Whose(student=id))
        connection.execute(audit.insert().values(row))

    desk.store.write(change)


def _counted(desk: Desk, id: str | None = None) -> dict[str, int]:
    """The numbers that are not 0: of the class, and of all students, or of one."""
    own = settings.c.name.startswith(f"{ALL}:", autoescape=True) if id is None else settings.c.name == f"{ALL}:{id}"
    rows = desk.store.read(sa.select(settings).where((settings.c.name == ALL) | own))
    return {row.name: int(row.value) for row in rows}
