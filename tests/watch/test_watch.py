"""`grader watch` as a person uses it: a terminal, an editor, keys."""

from __future__ import annotations

import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import breadth
from tests.commands.kits import ROOT, copy_kit, grader
from tests.watch.terminal import Terminal

WRONG = (ROOT / "tests/submissions/01-inspect-a-chunk/wrong/not-flushed--stdout-buffer.py").read_text("utf-8")
SLEEPS = "import time\n\ndef inspect_stream(prompt):\n    time.sleep(3600)\n"
UNTOUCHED, FAILS, PASSES = "○ 01 Inspect a chunk", "✗ 01 Inspect a chunk", "✓ 01 Inspect a chunk"


@pytest.fixture
def whole_kit(tmp_path: Path) -> Path:
    return copy_kit(tmp_path, only=("01", "02", "03"))


@pytest.fixture
def kit(whole_kit: Path) -> Path:
    """Nothing but 01 is graded in it: no warm parent has to know the SDK, which takes long."""
    for card in whole_kit.glob("challenges/0[23]*/challenge.toml"):
        card.write_text(
            re.sub("^libraries = .*", 'libraries = ["requests"]', card.read_text("utf-8"), flags=re.MULTILINE)
        )
    return whole_kit


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where runs have their folders."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


def learners_file(kit: Path) -> Path:
    return kit / "challenges" / "01-inspect-a-chunk" / "inspect_chunk.py"


def solution(kit: Path) -> str:
    return (kit / "solutions" / "01-inspect-a-chunk.py").read_text("utf-8")


# -- ways in which editors save ------------------------------------------------------------------------------------


def in_place(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def in_pieces(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(text), 100):
            file.write(text[start : start + 100])
            file.flush()


def by_rename(path: Path, text: str) -> None:
    other = path.with_name(f".{path.name}.tmp")
    other.write_text(text, "utf-8")
    other.replace(path)


def delete_and_create(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, "utf-8")


def as_vim(path: Path, text: str) -> None:
    """With 'backup' on and a swap file: the old file is moved away, a new one is written, the probe 4913 before it."""
    swap, probe, backup = path.with_name(f".{path.name}.swp"), path.with_name("4913"), path.with_name(f"{path.name}~")
    swap.write_bytes(b"b0VIM 9.0")
    probe.touch()
    probe.unlink()
    path.rename(backup)
    path.write_text(text, "utf-8")
    backup.unlink()
    swap.unlink()


def as_jetbrains(path: Path, text: str) -> None:
    """Safe write: to a temporary file, the old one aside, the temporary one in its place."""
    new, old = path.with_name(f"{path.name}___jb_tmp___"), path.with_name(f"{path.name}___jb_old___")
    new.write_text(text, "utf-8")
    path.rename(old)
    new.rename(path)
    old.unlink()


SAVES = [in_place, in_pieces, by_rename, delete_and_create, as_vim, as_jetbrains]


def test_a_save_is_graded_however_the_editor_writes(kit: Path) -> None:
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        for save in breadth.some(2, SAVES):
            save(learners_file(kit), WRONG)
            terminal.sees(FAILS, "not-flushed")
            save(learners_file(kit), solution(kit))
            terminal.sees(PASSES, "passed! n goes on to 02")


def test_the_last_of_many_saves_is_the_one_that_counts(kit: Path) -> None:
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        for number in range(30):
            by_rename(learners_file(kit), WRONG + f"\n# {number}\n")
            time.sleep(0.01)
        by_rename(learners_file(kit), solution(kit))
        terminal.sees(PASSES, "graded")
        assert PASSES in terminal.quiet(1)


def test_a_program_that_hangs_is_dropped_for_the_next_save(kit: Path) -> None:
    learners_file(kit).write_text(SLEEPS)
    with Terminal(kit, "1") as terminal:
        terminal.sees("grading", "sends one request")
        in_place(learners_file(kit), solution(kit))
        terminal.sees(PASSES)


def test_q_leaves_at_once_and_nothing_is_left_behind(kit: Path, scratch: Path) -> None:
    learners_file(kit).write_text(SLEEPS)
    with Terminal(kit, "1", TMPDIR=str(scratch)) as terminal:
        terminal.until(lambda: runs(scratch), "the run")
        terminal.type("q")
        assert terminal.ends() == 0
        assert "`make watch` goes on with 01 Inspect a chunk" in terminal.text
        assert terminal.modes_now() == terminal.modes
    assert runs(scratch) == []
    assert list(scratch.iterdir()) == []


def runs(scratch: Path) -> list[int]:
    """The processes whose working folder is a run's."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str((entry / "cwd").readlink()).startswith(f"{scratch}/grader-run-"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


# -- keys ----------------------------------------------------------------------------------------------------------


def test_n_moves_on_after_a_pass_and_not_before_and_the_next_session_goes_on_there(whole_kit: Path) -> None:
    with Terminal(whole_kit) as terminal:
        terminal.sees(UNTOUCHED, "0 of 3 passed")
        terminal.type("n")
        terminal.sees("01 has not passed yet")
        in_place(learners_file(whole_kit), solution(whole_kit))
        terminal.sees(PASSES, "1 of 3 passed")
        assert "02 Prove" in terminal.quiet()  # it says what comes next, and stays
        terminal.type("n")
        terminal.sees("○ 02 Prove include_usage")
        terminal.type("q")
        assert terminal.ends() == 0
    with Terminal(whole_kit) as terminal:
        terminal.sees("○ 02 Prove include_usage", "1 of 3 passed")
    assert "passed" in grader(whole_kit, "list").stdout.splitlines()[0]


def test_h_shows_one_hint_more_and_the_same_store_as_the_command_keeps_count(kit: Path) -> None:
    learners_file(kit).write_text(WRONG)
    with Terminal(kit, "1", size=(80, 50)) as terminal:
        terminal.sees(FAILS, "hint ")
        assert "hint 2" not in terminal.text
        terminal.type("h")
        terminal.sees("hint 2")
        terminal.type("h")
        terminal.sees("hint 3")
        terminal.type("h")
        terminal.sees("these are all the hints there are")
    assert "hint 3" in grader(kit, "hint", "1").stdout


def test_hints_are_scrolled_to_where_the_screen_is_small(kit: Path) -> None:
    learners_file(kit).write_text(WRONG)
    with Terminal(kit, "1", size=(80, 16)) as terminal:
        terminal.sees(FAILS)
        terminal.type("hh")
        terminal.sees("hint 3")


def test_l_lists_and_goes_anywhere(kit: Path) -> None:
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        terminal.type("l")
        terminal.sees("▸  ○  01", "02  Prove include_usage", "enter continue there")
        terminal.type("jjjk")
        terminal.sees("▸  ○  02")
        terminal.type("q")
        terminal.sees(UNTOUCHED, "q quit")
        terminal.type("l\x1b[B\x1b[B\r")
        terminal.sees("○ 03 Stream, then validate", "graded")


def test_r_runs_again_though_nothing_has_changed(kit: Path) -> None:
    with Terminal(kit, "1", "--plain") as terminal:
        terminal.until(lambda: terminal.raw.count(UNTOUCHED.encode()) == 1)
        terminal.type("r")
        terminal.until(lambda: terminal.raw.count(b"grading") >= 2)
        terminal.sees("graded")


def test_x_asks_first_keeps_a_backup_and_grades_the_stub(kit: Path) -> None:
    stub = learners_file(kit).read_bytes()
    learners_file(kit).write_text(WRONG)
    with Terminal(kit, "1") as terminal:
        terminal.sees(FAILS)
        terminal.type("x")
        terminal.sees("Replace inspect_chunk.py by the stub, and keep yours as a backup?", "y yes  n no")
        terminal.type("n")
        terminal.sees("nothing was changed")
        assert learners_file(kit).read_text() == WRONG
        terminal.type("xy")
        terminal.sees(UNTOUCHED, "inspect_chunk.backup-1.py")
        assert learners_file(kit).read_bytes() == stub
        assert learners_file(kit).with_name("inspect_chunk.backup-1.py").read_text() == WRONG


def test_s_shows_the_reference_solution_after_a_pass_and_not_before(kit: Path) -> None:
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        terminal.type("s")
        terminal.sees("can be seen once yours has passed")
        in_place(learners_file(kit), "# mine\n" + solution(kit))
        terminal.sees(PASSES)
        terminal.type("s")
        terminal.sees("the reference solution", "import requests")
        assert "# mine" not in terminal.text
        terminal.resize(120, 40)
        terminal.sees("# mine", "the reference solution")
        terminal.type("s")
        terminal.sees(PASSES)


def test_a_kit_without_solutions_offers_none(kit: Path) -> None:
    text = solution(kit)
    shutil.rmtree(kit / "solutions")
    learners_file(kit).write_text(text)
    with Terminal(kit, "1") as terminal:
        terminal.sees(PASSES)
        assert "s solution" not in terminal.text
        terminal.type("s")
        terminal.sees("comes without reference solutions")


def test_p_plays_and_comes_back(kit: Path) -> None:
    learners_file(kit).write_text(solution(kit))
    with Terminal(kit, "1", size=(100, 40)) as terminal:
        terminal.sees(PASSES)
        terminal.type("p")
        terminal.sees("back with any key")
        assert b"'finish_reason': 'length'" in terminal.raw
        terminal.type("\n")
        terminal.sees(PASSES)


def test_a_long_report_can_be_scrolled(kit: Path) -> None:
    learners_file(kit).write_text(WRONG)
    with Terminal(kit, "1", size=(80, 14)) as terminal:
        terminal.sees(FAILS, "more lines")
        terminal.type("\x1b[F")
        terminal.sees("The same streams again")
        terminal.type("\x1b[H")
        terminal.sees(FAILS)


# -- what else may happen ------------------------------------------------------------------------------------------


def test_manual_looks_by_itself(kit: Path) -> None:
    with Terminal(kit, "1", "--manual") as terminal:
        terminal.sees(UNTOUCHED)
        by_rename(learners_file(kit), solution(kit))
        terminal.sees(PASSES)


def test_trouble_with_the_file_is_a_sentence_and_over_with_the_next_save(kit: Path) -> None:
    path = learners_file(kit)
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        path.write_text("def inspect_stream(prompt):\n    return (1,\n")
        terminal.sees("SyntaxError")
        path.write_bytes(b"\x89PNG\0")
        terminal.sees("is a binary file")
        path.unlink()
        terminal.sees("no such file")
        path.mkdir()
        terminal.sees("is a folder")
        path.rmdir()
        path.write_text(solution(kit))
        terminal.sees(PASSES)
        assert b"Traceback" not in terminal.raw


def test_authors_see_their_checks_at_work(kit: Path) -> None:
    checks = learners_file(kit).with_name("checks.py")
    right = checks.read_text("utf-8")
    learners_file(kit).write_text(solution(kit))
    with Terminal(kit, "1") as terminal:
        terminal.sees(PASSES)
        by_rename(checks, "import nothing_of_that_name\n")
        terminal.sees("checks.py: cannot be loaded")
        one = "from grader.checking import check\n\n@check(points=3)\ndef fine(lab):\n    '''is fine'''\n"
        by_rename(checks, one)
        terminal.sees(PASSES, "is fine", "3/3")
        by_rename(checks, right)
        terminal.sees(PASSES, "sends one request")


def test_the_screen_follows_the_terminals_size(kit: Path) -> None:
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        terminal.resize(60, 20)
        terminal.until(lambda: terminal.text.splitlines()[-1].startswith(" n next"))
        assert "─" * 30 in terminal.text.splitlines()[-4]
        assert len(terminal.text.splitlines()) == 20


def test_plain_is_text_alone(kit: Path) -> None:
    learners_file(kit).write_text(WRONG)
    with Terminal(kit, "1", "--plain") as terminal:
        terminal.until(lambda: b"not-flushed" in terminal.raw)
        in_place(learners_file(kit), solution(kit))
        terminal.until(lambda: b"passed! n goes on" in terminal.raw)
        terminal.type("q")
        assert terminal.ends() == 0
        assert b"\x1b" not in terminal.raw


# -- the terminal is given back ------------------------------------------------------------------------------------


def ctrl_c(terminal: Terminal) -> None:
    terminal.type("\x03")


@pytest.mark.parametrize(
    ("end", "status"),
    [(ctrl_c, 130), (lambda t: t.signal(signal.SIGTERM), 143), (lambda t: t.signal(signal.SIGHUP), 129)],
    ids=["ctrl-c", "SIGTERM", "SIGHUP"],
)
def test_the_terminal_is_given_back_whatever_ends_it(kit: Path, end: Callable[[Terminal], None], status: int) -> None:
    with Terminal(kit, "1") as terminal:
        terminal.sees(UNTOUCHED)
        assert terminal.modes_now() != terminal.modes
        end(terminal)
        assert terminal.ends() == status
        assert terminal.modes_now() == terminal.modes
        assert terminal.raw.rstrip().endswith(b"passed. `make watch` goes on with 01 Inspect a chunk.")
        assert b"\x1b[?25h\x1b[?1049l" in terminal.raw


def test_a_fault_of_our_own_gives_the_terminal_back_too(kit: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text(
        "from grader.watch.loop import Watch\nfrom grader.cli import main\nimport sys\n"
        "Watch._list = lambda self: 1 / 0\nWatch.__dict__\nimport grader.watch.loop as loop\n"
        "loop._KEYS['verdict']['l'] = Watch._list\nsys.argv = ['grader', 'watch', '1']\nmain()\n"
    )
    with Terminal(kit, command=[sys.executable, str(broken)]) as terminal:
        terminal.sees(UNTOUCHED)
        terminal.type("l")
        assert terminal.ends() == 3
        assert terminal.modes_now() == terminal.modes
        assert "which is not your mistake (ZeroDivisionError" in terminal.text.replace("\n", "")


def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_it_back(kit: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs a shell with job control")
    shell = [bash, "--norc", "--noprofile", "-i"]
    with Terminal(kit, command=shell, PS1="shell> ") as terminal:
        terminal.sees("shell>")
        terminal.type(f"{sys.executable} -m grader watch 1\n")
        terminal.sees(UNTOUCHED)
        terminal.type("\x1a")
        terminal.sees("Stopped")
        terminal.type("stty -a | tr ' ' '\\n' | grep icanon; echo over\n")
        terminal.sees("\nicanon\nover")
        in_place(learners_file(kit), solution(kit))
        terminal.type("fg\n")
        terminal.sees(PASSES)
        terminal.type("q")
        terminal.sees("goes on with 01", "shell>")


def test_a_terminal_that_is_closed_ends_it_and_what_runs(kit: Path, scratch: Path) -> None:
    learners_file(kit).write_text(SLEEPS)
    with Terminal(kit, "1", TMPDIR=str(scratch)) as terminal:
        terminal.until(lambda: runs(scratch), "the run")
        terminal.hang_up()
        assert terminal.process.wait(60) in (0, 129)
    assert runs(scratch) == []
    assert list(scratch.iterdir()) == []


def test_without_a_terminal_it_says_what_to_use(kit: Path) -> None:
    done = grader(kit, "watch", "1")
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "`grader grade`" in done.stderr


@pytest.mark.parametrize(("name", "says"), [("99", "no challenge '99'"), ("1,2", "one challenge at a time")])
def test_a_name_that_is_none_is_a_sentence(kit: Path, name: str, says: str) -> None:
    done = grader(kit, "watch", name)
    assert done.returncode == 2
    assert says in done.stderr
