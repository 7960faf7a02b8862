"""`grader release`: the learners' kit has what it needs, and nothing that gives an answer away."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest

from grader import kitlock
from grader.challenge import Kit, load_all, select
from grader.classroom.store.graded import kit_of
from grader.errors import UsageError
from grader.release.contents import contents
from tests import breadth
from tests.commands.kits import ROOT, environment, grader
from tests.release.made import ID, PRIVATE_FIXTURE, SOLUTION, instructors_kit, release
from tests.show.consumers import GRADESCOPE


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instructors_kit(tmp_path_factory.mktemp("instructor"))


@pytest.fixture(scope="module")
def released(kit: Path) -> Path:
    target = kit.parent / "learners"
    release(kit, target, "1")
    return target


def files(folder: Path) -> set[str]:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if not path.endswith(".pyc")}


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_a_learners_kit_has_what_is_needed_to_begin(released: Path) -> None:
    here = files(released)
    assert {f"challenges/{ID}/{name}" for name in ("README.md", "checks.py", "challenge.toml", ".stub.py")} <= here
    assert {"Makefile", "pyproject.toml", "README.md", "grader/cli.py", "requirements/kit.txt", "KIT.lock"} <= here
    assert {"ci/grade.sh", f"fixtures/{ID}/plain.sse", "challenges/common.py", "docs/report.schema.json"} <= here


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_what_a_learners_readme_and_help_name_can_be_typed_there(released: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}

    def make(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["make", *words], cwd=released, capture_output=True, text=True, check=False, env=env)

    told = make("help").stdout + (released / "README.md").read_text("utf-8")
    named = set(re.findall(r"(?:^ *|`)make ([a-z]+)", told, re.MULTILINE))
    assert {"grade", "watch", "pytest"} <= named
    needs_more = {name for name in named if "comes without" in make("-n", name, "C=1").stdout}
    assert not needs_more


def test_nothing_in_it_gives_an_answer_away(released: Path) -> None:
    here = files(released)
    assert not [path for path in here if path.split("/")[0] in ("solutions", "tests", "bench")]
    assert not [path for path in here if "private" in path.split("/") or path.endswith("equivalent.toml")]
    theirs = {path for path in here if path.startswith("challenges/") and path.endswith(".py")}
    assert theirs == {
        "challenges/common.py",
        *(f"challenges/{ID}/{n}.py" for n in (".stub", "checks", "inspect_chunk")),
    }
    told = {line.strip() for line in SOLUTION.splitlines() if "iter_lines" in line or "json.loads" in line}
    assert told
    for path in here - {path for path in here if path.startswith("grader/")}:
        assert not told & {
            line.strip() for line in (released / path).read_bytes().decode("utf-8", "replace").splitlines()
        }


def test_jobs_that_learners_call_go_along_and_no_other_workflow(kit: Path) -> None:
    flows = kit / ".github" / "workflows"
    flows.mkdir(parents=True)
    for name in ("grade.yml", "tests.yml"):
        (flows / name).write_text("on: push\n")
    found = {entry.path for entry in contents(Kit(kit), load_all(Kit(kit)))}
    shutil.rmtree(kit / ".github")
    assert {path for path in found if path.startswith(".github")} == {".github/workflows/grade.yml"}


def test_what_the_instructor_wrote_into_the_learners_file_is_not_handed_out(kit: Path, released: Path) -> None:
    place = f"challenges/{ID}/inspect_chunk.py"
    assert (kit / place).read_text() == SOLUTION
    assert (released / place).read_bytes() == (released / f"challenges/{ID}/.stub.py").read_bytes()


def test_only_the_challenges_that_were_chosen_are_in_it(released: Path) -> None:
    assert sorted(path.name for path in (released / "challenges").iterdir()) == [ID, "common.py"]
    assert [path.name for path in (released / "fixtures").iterdir()] == [ID]
    assert "02-prove-include-usage" not in (released / "README.md").read_text()


def test_links_in_it_lead_somewhere(released: Path) -> None:
    broken = [
        f"{page.relative_to(released)}: {link}"
        for page in released.rglob("*.md")
        if page.relative_to(released).parts[0] != "grader"
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_what_its_readme_says_can_be_typed_can_be_typed(released: Path) -> None:
    said = set(re.findall(r"(?:^ +|`)make ([a-z]+)", (released / "README.md").read_text("utf-8"), re.MULTILINE))
    assert len(said) > 5
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    for name in said:
        done = subprocess.run(["make", "-n", name, "C=1"], cwd=released, env=env, capture_output=True, check=False)
        assert done.returncode == 0, name


def test_the_lock_holds_all_but_what_is_the_learners_own(released: Path) -> None:
    lock = (released / kitlock.NAME).read_text()
    listed = {line.split("  ", 1)[1] for line in lock.splitlines() if not line.startswith("#")}
    assert files(released) - listed == {kitlock.NAME, "README.md", f"challenges/{ID}/inspect_chunk.py"}
    assert kitlock.compare(Kit(released)) == kitlock.Compared(hashlib.sha256(lock.encode()).hexdigest())


# -- what can be done in it -------------------------------------------------------------------------------------------


def test_make_grade_works_in_it_with_the_grader_that_is_in_it(released: Path, tmp_path: Path) -> None:
    """With the packages of these tests in place of those that would be installed."""
    here = tmp_path / "kit"
    shutil.copytree(released, here)
    command = here / ".venv" / "bin" / "grader"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{here}" exec "{sys.executable}" -P -m grader "$@"\n')
    command.chmod(0o755)
    for name in ("bin/python", ".kit"):
        (here / ".venv" / name).touch()
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}

    def make(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *words], cwd=here, env=keep, capture_output=True, text=True, timeout=120, check=False
        )

    assert "not started" in make("grade").stdout
    (here / "challenges" / ID / "inspect_chunk.py").write_text(SOLUTION)
    done = make("grade", "ARGS=--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["status"] == "pass"
    assert report["kit"]["changed"] == []
    assert report["kit"]["lock"] == hashlib.sha256((here / kitlock.NAME).read_bytes()).hexdigest()
    for target, missing in (("solutions", "solutions"), ("test", "tests"), ("lint", "solutions"), ("bench", "bench")):
        done = make(target)
        assert done.returncode == 2
        assert f"comes without {missing}/" in done.stderr
    assert "make solutions" not in make("help").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("grade", "1", "--solutions"), "comes without its reference solution"),
        (("lint",), "there is nothing to lint it with"),
    ],
)
def test_what_needs_solutions_says_so(released: Path, words: tuple[str, ...], says: str) -> None:
    done = grader(released, *words)
    assert done.returncode == 2
    assert says in done.stderr


def test_live_says_before_it_asks_anybody_that_there_is_no_solution(released: Path) -> None:
    there = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "k", "MODEL": "m"}
    done = grader(released, "live", **there)
    assert done.returncode == 2
    assert "comes without its reference solution" in done.stderr


def test_a_learners_kit_can_be_released_again(released: Path, tmp_path: Path) -> None:
    release(released, tmp_path / "again")
    assert (tmp_path / "again" / kitlock.NAME).read_bytes() == (released / kitlock.NAME).read_bytes()


# -- where to ---------------------------------------------------------------------------------------------------------


def test_a_zip_has_the_same_files_in_one_folder_and_the_same_bytes_each_time(kit: Path, released: Path) -> None:
    for name in ("one/kit.zip", "two/kit.zip"):
        release(kit, released.parent / name, "1", zip=True)
    one, two = ((released.parent / name).read_bytes() for name in ("one/kit.zip", "two/kit.zip"))
    assert one == two
    with zipfile.ZipFile(released.parent / "one" / "kit.zip") as packed:
        assert {name.removeprefix("kit/") for name in packed.namelist()} == files(released)
        assert all(packed.read(f"kit/{path}") == (released / path).read_bytes() for path in files(released))


def test_nothing_that_is_there_is_replaced(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    (tmp_path / "kit.zip").write_text("mine")
    for name, zip in (("mine", False), ("kit.zip", True), ("kit.zip", False)):
        with pytest.raises(UsageError, match="is there already, and is not replaced"):
            release(kit, tmp_path / name, zip=zip)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kit.zip", "mine"]
    assert (tmp_path / "mine" / "thesis.txt").read_text() == (tmp_path / "kit.zip").read_text() == "mine"


def test_an_empty_folder_will_do(kit: Path, tmp_path: Path) -> None:
    release(kit, tmp_path, "1")
    assert (tmp_path / kitlock.NAME).is_file()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--zip", "--gradescope"), "three different things"),
        (("99",), "no challenge '99'"),
    ],
)
def test_what_cannot_be_meant_is_said(kit: Path, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = grader(kit, "release", str(tmp_path / "out"), *words)
    assert done.returncode == 2
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


def test_words_that_stand_in_a_challenge_left_out_are_missed_before_a_learner_misses_them(tmp_path: Path) -> None:
    kit = instructors_kit(tmp_path, only=("04", "05"))
    table = '[[tables.exceptions]]\nid = "wrong-answer-text"\nwhen = ["no stream was asked for"]\nbecause = "x"\n'
    path = kit / "challenges" / "05-feel-the-latency" / "misconceptions.toml"
    path.write_text(path.read_text() + "\n" + table)
    with pytest.raises(UsageError, match="names `wrong-answer-text`, which has its words in a challenge that is left"):
        release(kit, tmp_path / "five", "5")
    release(kit, tmp_path / "both", "4", "5")


@pytest.mark.parametrize(
    "number", breadth.each(4, [path.name[:2] for path in sorted((ROOT / "challenges").glob("[0-9]*"))])
)
def test_each_challenge_can_be_released_alone(number: str) -> None:
    chosen = select(load_all(Kit(ROOT)), [number])
    assert contents(Kit(ROOT), chosen)


# -- private scenarios ------------------------------------------------------------------------------------------------


@breadth.mark
def test_private_checks_count_where_they_are_and_not_in_the_learners_kit(
    kit: Path, released: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(SOLUTION)
    reports = [json.loads(grader(k, "grade", "1", "--file", str(mine), "--json").stdout) for k in (kit, released)]
    (final,), (own,) = (report["challenges"] for report in reports)
    assert final["status"] == own["status"] == "pass"
    assert final["max_points"] == own["max_points"] + 4
    assert [check["id"] for check in final["checks"]][-1] == "reads-what-nobody-has-seen"
    assert final["checks"][:-1] == [{**check, "runs": check["runs"]} for check in own["checks"]]
    assert reports[0]["kit"]["challenges_sha256"] != reports[1]["kit"]["challenges_sha256"]


def test_a_private_check_builds_on_a_public_one(kit: Path) -> None:
    report = json.loads(grader(kit, "grade", "1", "--file", f"challenges/{ID}/.stub.py", "--json").stdout)
    assert report["challenges"][0]["checks"][-1]["status"] == "skip"


def test_another_private_file_is_another_kit_for_gradings_that_are_stored(kit: Path) -> None:
    (challenge,) = load_all(Kit(kit))
    before = kit_of(challenge)
    path = kit / "challenges" / ID / "private" / "tricky.sse"
    path.write_text(": a comment\n\n" + PRIVATE_FIXTURE)
    assert kit_of(challenge) != before
    path.write_text(PRIVATE_FIXTURE)
    assert kit_of(challenge) == before


# -- Gradescope -------------------------------------------------------------------------------------------------------


@breadth.mark
def test_the_zip_for_gradescope_grades_where_gradescope_unpacks_it(kit: Path, tmp_path: Path) -> None:
    home = tmp_path / "autograder"
    for name in ("submission", "results"):
        (home / name).mkdir(parents=True)
    release(kit, tmp_path / "autograder.zip", gradescope=True)
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(tmp_path / "autograder.zip"), str(home / "source")], check=True
    )
    with zipfile.ZipFile(tmp_path / "autograder.zip") as packed:
        runs = {name for name in packed.namelist() if packed.getinfo(name).external_attr >> 16 & 0o111}
    assert {"setup.sh", "run_autograder"} <= runs
    here = files(home / "source" / "kit")
    assert f"challenges/{ID}/private/checks.py" in here
    assert not [path for path in here if path.startswith(("solutions/", "tests/"))]

    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text(
        "#!/bin/sh\n[ $1 = .venv/.kit ] && mkdir -p .venv/bin && for name in python grader; do\n"
        f'  [ $name = grader ] && more="-m grader" || more=\n'
        f'  printf \'#!/bin/sh\\nPYTHONPATH="%s" exec "{sys.executable}" -P %s "$@"\\n\' "$PWD" "$more" > .venv/bin/$name\n'
        "  chmod +x .venv/bin/$name\ndone\n"
    )
    make.chmod(0o755)
    (make.parent / "apt-get").write_text("#!/bin/sh\nexit 0\n")  # nothing is installed here
    (make.parent / "apt-get").chmod(0o755)
    (home / "submission" / "inspect_chunk.py").write_text(SOLUTION)
    env = environment(kit) | {"AUTOGRADER": str(home), "PATH": f"{make.parent}{os.pathsep}{os.environ['PATH']}"}
    del env["PYTHONPATH"], env["GRADER_KIT"]
    for script in ("setup.sh", "run_autograder"):
        done = subprocess.run(
            ["sh", str(home / "source" / script)], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    results = json.loads((home / "results" / "results.json").read_text())
    jsonschema.validate(results, GRADESCOPE)
    assert results["score"] == 24, "20, and the private check's 4"
