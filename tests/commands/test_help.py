"""What `--help` says can be read whole on a terminal of 80 columns, and the README's table has every command."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from grader.cli import app
from tests.commands.kits import ROOT

COMMANDS = sorted(getattr(get_command(app), "commands", {}))


def helped(*words: str) -> list[str]:
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


@pytest.mark.parametrize("words", [(), ("notebook",), ("key",)])
def test_what_a_command_does_is_said_in_a_whole_sentence(words: tuple[str, ...]) -> None:
    lines = helped(*words)
    listed = lines[lines.index("Commands:") + 1 :]
    assert listed
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_80_columns(command: str) -> None:
    assert [line for line in helped(command) if len(line) > 80] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_has_it_in_its_table(command: str) -> None:
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("|")]
    assert any(re.search(rf"`grader {command}\b", row) for row in rows)
