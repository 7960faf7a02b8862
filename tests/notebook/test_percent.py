import ast
import json
import re
from pathlib import Path

import pytest

from grader.challenge import Challenge, find_kit, load_all
from grader.errors import UsageError
from grader.notebook.percent import BRIEF, SOLUTION, brief, percent
from tests.classroom.small import challenge_of, small_kit

CHALLENGES = load_all(find_kit())
MARKS = ("    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n")


def cells_of(text: str) -> list[tuple[dict[str, object], str]]:
    """nbgrader's metadata and the source of each cell."""
    heads = re.split(r"^# %%(.*)\n", text, flags=re.MULTILINE)[1:]
    abouts = (json.loads(head.partition("nbgrader=")[2] or "{}") for head in heads[::2])
    return list(zip(abouts, heads[1::2], strict=True))


@pytest.fixture(params=CHALLENGES, ids=lambda challenge: challenge.number)
def challenge(request: pytest.FixtureRequest) -> Challenge:
    found: Challenge = request.param
    return found


def test_each_check_has_a_cell_with_its_points(challenge: Challenge) -> None:
    checks = challenge.checks()
    graded = [
        (about["grade_id"], about["points"]) for about, _ in cells_of(percent(challenge, checks)) if about.get("grade")
    ]
    assert graded == [(check.id, check.points) for check in checks]


def test_ids_are_as_nbgrader_wants_them(challenge: Challenge) -> None:
    ids = [str(about["grade_id"]) for about, _ in cells_of(percent(challenge, challenge.checks())) if about]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", id) for id in ids)


def test_the_solution_cell_is_the_stub_without_what_is_about_files(challenge: Challenge) -> None:
    (source,) = (
        source
        for about, source in cells_of(percent(challenge, challenge.checks()))
        if about.get("grade_id") == SOLUTION
    )
    for mark in MARKS:
        assert source.count(mark) == 1
        source = source.replace(mark, "")
    stub = ast.parse(challenge.stub.read_text("utf-8"))
    kept = [node for node in stub.body[1:] if not isinstance(node, ast.If)]
    assert ast.dump(ast.parse(source)) == ast.dump(ast.Module(kept, []))


def test_what_is_graded_is_nothing_but_the_solution_cell(challenge: Challenge) -> None:
    """Locked cells that are no tests would be taken for code that was handed out."""
    given = [about for about, _ in cells_of(percent(challenge, challenge.checks())) if about and not about["grade"]]
    assert [about["grade_id"] for about in given] == [BRIEF, SOLUTION]


def test_the_brief_speaks_of_cells_not_of_files_and_commands(challenge: Challenge) -> None:
    text = brief(challenge)
    assert not re.search(r"`make |^    make ", text, re.MULTILINE)
    assert challenge.card.file not in text
    assert f"`{challenge.card.function}(" in text


def test_the_brief_keeps_what_is_to_be_done(challenge: Challenge) -> None:
    readme = (challenge.folder / "README.md").read_text("utf-8")
    task = readme[readme.index("## What to do") : readme.index("## How to run it")].strip()
    assert task in brief(challenge)


def test_a_stub_that_does_not_end_as_stubs_do_is_named(tmp_path: Path) -> None:
    challenge = challenge_of(small_kit(tmp_path))
    challenge.stub.write_text("def inspect_stream(prompt):\n    return None\n")
    with pytest.raises(UsageError, match=r"\.stub\.py: expected a function inspect_stream that ends with"):
        percent(challenge, challenge.checks())


def test_a_private_check_is_hidden_from_the_release(tmp_path: Path) -> None:
    challenge = challenge_of(small_kit(tmp_path))
    private = challenge.folder / "private" / "checks.py"
    private.parent.mkdir(exist_ok=True)
    private.write_text(
        'from grader.checking import check\n\n\n@check(points=1)\ndef secret(lab):\n    """does more than was said"""\n'
    )
    *public, secret = [
        source for about, source in cells_of(percent(challenge, challenge.checks())) if about.get("grade")
    ]
    assert secret.startswith("### BEGIN HIDDEN TESTS\n") and secret.rstrip().endswith("### END HIDDEN TESTS")
    assert not any("HIDDEN" in source for source in public)
