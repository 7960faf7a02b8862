"""`grader new`: a challenge that works, under the names that were asked for; and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from begun import ID

from grader.authoring.new import TEMPLATE, begin
from grader.challenge import Kit, load_all
from grader.errors import UsageError
from tests.commands.kits import grader


def texts(kit: Kit) -> dict[str, str]:
    return {
        str(path.relative_to(kit.root)): path.read_text("utf-8")
        for path in kit.root.rglob("*")
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".sse") and path.name != "common.py"
    }


def test_only_folders_that_belong_to_challenges_are_touched(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    written = begin(kit, "11-another", title="Another one", function="ask", file="asking.py")
    assert {path.relative_to(tmp_path).parts[0] for path in written} == {"challenges", "solutions", "fixtures", "tests"}
    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    (challenge,) = load_all(kit)
    assert (challenge.id, challenge.card.title, challenge.card.file, challenge.card.function) == (
        "11-another", "Another one", "asking.py", "ask",
    )  # fmt: skip
    assert challenge.file.read_bytes() == challenge.stub.read_bytes()
    assert challenge.signature == "ask(prompt: str)"


def test_nothing_of_the_templates_names_is_left(kit: Kit) -> None:
    left = re.compile(r"template|00-|C=0\b|Challenge 00", re.IGNORECASE)
    assert {
        name: left.findall(text) for name, text in texts(kit).items() if left.search(text) or left.search(name)
    } == {}
    assert len(texts(kit)) == 1 + sum(path.is_file() and path.suffix != ".pyc" for path in TEMPLATE.rglob("*")) + 1


def test_names_are_made_of_the_slug(tmp_path: Path) -> None:
    for id, function in (
        ("12-count-words", "count_words"),
        ("13-class", "challenge_class"),
        ("14-2nd", "challenge_2nd"),
    ):
        begin(Kit(tmp_path), id)
        challenge = next(c for c in load_all(Kit(tmp_path)) if c.id == id)
        assert (challenge.card.function, challenge.card.file) == (function, f"{function}.py")


@pytest.mark.parametrize(
    ("id", "options", "says"),
    [
        ("mine", {}, "'mine' is no name for a challenge: expected two digits and a slug, such as 10-my-challenge."),
        ("1-mine", {}, "'1-mine' is no name"),
        ("10-My_Challenge", {}, "'10-My_Challenge' is no name"),
        ("../10-mine", {}, "'../10-mine' is no name"),
        ("10-mine", {}, f"10-mine: the number is taken by {ID}. A free one is 01."),
        ("11-mine", {"function": "2x"}, "--function '2x': expected a Python name in small letters, such as count_words."),
        ("11-mine", {"function": "class"}, "--function 'class': expected a Python name"),
        ("11-mine", {"file": "a/b.py"}, "--file 'a/b': expected a Python name in small letters, such as count_words.py."),
        ("11-mine", {"file": "checks.py"}, "--file checks.py: the kit has a file of that name. Choose another."),
        ("11-mine", {"file": "common"}, "--file common.py: the kit has a file of that name. Choose another."),
        ("11-mine", {"title": 'My "own"'}, "--title 'My \"own\"': expected a line of words, without quotes."),
        ("11-mine", {"title": "a\nb"}, "--title 'a\\nb': expected a line of words"),
    ],
)  # fmt: skip
def test_names_that_are_malformed_or_taken_are_refused_and_nothing_is_written(
    kit: Kit, id: str, options, says: str
) -> None:
    before = texts(kit)
    with pytest.raises(UsageError) as info:
        begin(kit, id, **options)
    assert str(info.value).startswith(says)
    assert texts(kit) == before


@pytest.mark.parametrize(
    "place", ["solutions/11-mine.py", "fixtures/11-mine/plain.sse", "tests/submissions/11-mine/x.py"]
)
def test_what_lies_in_the_way_is_not_overwritten(kit: Kit, place: str) -> None:
    (kit.root / place).parent.mkdir(parents=True, exist_ok=True)
    (kit.root / place).write_text("mine")
    with pytest.raises(
        UsageError, match=r"is there already\. Move it away, or choose another name for the challenge\."
    ):
        begin(kit, "11-mine")
    assert (kit.root / place).read_text() == "mine"
    assert not (kit.challenges / "11-mine").exists()


def test_the_command_says_what_it_wrote_and_what_comes_next(kit: Kit) -> None:
    done = grader(kit.root, "new", "11-another", "--title", "Another")
    assert done.returncode == 0
    assert "challenges/11-another/checks.py\n" in done.stdout
    assert done.stdout.endswith(
        "It works as it is: `grader lint 11`. Make it yours step by step: docs/writing-a-challenge.md.\n"
    )
    again = grader(kit.root, "new", "11-another")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "grader: 11-another: the number is taken by 11-another. A free one is 01.\n"
