"""`grader lint` as an author calls it: what it prints, as words and as data, and how it ends."""

from __future__ import annotations

import json
import re

from begun import CHECKS, ID, SOLUTION, STUB, SUBMISSIONS, replace

from grader.authoring.lint import Options, lint
from grader.challenge import Kit
from tests import breadth
from tests.commands.kits import grader

UNFLUSHED = replace(SOLUTION, ', end="", flush=True', ', end=""')


@breadth.mark
def test_a_challenge_that_was_just_begun_lints_with_all_its_mutants(kit: Kit) -> None:
    done = grader(kit.root, "lint", "10", "--seeds", "2", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["schema"] == "grader/lint/v1"
    assert [(p["rule"], p["challenge"], p["severity"]) for p in found["problems"]] == [
        ("submissions-are-there", ID, "warning")
    ]
    (summary,) = found["summaries"]
    assert summary["mutants"] > 40
    assert {name: summary[name] for name in ("id", "checks", "points", "right", "wrong", "equivalent", "survivors")} == {
        "id": ID, "checks": 4, "points": 10, "right": 2, "wrong": 3, "equivalent": 0, "survivors": 0,
    }  # fmt: skip
    assert found["gradings"] == 4 + 5 + summary["mutants"]


def test_what_is_wrong_is_said_before_the_summary_and_ends_with_1(kit: Kit) -> None:
    UNFLUSHED(kit)
    done = grader(kit.root, "lint", "10", "--seeds", "2", "--plain")
    assert done.returncode == 1
    first, second = (line for line in done.stdout.splitlines() if line.startswith(SOLUTION))
    assert first.startswith(f"{SOLUTION} fails with seed 1: `prints-each-piece-as-it-arrives` wants ")
    assert second.endswith(f"See it with: grader grade 10 --file {SOLUTION} --seed 2")
    assert f"✗ {ID}  2 problems · 4 checks, 10 points, 2 right, 3 wrong\n" in done.stdout
    # Who fails early is not tried further.
    assert re.search(r"^4 gradings in [\d.]+ s$", done.stdout, re.MULTILINE)


def test_what_cannot_be_read_is_not_graded(kit: Kit) -> None:
    replace(CHECKS, "def last_word", "def last_word(")(kit)
    done = grader(kit.root, "lint", "10", "--plain")
    assert done.returncode == 1
    assert f"{CHECKS}, line 12, does not compile" in done.stdout
    assert f"✗ {ID}  1 problem\nwithout gradings in " in done.stdout


def test_quick_grades_nothing(kit: Kit) -> None:
    UNFLUSHED(kit)
    done = grader(kit.root, "lint", "10", "--quick", "--plain")
    assert done.returncode == 0
    assert f"✓ {ID}  4 checks, 10 points, 2 right, 3 wrong · not graded\nwithout gradings in " in done.stdout


def test_a_challenge_that_is_not_there_is_wrong_usage(kit: Kit) -> None:
    done = grader(kit.root, "lint", "77")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"grader: no challenge '77'. There are: {ID}. A number, a name or a part of a name will do.\n"


def test_a_folder_without_a_card_can_be_linted_where_nothing_else_can_be_done(kit: Kit) -> None:
    (kit.challenges / "11-empty").mkdir()
    said = {problem.message for problem in lint(kit, ["11"], Options(quick=True)).problems}
    assert "challenges/11-empty/challenge.toml is missing. Write it, or begin with `grader new 11-empty`." in said


def test_one_bad_challenge_keeps_no_other_from_being_looked_at(kit: Kit) -> None:
    (kit.challenges / "11-empty").mkdir()
    result = lint(kit, [], Options(quick=True))
    assert result.errors(ID) == 0
    assert result.errors("11-empty") > 0
    assert [(summary.id, summary.checks) for summary in result.summaries] == [(ID, 4), ("11-empty", 0)]


def test_problems_come_by_challenge_and_each_is_told_once(kit: Kit) -> None:
    (kit.root / STUB).unlink()
    messages = [p.message for p in lint(kit, ["10"], Options(quick=True)).problems]
    assert messages.count(f"{STUB} is missing. Keep a copy of my_challenge.py there, for `grader reset`.") <= 1
    assert len(set(messages)) == len(messages)
    assert (kit.root / SUBMISSIONS).exists()
