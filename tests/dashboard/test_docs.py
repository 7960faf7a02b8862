"""What docs/dashboard.md shows works as it stands there."""

from __future__ import annotations

import re

import sqlalchemy as sa
from typer.main import get_command

from grader.classroom.store.people import audit
from grader.classroom.store.schema import metadata
from grader.cli import app
from grader.dashboard.desk import Desk
from tests.corpus import ROOT

PAGE = (ROOT / "docs" / "dashboard.md").read_text("utf-8")
COMMAND = get_command(app).commands["dashboard"]  # type: ignore[attr-defined]


def test_every_section_is_listed() -> None:
    listed = re.findall(r"^- \[(.*?)\]\(#(.*?)\)$", PAGE, re.MULTILINE)
    assert [title for title, _ in listed] == re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    for title, anchor in listed:
        assert anchor == re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_every_option_that_is_spoken_of_is_there_and_every_one_is_spoken_of() -> None:
    there = {name for option in COMMAND.params for name in option.opts}
    lines = [line for line in PAGE.splitlines() if "grader dashboard" in line or line.startswith("| `--")]
    said = set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", "\n".join(lines)))
    assert said <= there
    assert there - said == {"--demo", "--fresh"}, "which make gives"


def test_every_page_of_the_menu_is_explained() -> None:
    base = (ROOT / "grader" / "dashboard" / "templates" / "base.html").read_text("utf-8")
    for name in re.findall(r'\("/[a-z]*", "(\w+)"\)', base):
        assert re.search(rf"^\| (\w+, )?{name}\b", PAGE, re.MULTILINE), name


def test_the_statements_that_delete_a_student_leave_nothing_of_them(desk: Desk) -> None:
    (statements,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    note = {"at": desk.clock(), "who": "student ada", "what": "login", "about": "", "address": ""}

    def delete(connection: sa.Connection) -> None:
        connection.execute(audit.insert().values(note))
        for statement in statements.strip().split("\n"):
            connection.execute(sa.text(statement))

    assert holding(desk, "ada") == {"students", "handed", "attempts", "standings", "met"}
    others = len(desk.store.students())
    desk.store.write(delete)
    assert holding(desk, "ada") == set()
    assert len(desk.store.students()) == others - 1
    used = {row[0] for row in desk.store.read(sa.text("SELECT sha256 FROM handed"))}
    assert {row[0] for row in desk.store.read(sa.text("SELECT sha256 FROM sources"))} == used


def holding(desk: Desk, id: str) -> set[str]:
    """The tables in which some cell is this text, or has it as one of its words."""
    return {
        table.name
        for table in metadata.sorted_tables
        for row in desk.store.read(
            sa.select(*(c for c in table.c if isinstance(c.type.python_type, type) and c.name != "report"))
        )
        if any(isinstance(cell, str) and id in cell.split() for cell in row)
    }
