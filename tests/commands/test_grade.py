"""`grader grade` as a person types it: exit status, what is printed, what is asked of bad input."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from grader.commands.grade import Wanted, run
from grader.errors import UsageError
from grader.report import json_schema
from grader.show.formats import Format
from tests import breadth
from tests.commands.kits import ROOT, copy_kit, environment, grader

WRONG = ROOT / "tests" / "submissions" / "01-inspect-a-chunk" / "wrong"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_kit(tmp_path_factory.mktemp("unsolved"))


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_kit(tmp_path_factory.mktemp("solved"), solved=True)


def test_solved_challenges_pass_with_status_0(solved: Path) -> None:
    done = grader(solved, "grade")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all of it passed" in done.stdout
    assert done.stderr == ""


def test_a_fresh_kit_is_not_started_and_says_where_to_begin(kit: Path) -> None:
    done = grader(kit, "grade", "1")
    assert done.returncode == 1
    assert "not started" in done.stdout
    assert "challenges/01-inspect-a-chunk/README.md" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "name", breadth.each(4, ["1", "01", "inspect", "01-inspect-a-chunk", "challenges/01-inspect-a-chunk/"])
)
def test_a_challenge_goes_by_number_name_or_part_of_it(kit: Path, name: str) -> None:
    report = json.loads(grader(kit, "grade", name, "--json").stdout)
    assert [challenge["id"] for challenge in report["challenges"]] == ["01-inspect-a-chunk"]


def test_json_is_the_report_alone_and_fits_its_schema(kit: Path) -> None:
    path = WRONG / "not-flushed--stdout-buffer.py"
    done = grader(kit, "grade", "1", "--file", str(path), "--json", "--seed", "4711")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json_schema())
    assert done.returncode == 1
    assert report["seed"] == 4711
    assert report["challenges"][0]["diagnosis"] == "not-flushed"


def test_the_shipped_schema_is_the_codes_own() -> None:
    assert json.loads((ROOT / "docs" / "report.schema.json").read_text()) == json_schema()


def test_a_failure_shows_expected_seen_diagnosis_hint_the_wire_and_how_to_replay_it(kit: Path) -> None:
    done = grader(kit, "grade", "1", "--file", str(WRONG / "mojibake--response-encoding.py"), "--seed", "5", "--plain")
    for part in (
        "expected",
        "seen",
        "^",
        "mojibake",
        "hint",
        "the wire",
        "server",
        "yours",
        'make grade C=1 ARGS="--seed 5"',
    ):
        assert part in done.stdout, done.stdout
    assert "\x1b" not in done.stdout


def test_no_color_takes_the_colours_away(kit: Path) -> None:
    assert "\x1b" not in grader(kit, "grade", "1", NO_COLOR="1", FORCE_COLOR="1").stdout


def test_a_syntax_error_is_shown_as_python_would(kit: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def inspect_stream(prompt):\n    return (1,\n\nx = = 3\n")
    done = grader(kit, "grade", "1", "--file", str(broken))
    assert "SyntaxError" in done.stdout
    assert "line 2" in done.stdout or "line 4" in done.stdout
    lines = done.stdout.splitlines()
    caret = next(i for i, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1].strip()


def test_hints_all_shows_three(kit: Path) -> None:
    done = grader(kit, "grade", "1", "--file", str(WRONG / "not-flushed--stdout-buffer.py"), "--hints", "all")
    assert "hint 3" in done.stdout


def test_out_writes_the_file_and_prints_nothing(solved: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    done = grader(solved, "grade", "1", "--json", "--out", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(target.read_text())["status"] == "pass"


BAD_USE = [
    (["grade", "99"], "no challenge '99'"),
    (["grade", "a"], "could be"),
    (["grade", "--seed", "many"], "--seed"),
    (["grade", "1", "--file", "nowhere.py"], "nowhere.py: no such file"),
    (["grade", "1", "--file", "."], "is a folder"),
    (["grade", "--file", "challenges/common.py"], "goes with one challenge"),
    (["grade", "1", "--hints", "some"], "--hints 'some'"),
    (["grade", "1", "--out", "no/such/folder/report.txt"], "--out"),
    (["grade", "1", "--format", "papyrus"], "papyrus"),
    (["graed"], "No such command"),
    (["serve", "1/nothing"], "has no fixture 'nothing'"),
    (["serve", "nothing.sse"], "nothing.toml"),
    (["record", "reply.txt"], "ends in .sse"),
    (["hint", "2"], "has not been graded yet"),
]


@pytest.mark.parametrize(("args", "says"), BAD_USE, ids=[" ".join(args) for args, _ in BAD_USE])
def test_wrong_use_gets_a_sentence_and_status_2(kit: Path, args: list[str], says: str) -> None:
    done = grader(kit, *args)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_binary_file_is_refused(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "image.py"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    done = grader(kit, "grade", "1", "--file", str(path))
    assert done.returncode == 2
    assert "binary file" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seed", "x"], "'--seed': expected a whole number."),
        (["--format", "nope"], "'--format': 'nope' is not one of 'text', 'json', 'html', "),
        (["--out", "/"], "--out /: is a folder. Name a file in it"),
        (["--out", "/no/such/report"], "--out /no/such/report: there is no folder /no/such."),
    ],
)
def test_what_is_typed_wrong_is_said_in_plain_words(kit: Path, words: list[str], says: str) -> None:
    done = grader(kit, "grade", "1", *words)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_page_is_not_poured_over_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    wanted = Wanted(None, False, None, Format.html, None, 1, "1", True)
    with pytest.raises(UsageError, match=r"--out report\.html"):
        run(["1"], wanted)


def test_an_empty_file_is_called_so(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("\n")
    said = grader(kit, "grade", "1", "--file", str(path)).stdout
    assert "nothing: the file is empty (`make reset` brings the stub back)" in said


def test_a_file_that_is_not_utf8_is_the_learners_syntax_error(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "latin.py"
    path.write_bytes("def inspect_stream(prompt):\n    return 'olá'\n".encode("latin-1"))
    report = json.loads(grader(kit, "grade", "1", "--file", str(path), "--json").stdout)
    assert report["challenges"][0]["diagnosis"] == "syntax-error"


def test_a_broken_line_of_a_fixture_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path, solved=True)
    path = kit / "fixtures" / "01-inspect-a-chunk" / "plain.sse"
    path.write_bytes(path.read_bytes().replace(b'"object"', b'"object', 1))
    done = grader(kit, "grade", "1")
    assert done.returncode == 2
    assert "plain.sse, line 1" in done.stderr


def test_a_damaged_challenge_toml_is_named_with_its_key(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path)
    path = kit / "challenges" / "02-prove-include-usage" / "challenge.toml"
    path.write_text(path.read_text().replace('function = "stream_reply"', "function = 5"))
    done = grader(kit, "grade")
    assert done.returncode == 2
    assert "challenge.toml" in done.stderr
    assert "`function`" in done.stderr


def test_outside_of_a_kit_it_says_where_to_go(tmp_path: Path) -> None:
    done = grader(tmp_path, "list", GRADER_KIT=str(tmp_path))
    assert done.returncode == 2
    assert "no kit here" in done.stderr


def test_checks_that_cannot_be_loaded_are_the_authors_fault_and_named(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path)
    (kit / "challenges" / "01-inspect-a-chunk" / "checks.py").write_text("import nothing_of_that_name\n")
    done = grader(kit, "grade", "1")
    assert done.returncode == 2
    assert "checks.py" in done.stderr


def test_a_check_that_crashes_is_the_graders_fault_and_costs_no_points(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path, solved=True)
    (kit / "challenges" / "01-inspect-a-chunk" / "checks.py").write_text(
        "from grader.checking import check\n\n@check(points=3)\ndef breaks(lab):\n    '''breaks'''\n    1 / 0\n"
    )
    done = grader(kit, "grade", "1", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["status"], report["points"]) == (3, "error", 3)
    assert "not your mistake" in report["challenges"][0]["checks"][0]["message"]


def test_ctrl_c_ends_at_once_and_leaves_no_process_and_no_file(kit: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\n\ndef inspect_stream(prompt):\n    time.sleep(3600)\n")
    target = tmp_path / "report.json"
    command = [sys.executable, "-m", "grader", "grade", "1", "--file", str(slow), "--json", "--out", str(target)]
    env = environment(kit) | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=kit, env=env, stderr=subprocess.PIPE, start_new_session=True) as process:
        child = _wait_for_run(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert b"Traceback" not in process.stderr.read()
    assert not _alive(child)
    assert not target.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["slow.py"]


def _wait_for_run(tmp: Path) -> int:
    """The pid of the learner's process: the one whose working folder is a run's scratch."""
    while True:
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str((entry / "cwd").readlink()).startswith(str(tmp / "grader-run-")):
                    return int(entry.name)
            except OSError:
                continue
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_list_needs_none_of_the_heavy_libraries(kit: Path) -> None:
    code = "import sys; sys.argv = ['grader', 'list']\nfrom grader.cli import app\napp(standalone_mode=False)\n"
    code += "print([m for m in ('openai', 'requests', 'httpx2') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(kit), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Inspect a chunk" in done.stdout


def test_no_loopback_is_a_sentence_and_status_2(kit: Path) -> None:
    """In a network namespace of its own the loopback interface is down."""
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    if probe.returncode != 0:
        assert os.environ.get("CI") != "true" or os.geteuid() != 0, "CI runs as root and has unshare"
        pytest.skip("needs the right to make a network namespace")
    command = ["unshare", "--net", sys.executable, "-m", "grader", "grade", "1"]
    done = subprocess.run(
        command, cwd=kit, env=environment(kit), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "loopback" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_a_sentence_and_status_2(kit: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = grader(kit, "serve", "1", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "is in use" in done.stderr


def test_format_html_writes_one_page(kit: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    path = WRONG / "not-flushed--stdout-buffer.py"
    done = grader(kit, "grade", "1", "--file", str(path), "--format", "html", "--out", str(target))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    source = target.read_text("utf-8")
    assert source.startswith("<!DOCTYPE html>")
    assert "not-flushed" in source


def test_format_html_is_utf_8_on_stdout_in_any_locale(kit: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "1", "--format", "html"],
        cwd=kit, env=environment(kit) | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False,
    )  # fmt: skip
    assert "○".encode() in done.stdout


def test_a_seed_that_was_given_is_marked_as_such_and_one_that_was_drawn_is_not(kit: Path) -> None:
    given = grader(kit, "grade", "1", "--seed", "7", "--plain").stdout
    assert given.rstrip().endswith("seed 7, given")
    drawn = grader(kit, "grade", "1", "--plain").stdout
    assert re.search(r"seed \d+$", drawn.rstrip())
    reports = [json.loads(grader(kit, "grade", "1", "--json", *more).stdout) for more in (["--seed", "7"], [], [])]
    assert [report["seed_given"] for report in reports] == [True, False, False]
    assert reports[1]["seed"] != reports[2]["seed"]


def test_the_report_names_the_file_as_the_kit_has_it(solved: Path) -> None:
    report = json.loads(grader(solved, "grade", "1", "--json").stdout)
    assert report["challenges"][0]["file"] == "challenges/01-inspect-a-chunk/inspect_chunk.py"


def test_where_a_submission_would_be_confined_less_than_is_asked_for_nothing_is_graded(solved: Path) -> None:
    refused = grader(solved, "grade", "1", "--require-isolation", "limited", GRADER_ISOLATION="separate")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--require-isolation limited: here a submission is only `separate`" in refused.stderr
    assert "Nothing was graded." in refused.stderr
    graded = grader(solved, "grade", "1", "--json", "--require-isolation", "separate", GRADER_ISOLATION="separate")
    assert json.loads(graded.stdout)["isolation"]["tier"] == "separate"


def test_a_tier_that_is_none_is_named_with_those_that_there_are(solved: Path) -> None:
    refused = grader(solved, "grade", "1", GRADER_ISOLATION="prison")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "GRADER_ISOLATION='prison': expected one of confined, limited, separate." in refused.stderr
