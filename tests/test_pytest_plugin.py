"""`pytest challenges`: what is shown, and that it is what `grader grade` says."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from grader.pytest_items import item_name
from tests import breadth
from tests.commands.kits import ROOT, copy_kit, environment, grader
from tests.commands.test_grade import _alive, _wait_for_run

SUBMISSIONS = ROOT / "tests" / "submissions"
FIRST, SECOND, THIRD = "01-inspect-a-chunk", "02-prove-include-usage", "03-stream-then-validate"

Verdicts = dict[tuple[str, str], tuple[str, float, str]]  # by challenge and check: status, points, diagnosis

# A plugin that says what pytest knows: `Probe` is loaded with `-p probe`, and writes probe.json.
PROBE = """
import json, os, sys

def pytest_collection_modifyitems(items):
    if os.environ.get("REVERSED"):
        items.reverse()
    global found
    found = [
        {"name": i.name, "id": i.nodeid, "path": str(i.path), "location": i.location}
        for i in items
    ]

def pytest_unconfigure():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        children = file.read().split()
    with open("probe.json", "w") as file:
        json.dump({"items": found, "modules": sorted(sys.modules), "children": children}, file)
"""


def make_kit(to: Path, submissions: dict[str, Path]) -> Path:
    """The three first challenges: the solutions, apart from `submissions`."""
    kit = copy_kit(to, solved=True)
    for folder in (kit / "challenges").glob("*-*"):
        if folder.name not in (FIRST, SECOND, THIRD):
            shutil.rmtree(folder)
    for challenge, path in submissions.items():
        shutil.copy(path, learners_file(kit, challenge))
    (kit / "probe.py").write_text(PROBE)
    return kit


def learners_file(kit: Path, challenge: str) -> Path:
    folder = kit / "challenges" / challenge
    return folder / tomllib.loads((folder / "challenge.toml").read_text())["file"]


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stub = ROOT / "challenges" / SECOND / ".stub.py"
    wrong = SUBMISSIONS / FIRST / "wrong" / "mojibake--response-encoding.py"
    return make_kit(tmp_path_factory.mktemp("kit"), {FIRST: wrong, SECOND: stub})


@pytest.fixture(scope="module")
def by_the_command(kit: Path) -> Verdicts:
    return from_grader(kit, 5)


def run(kit: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, with this plugin and no other."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "grader.pytest_plugin", *args],
        cwd=kit, env=environment(kit) | {"COLUMNS": "100", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **env},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


class Names:
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.found = [item.name for item in session.items]


def collected(kit: Path, *args: str) -> list[str]:
    """The names of the items, had in this process."""
    names = Names()
    own = ["-p", "grader.pytest_plugin", "-p", "no:terminal", "-c", os.devnull, "--rootdir", str(kit)]
    assert pytest.main([*own, "--collect-only", *args], plugins=[names]) == 0
    return names.found


def from_junit(path: Path) -> Verdicts:
    """Status, points and diagnosis of each check, as JUnit XML has them."""
    found = {}
    for case in ElementTree.parse(path).iter("testcase"):
        about = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        outcome = next((tag for tag in ("failure", "skipped", "error") if case.find(tag) is not None), "pass")
        assert {"fail": "failure", "skip": "skipped"}.get(about["grader.status"], about["grader.status"]) == outcome
        found[about["grader.challenge"], about["grader.check"]] = (
            about["grader.status"], float(about["grader.points"]), about["grader.diagnosis"],
        )  # fmt: skip
    return found


def from_grader(kit: Path, seed: int, *names: str) -> Verdicts:
    report = json.loads(grader(kit, "grade", *names, "--json", "--seed", str(seed)).stdout)
    return {
        (challenge["id"], check["id"]): (check["status"], check["points"], check["diagnosis"] or "")
        for challenge in report["challenges"]
        for check in challenge["checks"]
    }


def test_checks_are_items_with_their_titles_and_the_verdicts_of_the_command(
    kit: Path, by_the_command: Verdicts
) -> None:
    done = run(kit, "challenges", "-v", "-ra", "--grader-seed", "5", "--grader-hints", "all", "--junitxml", "all.xml")
    assert done.returncode == 1
    assert from_junit(kit / "all.xml") == by_the_command
    assert {status for status, *_ in by_the_command.values()} == {"pass", "fail", "skip"}
    at = f"challenges/{FIRST}/inspect_chunk.py"
    for part in (
        f"{at}::prints every chunk as it arrives PASSED",
        f"{at}::reads letters of several bytes as UTF-8 FAILED",
        f"{at}::keeps characters whole that two reads share SKIPPED",
        "seed 5 (the same streams again: --grader-seed 5)",
        "not tried: it builds on “reads letters of several bytes as UTF-8”",
        "Your program reads the UTF-8 bytes of the reply as one-byte characters",
        "  expected   ", "  seen       ", "  hint       ", "  hint 3     ", "  the wire  ", "mojibake — ",
        f"Read challenges/{SECOND}/README.md, then fill in the function",
        "✗ 01 Inspect a chunk            not yet          18/20",
        "○ 02 Prove include_usage        not started      0/17",
        "✓ 03 Stream, then validate      passed           17/17",
        "35 of 54 points · next: make grade C=1 · seed 5",
    ):  # fmt: skip
        assert part in done.stdout, done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "grader/" not in done.stdout, "the grader's own lines are nobody's business"
    caret = next(line for line in done.stdout.splitlines() if line.strip() == "^")
    assert caret.index("^") > len("  expected   ")
    again = run(kit, f"challenges/{FIRST}", "-v", "--lf", "--tb=no")
    assert f"{at}::reads letters of several bytes as UTF-8 FAILED" in again.stdout
    assert again.stdout.splitlines()[-1].strip("= ").startswith("1 failed in"), "last failed: that one, and no other"


@breadth.mark
def test_the_order_of_the_items_changes_no_verdict(tmp_path: Path) -> None:
    """What earlier checks have seen decides how later ones are played: here, whether the server waits for pieces."""
    kit = make_kit(tmp_path, {FIRST: SUBMISSIONS / FIRST / "wrong" / "buffers-body--urlopen-read.py"})
    run(kit, f"challenges/{FIRST}", "-p", "probe", "--grader-seed", "9", "--junitxml", "reversed.xml", REVERSED="1")
    said = from_junit(kit / "reversed.xml")
    assert said == from_grader(kit, 9, "1")
    assert {status for status, *_ in said.values()} == {"pass", "fail"}


@breadth.mark
def test_workers_of_xdist_say_the_same_with_one_seed(kit: Path, by_the_command: Verdicts) -> None:
    done = run(kit, f"challenges/{FIRST}", "-p", "xdist", "-n", "2", "--junitxml", "two.xml")
    properties = ElementTree.parse(kit / "two.xml").iter("property")
    seeds = {p.get("value") for p in properties if p.get("name") == "grader.seed"}
    assert len(seeds) == 1
    assert from_junit(kit / "two.xml") == {k: v for k, v in by_the_command.items() if k[0] == FIRST}
    assert f"18 of 20 points · next: make grade C=1 · seed {seeds.pop()}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("wanted", "checks"),
    breadth.each(
        3, [("01", 14), ("include_usage", 11), ("02-prove", 11), ("reads-utf8", 1), ("arrives and 03", 1), ("azure", 1)]
    ),
)
def test_k_takes_numbers_ids_and_words_of_titles(kit: Path, wanted: str, checks: int) -> None:
    assert len(collected(kit, str(kit / "challenges"), "-k", wanted)) == checks


@pytest.mark.parametrize("argument", breadth.each(2, ["checks.py", "challenge.toml", "inspect_chunk.py", ""]))
def test_a_challenge_goes_by_its_folder_and_by_each_of_its_files(kit: Path, argument: str) -> None:
    assert len(collected(kit, str(kit / "challenges" / FIRST / argument))) == 14


def test_one_check_alone_goes_by_its_id(kit: Path) -> None:
    name = f"challenges/{FIRST}/inspect_chunk.py::sends one request for a stream, by hand, with the key, MODEL and the prompt"
    done = run(kit, name, "-v")
    assert f"{name} PASSED" in done.stdout
    assert "✓ 01 Inspect a chunk            passed           2/2  13 more not run" in done.stdout
    name = "stops at (DONE), though the connection stays open"
    assert collected(kit, f"{kit}/challenges/{FIRST}/inspect_chunk.py::{name}") == [name]


def test_collecting_runs_nothing_and_loads_no_client(kit: Path) -> None:
    """Whatever pytest is told to look at, the learner's file is not imported."""
    trap = make_trap(kit)
    try:
        args = ("--doctest-modules", "-o", "python_files=*.py", "challenges", f"challenges/{THIRD}/stream_validate.py")
        done = run(kit, "--collect-only", "-q", "-p", "probe", *args)
        assert not trap.exists()
    finally:
        shutil.copy(kit / "solutions" / f"{THIRD}.py", learners_file(kit, THIRD))
    assert done.returncode == 0, done.stdout
    probe = json.loads((kit / "probe.json").read_text())
    assert not {"openai", "requests", "httpx2", "stream_validate", "checks"} & set(probe["modules"])
    assert probe["children"] == []
    # What an editor knows of an item: the title for a name, and the learner's function to go to.
    item = next(
        item for item in probe["items"] if item["name"] == "validates once the stream has ended, and not before"
    )
    assert item["id"] == f"challenges/{THIRD}/stream_validate.py::{item['name']}"
    assert item["path"] == str(learners_file(kit, THIRD))
    assert item["location"] == [f"challenges/{THIRD}/stream_validate.py", 2, item["name"]]
    assert len({item["id"] for item in probe["items"]}) == 36


def make_trap(kit: Path) -> Path:
    """A learner's file whose import is seen; its function stands in the third line."""
    trap = kit / "imported"
    learners_file(kit, THIRD).write_text(
        f"open({str(trap)!r}, 'w')\n\ndef stream_recipe(prompt):\n    '''>>> 1 / 0'''\n"
    )
    return trap


def test_what_is_broken_is_an_error_in_words(tmp_path: Path) -> None:
    kit = make_kit(tmp_path, {})
    learners_file(kit, SECOND).unlink()
    (kit / "challenges" / THIRD / "challenge.toml").write_text("title = 5\n")
    (kit / "challenges" / FIRST / "checks.py").write_text(
        "from grader.checking import check\n\n@check(points=3)\ndef breaks(lab):\n    '''breaks'''\n    1 / 0\n"
    )
    done = run(kit, "challenges", "--continue-on-collection-errors", "--tb=short")
    assert "prove_usage.py: no such file. `make reset C=2` brings the stub back." in done.stdout
    assert "challenge.toml: key `title`" in done.stdout
    assert "this is not your mistake and costs no points" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "13 errors" in done.stdout.splitlines()[-1]  # 11 checks without a file, a card, a check
    assert "failed" not in done.stdout.splitlines()[-1]


def test_options_that_make_no_sense_are_refused_in_words(kit: Path) -> None:
    done = run(kit, "challenges", "--grader-hints", "some")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--grader-hints: 'some': expected a number or `all`" in done.stderr


def test_ctrl_c_leaves_no_process_and_no_file(kit: Path, tmp_path: Path) -> None:
    slow = make_kit(tmp_path / "slow", {})
    learners_file(slow, FIRST).write_text("import time\n\ndef inspect_stream(prompt):\n    time.sleep(3600)\n")
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "pytest", "-p", "grader.pytest_plugin", f"challenges/{FIRST}"]
    env = environment(slow) | {"TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(command, cwd=slow, env=env, stdout=subprocess.PIPE, start_new_session=True) as process:
        child = _wait_for_run(tmp_path / "tmp")
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=30)[0].decode()
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output
    assert not _alive(child)
    assert [path.name for path in (tmp_path / "tmp").iterdir() if not path.name.startswith("pytest-of-")] == []


def test_other_projects_notice_nothing(tmp_path: Path) -> None:
    """A folder that looks like ours, but is none; and nothing of the engine is loaded."""
    folder = tmp_path / "challenges" / "01-of-theirs"
    folder.mkdir(parents=True)
    (folder / "checks.py").write_text("raise SystemExit('imported')\n")
    (folder / "test_theirs.py").write_text(
        "import sys\n\ndef test_it():\n    assert not [m for m in sys.modules if m.startswith('grader.') and m != 'grader.pytest_plugin']\n"
        "    assert 'pydantic' not in sys.modules\n"
    )
    outputs = []
    for plugin in ("grader.pytest_plugin", "no:grader.pytest_plugin"):
        command = [sys.executable, "-m", "pytest", "-p", plugin, "-p", "no:cacheprovider", "-v"]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout
        outputs.append([line for line in done.stdout.splitlines() if " in " not in line and "plugins:" not in line])
    assert outputs[0] == outputs[1]


def test_the_package_offers_the_plugin_to_pytest() -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    # Named like the module, so that it is not loaded twice where `-p` names it, too.
    assert project["entry-points"]["pytest11"] == {"grader.pytest_plugin": "grader.pytest_plugin"}


def test_names_keep_away_from_what_means_something_in_ids() -> None:
    assert item_name("stops at [DONE]") == "stops at (DONE)"
    assert item_name("a::b") == "a:b"
