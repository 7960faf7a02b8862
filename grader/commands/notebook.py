"""`grader notebook`: challenges as a course of nbgrader's, and its scores in the class's database."""

from __future__ import annotations

from pathlib import Path

from grader.challenge import find_kit, load_all, select
from grader.commands.classroom import needs_class_extra
from grader.notebook.course import build as make
from grader.notebook.course import needs_nbgrader


def build(course: Path, names: list[str]) -> int:
    """Makes or updates the course folder. Raises UsageError."""
    written = make(course, select(load_all(find_kit()), names))
    for each in written:
        if each.changed:
            print(f"{each.path}" + (f" (what was there is in {each.replaced})" if each.replaced else ""))
    if not any(each.changed for each in written):
        print(f"{course}: nothing has changed.")
    else:
        print(f"Next, in {course}: nbgrader generate_assignment '*' --force")
    return 0


def sync(course: Path, db: str) -> int:
    """Returns the exit status: 1 where something could not be moved. Raises UsageError."""
    needs_nbgrader()
    needs_class_extra()
    from grader.classroom.store.store import Store
    from grader.notebook.gradebook import course_at
    from grader.notebook.sync import sync as move

    opened = course_at(course)
    with Store(db) as store:
        moved = move(opened, store)
    for title, lines in (("into the database", moved.to_database), ("into the gradebook", moved.to_gradebook)):
        print(f"{len(lines)} {title}")
        for line in lines:
            print(f"  {line}")
    for line in moved.left:
        print(f"! {line}")
    return 1 if moved.left else 0
