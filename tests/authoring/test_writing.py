"""docs/writing-a-challenge.md, followed to the letter in a copy of the kit: what comes out of it lints."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from begun import ROOT

from grader.checking import Run
from grader.scenario import Scenario
from grader.stream import cut
from grader.stream.fixture import Salting
from tests import breadth
from tests.commands.kits import copy_kit, environment, grader

PAGE = (ROOT / "docs" / "writing-a-challenge.md").read_text("utf-8")
BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """In the page's order: what to type ("", lines), and files (path, text)."""
    found = []
    for block in BLOCK.finditer(PAGE):
        _, _, how = block["info"].partition(" ")
        if how == "run":
            found.append(("", block["text"]))
        elif how.startswith("file="):
            found.append((how.removeprefix("file="), block["text"]))
    return found


@contextmanager
def endpoint(kit: Path) -> Iterator[dict[str, str]]:
    """What answers `grader record`: the recorded reply of another challenge, replayed."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "grader", "serve", "2/recorded", "--speed", "50"],
        cwd=kit, env=environment(kit), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        lines = [serving.stdout.readline() for _ in range(3)]
        yield dict(re.fullmatch(r"export (\w+)=(\S+)\n", line).groups() for line in lines)
    finally:
        serving.terminate()
        serving.wait(20)


def type_in(kit: Path, lines: str, variables: dict[str, str]) -> str:
    """What a person would type, in a shell that finds `grader` and `python`."""
    tools = kit.parent / "bin"
    tools.mkdir(exist_ok=True)
    for name, words in (("grader", "-m grader"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        (tools / name).chmod(0o755)
    env = environment(kit) | variables | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-e", "-c", lines], cwd=kit, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@breadth.mark
def test_a_tenth_challenge_written_by_the_page_lints(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path)
    (kit / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "misconceptions.py", kit / "docs")
    shutil.copy(ROOT / "README.md", kit)
    outputs = []
    with endpoint(kit) as variables:
        for path, text in steps():
            if path:
                (kit / path).parent.mkdir(parents=True, exist_ok=True)
                (kit / path).write_text(text, "utf-8")
            else:
                outputs.append(type_in(kit, text, variables))
    last = outputs[-1]
    assert "✗" not in last
    assert [line.split()[0] for line in last.splitlines() if "warning" in line] == ["warning:", "warning:"]
    assert re.search(
        r"✓ 10-count-words  4 checks, 10 points, 1 right, 4 wrong · of \d\d mutants \d\d fail, 1 equivalent",
        last.replace("\n", " "),
    )
    assert "#### `counts-pieces`" in (kit / "docs" / "misconceptions.md").read_text("utf-8")
    told = grader(
        kit, "grade", "10", "--file", "tests/submissions/10-count-words/wrong/counts-pieces--in-the-loop.py", "--plain"
    )
    assert "Your program counts pieces of the stream, and a piece is not a word." in told.stdout
    # What the page shows of the linter is what it says where the entry is missing.
    (kit / "challenges" / "10-count-words" / "equivalent.toml").unlink()
    shutil.rmtree(kit / "tests" / "submissions" / "10-count-words" / "right")
    shown = " ".join(re.search(r"^    solutions/10.*?toml: …$", PAGE, re.MULTILINE | re.DOTALL)[0].split())
    said = grader(kit, "lint", "10", "--seeds", "1")
    assert said.returncode == 1
    assert "right holds no submission" in said.stdout
    for word in (
        "`if chunk.choices else None` becomes nothing (branch)",
        "Add a check that fails then, or make the line simpler.",
    ):
        assert word in shown


def rows(heading: str) -> set[str]:
    """The code words in the first column of the table under that heading."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return {
        word for line in table.splitlines() for word in re.findall(r"`(\w+)", line.partition("|")[2].partition("|")[0])
    }


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("option of `Scenario`", {field.name for field in dataclasses.fields(Scenario)}),
        (
            "question of a `Run`",
            {name for name in vars(Run) if not name.startswith("_") and callable(getattr(Run, name))},
        ),
        ("in `[salt]`", set(Salting.model_fields)),
    ],
)
def test_the_tables_name_all_that_there_is(heading: str, names: set[str]) -> None:
    assert rows(heading) == names


def test_all_cuts_are_named() -> None:
    there = {
        name
        for name, value in vars(cut).items()
        if callable(value) and getattr(value, "__module__", "") == cut.__name__
    }
    assert set(re.findall(r"`cut\.(\w+)`", PAGE)) == {name for name in there if name[0] != "_"} - {
        "lengths",
        "as_recorded",
    }
