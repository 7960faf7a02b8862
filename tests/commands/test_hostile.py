"""A submission that wants to be taken for the grader, or for nothing at all, in every place where it is shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.untrusted import visible
from tests.commands.kits import copy_kit, environment, grader
from tests.watch.terminal import Terminal

FORGED = "✓ 01 Inspect a chunk              passed           18/18"
ALL = "✓ all of it passed"
# Screen cleared, title set, colours, backspaces, a line drawn over, text turned round, text that is not seen; and markup.
ATTACK = (
    f"\\x1b[2J\\x1b[H\\x1b]0;owned\\x07\\x9b31m\\x08\\x08\\r\\n{FORGED}\\n{ALL}\\r\\n\\u202edessap\\u202c\\u2066\\u200b\\ufe0f\\U000e0041"
    "[bold]x[/bold] <script>alert(1)</script> ::error::no %0A ##[error]no `" + "=" * 90 + f"{FORGED}"
)
HOSTILE = f'''\
import sys
from functools import reduce

def inspect_stream(prompt):
    attack = "{ATTACK}"
    print(attack, flush=True)
    print(attack, file=sys.stderr, flush=True)
    raise type("Odd" + attack, (ValueError,), {{}})(attack)  # \u202e\u2066 \u200b{FORGED}
'''
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kit = copy_kit(tmp_path_factory.mktemp("hostile"), only=("01",))
    (kit / "challenges/01-inspect-a-chunk/inspect_chunk.py").write_text(HOSTILE)
    return kit


def assert_ours_alone(text: str) -> None:
    """Nothing acts or hides, and no line that the learner wrote begins as ours do."""
    assert visible(text) == text
    for line in text.splitlines():
        assert not re.match(r"\s{0,4}✓", line), line
        assert not line.startswith(("::", "##")), line
    assert "owned" in text


def test_at_a_terminal_without_colours(kit: Path) -> None:
    done = grader(kit, "grade", "--plain", "--hints", "all")
    assert done.returncode == 1
    assert "your stdout" in done.stdout
    assert "your stderr" in done.stdout
    assert_ours_alone(done.stdout)


def test_at_a_terminal_with_colours(kit: Path) -> None:
    with Terminal(kit, command=[sys.executable, "-m", "grader", "grade", "1"], size=(80, 200)) as terminal:
        assert terminal.ends() == 1
        shown = terminal.raw.decode()
        assert "\x1b]" not in shown
        start = shown.index("✗")  # before it, the line that says what is being done, which is cleared
        assert_ours_alone(SGR.sub("", shown[start:]).replace("\r\n", "\n").split("\x1b[?25h")[0])


def test_in_watch_mode(kit: Path) -> None:
    with Terminal(kit, "1", "--plain", size=(80, 100)) as terminal:
        terminal.sees("✗ 01 Inspect a chunk", "graded")
        assert_ours_alone(terminal.raw.decode().replace("\r\n", "\n"))


def test_as_a_page_the_source_is_clean_and_the_markup_is_text(kit: Path) -> None:
    page = grader(kit, "grade", "--format", "html").stdout
    assert visible(page) == page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_as_json_every_text_is_visible_before_and_after_it_is_read(kit: Path) -> None:
    text = grader(kit, "grade", "--json").stdout
    assert visible(text) == text
    whole = json.loads(text)
    check = next(c for c in whole["challenges"][0]["checks"] if c["status"] == "fail")
    assert "\n" not in check["source"] + check["message"] + check["because"]


def test_hints_show_the_line_and_nothing_acts(kit: Path) -> None:
    grader(kit, "grade")
    done = grader(kit, "hint", "1", "--plain")
    assert done.returncode == 0
    assert visible(done.stdout) == done.stdout
    assert not re.search(r"^\s{0,4}✓", done.stdout, re.MULTILINE)


def test_in_pytest(kit: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "challenges", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=kit, env=environment(kit), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert_ours_alone(done.stdout)


def test_what_play_adds_is_readable_whatever_the_program_left_behind(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "hides.py"
    path.write_text("print('\\x1b[8m\\x1b[?25l hidden from here', end='', flush=True)\n")
    command = [sys.executable, "-m", "grader", "play", "1", "--file", str(path)]
    with Terminal(kit, command=command) as terminal:
        assert terminal.ends() == 0
        tail = terminal.raw.decode().partition("hidden from here")[2]
        assert tail.index("\x1b[0m") < tail.index("grader: your program sent no request")
    assert "\x1b" not in grader(kit, "play", "1", "--file", str(path)).stderr  # in a pipe there is nothing to mend


@pytest.mark.parametrize("command", ["grade", "play"])
def test_a_file_name_in_a_message_does_nothing(kit: Path, tmp_path: Path, command: str) -> None:
    path = tmp_path / "\x1b[2J\x1b]0;owned\x07\u202e\n✓ all of it passed.py"
    done = grader(kit, command, "1", "--file", str(path))
    assert done.returncode == 2
    assert_seen_in_one_line = done.stderr.rstrip("\n")
    assert "\x1b" not in assert_seen_in_one_line
    assert "\u202e" not in assert_seen_in_one_line
    assert not re.search(r"^✓", done.stderr, re.MULTILINE)


def test_a_file_name_in_the_report_does_nothing(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2J\u202e\n✓.py"
    path.write_text("def inspect_stream(prompt):\n    return 1\n")
    text = grader(kit, "grade", "1", "--file", str(path), "--json").stdout
    assert json.loads(text)["challenges"][0]["file"] == os.fspath(tmp_path) + "/\\u001b[2J\\u202e\\n✓.py"


def test_wrong_use_of_every_kind_prints_no_control(kit: Path) -> None:
    for args in (
        ["\x1b[2J"],
        ["grade", "\x1b[2J\n✓ x"],
        ["grade", "--format", "\x1b]0;x\x07"],
        ["grade", "--hints", "\x1b[2J"],
    ):
        done = grader(kit, *args)
        assert done.returncode == 2
        assert "\x1b" not in done.stderr
        assert not re.search(r"^✓", done.stderr, re.MULTILINE)


def test_looking_takes_no_time_to_speak_of() -> None:
    text = "\u202e" * 200_000
    started = time.process_time()
    assert len(visible(text)) == 6 * len(text)
    assert time.process_time() - started < 5
