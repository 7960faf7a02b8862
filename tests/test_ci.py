"""The ready-made pieces for CI: their files are well formed, and their scripts do what they say, where they are run.

Run for real but for `make`, which would install: it puts the Python of these tests where the kit's own would be.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests import breadth
from tests.commands.kits import ROOT, copy_kit
from tests.show.consumers import CLASSROOM50, GRADESCOPE
from tests.submitting.desk import open_desk

CI = ROOT / "ci"
ID, FILE = "01-inspect-a-chunk", "inspect_chunk.py"
SOLUTION = (ROOT / "solutions" / f"{ID}.py").read_bytes()
MAKE = f"""#!/bin/sh
[ "$1" = -C ] && cd "$2" && shift 2
[ "$1" = .venv/.kit ] || exit 7
mkdir -p .venv/bin
printf '#!/bin/sh\\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m grader "$@"\\n' > .venv/bin/grader
printf '#!/bin/sh\\nPYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"\\n' > .venv/bin/python
chmod +x .venv/bin/*
"""


def yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path)


# -- the files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        (
            ["vendor.github-workflows"],
            ["github/grade.yml", "github/learner.yml", "github/submit.yml", "github/learner-submit.yml"],
        ),
        (["vendor.gitlab-ci", "--data-transform", "gitlab-ci"], ["gitlab/grade.yml"]),
    ],
)
def test_workflows_fit_the_schema_of_those_who_run_them(schema: list[str], files: list[str]) -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        *schema,
        *(str(CI / file) for file in files),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_job_on_github_has_no_secret_and_a_token_that_only_reads() -> None:
    text = (CI / "github" / "grade.yml").read_text()
    flow = yaml(CI / "github" / "grade.yml")
    assert "secrets" not in text.replace("has no secrets", "")
    assert flow["permissions"] == {"contents": "read"}
    assert "permissions" not in flow["jobs"]["grade"]
    steps = flow["jobs"]["grade"]["steps"]
    checkouts = [step["with"] for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 2
    assert all(given["persist-credentials"] is False for given in checkouts)
    assert not any("${{" in step.get("run", "") for step in steps), "what comes from outside is no part of a script"


def test_what_a_learners_workflow_passes_is_what_the_reusable_one_takes() -> None:
    takes = yaml(CI / "github" / "grade.yml")["on"]["workflow_call"]["inputs"]
    gives = yaml(CI / "github" / "learner.yml")["jobs"]["grade"]["with"]
    assert set(gives) <= set(takes)
    assert {name for name, about in takes.items() if about.get("required")} <= set(gives)


def test_who_holds_the_identity_runs_nothing_of_the_learners_and_who_runs_it_holds_nothing() -> None:
    flow = yaml(CI / "github" / "submit.yml")
    grade, submit = flow["jobs"]["grade"], flow["jobs"]["submit"]
    assert flow["permissions"] == {}
    assert grade["permissions"] == {"contents": "read"}
    assert submit["permissions"] == {"contents": "read", "id-token": "write"}
    assert flow["on"]["workflow_call"] is None, "what a learner's workflow could say is nothing"
    checkouts = [step["with"] for step in submit["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert [given["repository"] for given in checkouts] == ["OWNER/KIT"]
    for step in (*grade["steps"], *submit["steps"]):
        assert "${{" not in step.get("run", ""), "what comes from outside is no part of a script"
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    assert next(step for step in grade["steps"] if step.get("id") == "grade")["env"]["REQUIRE_ISOLATION"] == "confined"
    caller = yaml(CI / "github" / "learner-submit.yml")
    assert "with" not in caller["jobs"]["submit"]
    assert caller["permissions"] == submit["permissions"]


def test_the_development_container_sets_the_kit_up() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make list"
    assert container["image"]


# -- the scripts ------------------------------------------------------------------------------------------------------


class Runner:
    """A folder like a runner's: a learner's checkout, the course's kit, and a place for what comes out."""

    def __init__(self, tmp: Path) -> None:
        self.tmp = tmp
        self.checkout = tmp / "work"
        self.checkout.mkdir()
        self.kit = copy_kit(tmp / "course", only=("01",))
        shutil.copytree(CI, self.kit / "ci")
        (tmp / "bin").mkdir()
        (tmp / "bin" / "make").write_text(MAKE)
        (tmp / "bin" / "make").chmod(0o755)
        self.env = {
            **{k: v for k, v in os.environ.items() if k in ("HOME", "LANG", "TMPDIR")},
            "PATH": f"{tmp / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUTF8": "1",
        }

    def hand_in(self, content: bytes, place: str = f"challenges/{ID}/{FILE}") -> None:
        path = self.checkout / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def run(self, command: list[str], **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.checkout, env=self.env | env, capture_output=True, text=True, timeout=300, check=False
        )

    def grade(self, *challenges: str) -> dict[str, Any]:
        """By the script that all pieces share."""
        self.run(["make", "-C", str(self.kit), ".venv/.kit"])
        done = self.run(["sh", str(self.kit / "ci" / "grade.sh"), ".", str(self.tmp / "out"), *challenges])
        report: dict[str, Any] = json.loads((self.tmp / "out" / "report.json").read_text())
        assert done.returncode == {"pass": 0, "fail": 1, "error": 3}[report["status"]], done.stderr
        return report

    def taken(self) -> tuple[str, bytes]:
        """What take.py says, and what is in the kit then."""
        done = self.run([sys.executable, str(self.kit / "ci" / "take.py"), "."], PYTHONPATH=str(ROOT))
        assert done.returncode == 0, done.stderr
        return done.stdout, (self.kit / "challenges" / ID / FILE).read_bytes()

    def as_repository(self) -> dict[str, str]:
        """The kit as something to clone: variables that say where it is."""
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(self.kit)]
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "kit"]):
            subprocess.run([*git, *words], check=True, capture_output=True)
        return {"KIT_URL": self.kit.as_uri(), "KIT_REF": "main"}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.parametrize("place", [f"challenges/{ID}/{FILE}", f"{ID}/{FILE}", FILE])
def test_a_learners_file_is_found_where_it_may_be(runner: Runner, place: str) -> None:
    runner.hand_in(SOLUTION, place)
    assert runner.taken() == (f"{ID}: taken from {place}\n", SOLUTION)


def test_a_file_of_any_bytes_is_taken_as_it_is(runner: Runner) -> None:
    runner.hand_in(b"return '\xff'\r\n")
    assert runner.taken()[1] == b"return '\xff'\r\n"


def test_the_learners_own_grader_checks_and_cards_are_not_used(runner: Runner) -> None:
    runner.hand_in(b"def inspect_stream(prompt):\n    return 1\n")
    runner.hand_in(
        b"from grader.checking import check\n\n@check(points=9)\ndef free(lab):\n    'is free'\n",
        f"challenges/{ID}/checks.py",
    )
    runner.hand_in(b"function = 5\n", f"challenges/{ID}/challenge.toml")
    runner.hand_in(b"raise SystemExit(0)\n", "grader/__init__.py")
    runner.hand_in(b"raise SystemExit(0)\n", "sitecustomize.py")
    report = runner.grade("1")
    assert report["status"] == "fail"
    assert len(report["challenges"][0]["checks"]) > 5


def test_a_link_to_elsewhere_is_not_followed_and_where_nothing_can_be_taken_the_stub_is_back(runner: Runner) -> None:
    (runner.tmp / FILE).write_bytes(SOLUTION)
    (runner.checkout / FILE).symlink_to(runner.tmp / FILE)
    stub = (ROOT / "challenges" / ID / ".stub.py").read_bytes()
    assert runner.taken() == (f"{ID}: {FILE} is a link to elsewhere, which is not followed\n", stub)
    (runner.checkout / FILE).unlink()
    runner.hand_in(SOLUTION)
    assert runner.taken()[1] == SOLUTION
    runner.hand_in(b"#" * (1024 * 1024 + 1))
    said, kept = runner.taken()
    assert "larger than 1024 KiB" in said
    assert kept == stub, "what was handed in before is not graded again"


def test_on_github_the_steps_annotate_summarise_and_keep_the_report(runner: Runner) -> None:
    runner.hand_in(b"def inspect_stream(prompt):\n    print('::error::forged')\n    return 1 / 0\n")
    temp = runner.tmp / "temp"
    temp.mkdir()
    runner.kit.rename(runner.checkout / ".kit-of-the-course")
    files = {name: str(runner.tmp / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    env = files | {"RUNNER_TEMP": str(temp), "GITHUB_WORKSPACE": str(runner.checkout)}
    env |= {"CHALLENGES": "1", "REQUIRE_ISOLATION": ""}
    steps = [step for step in yaml(CI / "github" / "grade.yml")["jobs"]["grade"]["steps"] if "run" in step]
    done = [runner.run(["bash", "-e", "-c", step["run"]], **env) for step in steps]
    assert [one.returncode for one in done] == [0, 1], done[-1].stderr
    errors = [line for line in done[-1].stdout.splitlines() if line.startswith("::error")]
    assert len(errors) == 1
    assert errors[0].startswith(f"::error file=challenges/{ID}/{FILE},line=3,")
    assert Path(files["GITHUB_OUTPUT"]).read_text() == "status=1\n"
    assert "0/20" in Path(files["GITHUB_STEP_SUMMARY"]).read_text()
    assert sorted(path.name for path in (temp / "graded").iterdir()) == ["junit.xml", "report.json"]
    assert sorted(path.name for path in runner.checkout.iterdir()) == ["challenges"]


def test_on_github_wrong_use_ends_with_its_status_and_a_sentence(runner: Runner) -> None:
    temp = runner.tmp / "temp"
    temp.mkdir()
    runner.kit.rename(temp / "kit")
    runner.run(["make", "-C", str(temp / "kit"), ".venv/.kit"])
    step = next(
        step for step in yaml(CI / "github" / "grade.yml")["jobs"]["grade"]["steps"] if step.get("id") == "grade"
    )
    env = {
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(runner.tmp / "out"),
        "CHALLENGES": "99 *",
        "REQUIRE_ISOLATION": "",
    }
    done = runner.run(["bash", "-e", "-c", step["run"]], **env)
    assert done.returncode == 2
    assert "no challenge" in done.stderr


@breadth.mark
def test_on_github_the_report_is_submitted_as_it_was_graded_and_no_other(runner: Runner) -> None:
    runner.hand_in(SOLUTION)
    temp = runner.tmp / "temp"
    temp.mkdir()
    runner.kit.rename(temp / "kit")
    runner.run(["make", "-C", str(temp / "kit"), ".venv/.kit"])
    jobs = yaml(CI / "github" / "submit.yml")["jobs"]
    grade = next(step["run"] for step in jobs["grade"]["steps"] if step.get("id") == "grade")
    env = {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(runner.tmp / "out"), "GITHUB_WORKSPACE": str(runner.checkout)}
    done = runner.run(["bash", "-e", "-c", grade], **env)
    assert done.returncode == 0, done.stderr
    (told,) = (runner.tmp / "out").read_text().splitlines()
    report = temp / "graded" / "report.json"
    assert told == f"sha256={hashlib.sha256(report.read_bytes()).hexdigest()}"

    submit = next(step["run"] for step in jobs["submit"]["steps"] if step.get("name") == "Submit")
    with open_desk() as desk:
        env = {"RUNNER_TEMP": str(temp), "SHA256": told.removeprefix("sha256="), "GRADER_DASHBOARD": desk.url}
        env |= {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{desk.url}/token?v=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret"}
        desk.answers = [(200, {"value": "a.b.c"})]
        command = ["bash", "-e", "-c", f'cd "{temp}/kit" && {submit}']
        done = runner.run(command, **env)
        assert done.returncode == 0, done.stderr
        assert [came.method for came in desk.came] == ["GET", "POST"]
        assert desk.came[1].body == report.read_bytes()
        report.write_text(report.read_text().replace('"fail"', '"pass"') + " ")
        assert runner.run(command, **env).returncode == 1
        assert len(desk.came) == 2, "what is not what was graded is not sent"


@breadth.mark
def test_on_gitlab_the_script_leaves_a_junit_report(runner: Runner) -> None:
    runner.hand_in(SOLUTION)
    job = yaml(CI / "gitlab" / "grade.yml")
    env = {**job["variables"], **runner.as_repository()}
    done = runner.run(["sh", "-e", "-c", "\n".join(job["grade"]["script"])], **env)
    assert done.returncode == 0, done.stderr
    assert "all of it passed" in done.stdout
    for name in [*job["grade"]["artifacts"]["paths"], job["grade"]["artifacts"]["reports"]["junit"]]:
        assert (runner.checkout / name).exists()


@breadth.mark
def test_on_gradescope_the_results_are_where_it_looks(runner: Runner) -> None:
    home = runner.tmp / "autograder"
    (home / "results").mkdir(parents=True)
    runner.kit.parent.rename(home / "source")
    runner.run(["make", "-C", str(home / "source" / "kit"), ".venv/.kit"])
    runner.hand_in(SOLUTION, FILE)
    runner.checkout.rename(home / "submission")
    runner.checkout.mkdir()
    done = runner.run(["sh", str(CI / "gradescope" / "run_autograder")], AUTOGRADER=str(home))
    assert done.returncode == 0, done.stderr
    results = json.loads((home / "results" / "results.json").read_text())
    jsonschema.validate(results, GRADESCOPE)
    assert results["score"] == sum(test["max_score"] for test in results["tests"])


@breadth.mark
def test_in_classroom_50_the_result_fits_its_schema_and_the_status_is_0_whatever_the_verdict(runner: Runner) -> None:
    runner.hand_in(b"def inspect_stream(prompt):\n    return 1\n")
    names = {"CLASSROOM": "c", "ASSIGNMENT": "a", "OWNER": "ada", "SUBMISSION_TAG": "submit/1", "CHALLENGES": "1"}
    links = dict.fromkeys(("COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "https://example.org")
    done = runner.run(
        [sys.executable, str(CI / "classroom50" / "autograder.py")], **names, **links, **runner.as_repository()
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((runner.checkout / "result.json").read_text())
    jsonschema.validate(result, CLASSROOM50)
    assert result["score"] < result["max-score"] == 20
    assert (runner.checkout / "release-body.md").read_text().startswith("## 0 of 1 challenges passed")
