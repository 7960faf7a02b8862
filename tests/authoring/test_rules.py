"""Each rule of the linter: one thing is spoiled, and exactly that is told, with the file and the next action."""

from __future__ import annotations

import shutil

import pytest
from begun import (
    CHECKS,
    FIXTURES,
    FOLDER,
    ID,
    ROOT,
    SOLUTION,
    STUB,
    SUBMISSIONS,
    WORDS,
    Spoil,
    append,
    both,
    in_stub,
    move,
    remove,
    replace,
)  # fmt: skip

from grader.authoring.lint import UNREADABLE, Options, lint
from grader.authoring.problem import name_of
from grader.authoring.rules import RULES
from grader.challenge import Kit

BRIEF, CARD, OWN_WORDS = f"{FOLDER}/README.md", f"{FOLDER}/challenge.toml", f"{FOLDER}/misconceptions.toml"
LEARNERS = f"{FOLDER}/my_challenge.py"
WRONG, RIGHT = f"{SUBMISSIONS}/wrong", f"{SUBMISSIONS}/right"
STYLES = "with another client, async, another way to read, to print, to keep what came"


def quick(kit: Kit) -> list[tuple[str, str]]:
    found = lint(kit, [ID], Options(quick=True)).problems
    return [(problem.rule, problem.message) for problem in found if "fewer than 8" not in problem.message]


def whole_folder(old: str, new: str) -> Spoil:
    def spoil(kit: Kit) -> None:
        (kit.challenges / old).rename(kit.challenges / new)

    return spoil


def empty(folder: str) -> Spoil:
    return lambda kit: shutil.rmtree(kit.root / folder)


def test_a_challenge_that_was_just_begun_keeps_all_rules(kit: Kit) -> None:
    assert quick(kit) == []


TABLE: list[tuple[str, Spoil, str]] = [
    # -- what is handed out
    ("folder-is-well-named", lambda kit: (kit.challenges / "10-another").mkdir(),
     f"{FOLDER} has the number of 10-another. Give one of them another number."),
    ("card-fits-the-folder",
     both(replace(CARD, "my_challenge.py", "common.py"), replace(BRIEF, "my_challenge.py", "common.py"), move(LEARNERS, f"{FOLDER}/common.py")),
     f"{CARD} gives the learner `common.py`, which is the kit's own. Name another."),
    ("files-can-be-read", replace(CARD, 'title = "My challenge"', ""), f"{CARD}: key `title`: is missing"),
    ("files-can-be-read", remove(CARD), f"{CARD} is missing. Write it, or begin with `grader new {ID}`."),
    ("brief-names-what-to-fill-in", replace(BRIEF, "my_challenge(prompt)", "it"),
     f"{BRIEF} does not name the function `my_challenge`. Say in the brief which function is to be filled in, with its "
     "arguments: `my_challenge(prompt: str)`."),
    ("brief-names-what-to-fill-in", replace(BRIEF, "`my_challenge.py`", "here"),
     f"{BRIEF} does not name the file `my_challenge.py`. Say in the brief which file is to be filled in."),
    ("files-can-be-read", remove(BRIEF),
     f"{BRIEF} is missing. Write the brief: what to do, with which function, and how to run it."),
    ("brief-begins-with-its-title", replace(BRIEF, "# 10 · My challenge", "# Mine"),
     f"{BRIEF} begins with '# Mine'. Let it begin with `# 10 · My challenge`, as the card says."),
    ("brief-says-how-to-run-it", replace(BRIEF, "make play C=10", "make play"),
     f"{BRIEF} does not say how to run it. Put `make play C=10` into the brief."),
    ("brief-says-how-to-run-it", append(BRIEF, "make grade C=1\n"),
     f"{BRIEF} says `C=1`, another challenge's number. Write `C=10`."),
    ("points-of-the-brief-add-up", append(BRIEF, "It is worth 11 points.\n"),
     f"{BRIEF} speaks of 11 points, and the checks add up to 10. Mend one of them."),
    ("stub-is-handed-out", append(LEARNERS, "# mine\n"),
     f"{LEARNERS} is not the stub. Copy it to .stub.py, or .stub.py to it, whichever is the right one."),
    ("files-can-be-read", remove(LEARNERS), f"{LEARNERS} is missing. Hand the stub out: copy .stub.py to my_challenge.py."),
    ("stub-asks-for-one-function", in_stub("raise NotImplementedError", "return ''"),
     f"{STUB}:10 does not end `my_challenge` with `raise NotImplementedError`. Let it, so that an untouched stub can be told "
     "from an attempt."),
    ("stub-asks-for-one-function", in_stub("def my_challenge(prompt: str) -> str:\n    \"\"\"Stream", "def my_challenge(prompt: str) -> str:\n    b\"\"\"Stream"),
     f"{STUB}:10 says nothing in `my_challenge`. State the task in full in its docstring."),
    ("stub-asks-for-one-function", in_stub("def my_challenge(", "def another("),
     f"{STUB} has no function `my_challenge`. Define it, or name another in challenge.toml."),
    ("files-can-be-read", in_stub("raise NotImplementedError", "raise NotImplementedError)"),
     f"{STUB}, line 15, does not compile (unmatched ')'). Mend its syntax."),
    ("given-class-stands-in-the-stub", append(CARD, 'given = "Recipe"\n'),
     f"{STUB} has no class `Recipe`, which challenge.toml calls given. Put it there."),
    ("stub-and-solution-agree", replace(SOLUTION, "(prompt: str)", "(prompt: str, more: int = 1)"),
     f"{SOLUTION}:4 defines `my_challenge(prompt: str, more: int=1) -> str`, and the stub `my_challenge(prompt: str) -> str`. "
     "Let them agree."),
    ("stub-and-solution-agree", replace(SOLUTION, "def my_challenge", "def another"),
     f"{SOLUTION} has no function `my_challenge`. Define it as the stub does."),
    ("stub-and-solution-agree", in_stub("def my_challenge", "class Given: ...\n\ndef my_challenge"),
     f"{SOLUTION} lacks the given class `Given`. Take it over from the stub as it is."),
    ("stub-and-solution-agree",
     both(in_stub("def my_challenge", "class Given:\n    a = 1\n\ndef my_challenge"), append(SOLUTION, "class Given:\n    a = 2\n")),
     f"{SOLUTION} changes the given class `Given`. Take it over from the stub as it is."),
    ("solution-is-a-learners-code", replace(SOLUTION, "from common", "from grader.stream import sse\nfrom common"),
     f"{SOLUTION}:1 imports the grader. Use only what a learner has."),
    # -- what is checked
    ("checks-have-names-of-their-own", append(CHECKS, '\n\n@check(points=1)\ndef does_not_take_reads_for_events(lab: Lab) -> None:\n    """finds them again"""\n'),
     f"{CHECKS} defines `does_not_take_reads_for_events` twice. Give one of them another name: it is a check's id."),
    ("checks-have-names-of-their-own", replace(CHECKS, "returns the last word of the whole text", "prints each piece as it arrives"),
     f"{CHECKS} has two checks with the title 'prints each piece as it arrives'. Say in each what it alone asks."),
    ("files-can-be-read", replace(CHECKS, "def last_word(text: str) -> str:", "def last_word(text: str) -> str"),
     f"{CHECKS}, line 12, does not compile (expected ':'). Mend its syntax."),
    ("files-can-be-read", replace(CHECKS, '"""sends one request', '\'\'\n    """sends one request'),
     f"{CHECKS}: cannot be loaded: ValueError: check `asks_for_one_stream` has no docstring: its first line is the title that "
     "learners read"),
    ("checks-stand-behind-what-they-build-on", append(CHECKS, "\nprints_each_piece_as_it_arrives.__dict__['after'] = (does_not_take_reads_for_events,)\n"),
     f"{CHECKS} tries `prints-each-piece-as-it-arrives` before `does-not-take-reads-for-events`, on which it builds. Put "
     "`does-not-take-reads-for-events` above it."),
    ("every-check-is-worth-something", replace(CHECKS, "points=2", "points=0"),
     f"{CHECKS} gives 0 points for `asks-for-one-stream`. Give it more than 0."),
    ("scenarios-have-ids-of-their-own", replace(CHECKS, '"several-events", "two', '"plain", "two'),
     f"{CHECKS} has two scenarios with the id `plain`. Give one of them another id."),
    ("scenarios-have-ids-of-their-own", replace(CHECKS, '"one event a read, nothing unusual"', '" "'),
     f"{CHECKS} has a scenario `plain` without a title. Say what is special about it."),
    ("fixtures-are-there", replace(CHECKS, '"plain", cut', '"plane", cut'),
     f"{CHECKS} names the fixture `plane` for the scenario `several-events`, and {FIXTURES} has no plane.sse. Record one "
     "(`grader record`), or write it by hand."),
    ("fixtures-are-there", replace(CARD, 'play = "plain"', 'play = "plane"'),
     f"{CARD} names the fixture `plane` for `play`, and {FIXTURES} has no plane.sse. Record one (`grader record`), or write "
     "it by hand."),
    ("fixtures-are-there",
     lambda kit: [shutil.copy(kit.root / FIXTURES / f"plain.{end}", kit.root / FIXTURES / f"other.{end}") for end in ("sse", "toml")],
     f"{FIXTURES}/other.sse is used by no scenario of checks.py, nor by `play`. Use it, or remove it and its .toml."),
    ("fixtures-are-there", append(f"{FIXTURES}/other.toml", 'origin = "hand-made"'),
     f"{FIXTURES}/other.toml has no .sse beside it. Put the stream there, or remove it."),
    ("files-can-be-read", replace(f"{FIXTURES}/plain.sse", "data: {", "hello\ndata: {"),
     f"{FIXTURES}/plain.sse, line 1: expected `data: …`, `event: …`, a comment or a blank line, found 'hello'"),
    ("files-can-be-read", replace(f"{FIXTURES}/plain.toml", "note", "noted"),
     f"{FIXTURES}/plain.toml: key `note`: is missing"),
    ("fixtures-parse-and-salt", replace(f"{FIXTURES}/plain.sse", '{"role":"assistant","content":null,"refusal":null}', '{"content":7}'),
     f"{FIXTURES}/plain.sse cannot be salted (TypeError: sequence item 0: expected str instance, int found). Compare it with "
     "the other fixtures."),
    ("fixtures-parse-and-salt",
     lambda kit: (kit.root / FIXTURES / "plain.sse").write_text('data: {"choices":[{"delta":{"content":"?"}}]}\n\ndata: [DONE]\n\n'),
     f"{FIXTURES}/plain.sse is the same stream for every seed, so a hard-coded answer passes. Give it ids, texts or figures "
     "that salting changes."),
    ("scenarios-can-be-played", replace(CHECKS, "cut=cut.several_events_a_read", "cut=lambda parts, rng: [1]"),
     f"{CHECKS} has a scenario `several-events` whose cut makes 1 bytes of 5326. Let the lengths add up to the body's."),
    ("scenarios-can-be-played", replace(CHECKS, "cut=cut.several_events_a_read", "keeps_back=lambda reply: 99"),
     f"{CHECKS} has a scenario `several-events` that keeps event 99 back, and there are 23. Name one that is there."),
    ("scenarios-can-be-played", replace(CHECKS, "cut=cut.several_events_a_read", "edit=lambda parts: parts[99]"),
     f"{CHECKS} has a scenario `several-events` that cannot be played (IndexError: list index out of range). Mend what it "
     "does to the stream."),
    # -- submissions, and what is told
    ("submissions-are-there", empty(WRONG), f"{WRONG} holds no submission. Put a learner's mistake there, named `<id>--<disguise>.py`."),
    ("submissions-are-there", empty(RIGHT),
     f"{RIGHT} holds no submission. Put programs there that are right in other styles: {STYLES}."),
    ("submissions-are-there", append(f"{WRONG}/notes.txt", "?"),
     f"{WRONG}/notes.txt is no submission. Each is one .py file: rename it, or remove it."),
    ("files-can-be-read", append(OWN_WORDS, "[own-id]\nsays = 1\n"), f"{OWN_WORDS}: id `own-id`: key `family`: is missing"),
    ("wrong-submissions-are-named-by-a-known-id", append(f"{WRONG}/unheard-of--x.py", ""),
     f"{WRONG}/unheard-of--x.py has to be told `unheard-of`, an id without words. Take one of docs/misconceptions.md, or add "
     f"it to {OWN_WORDS}."),
    ("wrong-submissions-are-named-by-a-known-id", append(f"{WRONG}/not-flushed.py", ""),
     f"{WRONG}/not-flushed.py is not named `<id>--<disguise>.py`. Say in its name what it has to be told."),
    ("every-id-of-its-own-is-reached", append(OWN_WORDS, WORDS),
     f"{OWN_WORDS} has the id `own-id`, which no wrong submission is told. Add one as wrong/own-id--….py, or remove the id, or "
     "say in tests/submissions/unreached.toml why none can be had."),
    ("every-id-of-its-own-is-reached",
     both(append(OWN_WORDS, WORDS + '\n[[tables.texts]]\nid = "hard-coded"\nwhen = []\nbecause = "so"\n'), append(f"{WRONG}/own-id--x.py", "")),
     f"{OWN_WORDS} has the id `hard-coded`, which no wrong submission is told. Add one as wrong/hard-coded--….py, or remove "
     "the id, or say in tests/submissions/unreached.toml why none can be had."),
    ("hints-do-not-give-the-solution-away",
     both(append(OWN_WORDS, WORDS.replace("Third.", "Write `return  text.split()[-1]`.")), append(f"{WRONG}/own-id--x.py", "")),
     f"{OWN_WORDS} gives the solution away in hint 3 of `own-id`: it holds `returntext.split()[-1]`. Point to the line, and let "
     "the learner write it."),
    ("kit-lists-the-challenge", lambda kit: (kit.root / "README.md").write_text(""),
     f"README.md does not list {ID}. Add a row with a link to challenges/{ID}/README.md to its table."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "spoil", "message"), TABLE, ids=lambda v: v if isinstance(v, str) and " " not in v else ""
)
def test_what_is_spoiled_is_told_and_nothing_else(kit: Kit, rule: str, spoil: Spoil, message: str) -> None:
    spoil(kit)
    assert quick(kit) == [(rule, message)]


def test_a_folder_whose_name_is_malformed(kit: Kit) -> None:
    whole_folder(ID, "10-My_Challenge")(kit)
    said = [p.message for p in lint(kit, ["10"], Options(quick=True)).problems]
    assert (
        "challenges/10-My_Challenge is no name for a challenge. Call it two digits and a slug: `10-my-challenge`."
        in said
    )


def test_few_right_submissions_are_a_warning(kit: Kit) -> None:
    (problem,) = lint(kit, ["10"], Options(quick=True)).problems
    assert problem.severity == "warning"
    assert problem.message == f"{RIGHT} holds 2 right submissions, fewer than 8. Add other styles: {STYLES}."


def test_common_ids_are_told_somewhere_or_declared_with_a_reason(kit: Kit) -> None:
    """Only where the whole kit is looked at."""
    path = kit.root / "tests" / "submissions" / "unreached.toml"
    path.write_text('not-flushed = "x"\ngone = "x"\nhard-coded = " "\n')
    found = [p for p in lint(kit, [], Options(quick=True)).problems if p.rule == "every-common-id-is-reached"]
    said = [p.message for p in found]
    assert all(p.challenge == "" for p in found)
    assert (
        "grader/diagnosis/misconceptions.toml has the id `buffers-body`, which no wrong submission of any challenge is told. "
        "Add one, or remove the id, or say in tests/submissions/unreached.toml why none can be had."
    ) in said
    where = "tests/submissions/unreached.toml"
    assert f"{where} declares `not-flushed`, and a wrong submission is told it. Remove the entry." in said
    assert f"{where} declares `gone`, and there is no such id any more. Remove the entry." in said
    assert f"{where} gives no reason for `hard-coded`. Say why no wrong submission can be told it." in said
    assert not any("`wrong-text`" in message for message in said)
    path.write_text("not toml")
    assert any(p.message.startswith(f"{where}: not valid TOML") for p in lint(kit, [], Options(quick=True)).problems)


def test_every_rule_has_its_test() -> None:
    tested = {rule for rule, _, _ in TABLE}
    assert tested == {UNREADABLE, *map(name_of, RULES)} - {
        "tables-of-its-own-can-be-read"
    }  # it says what cannot be read


def test_the_kit_itself_keeps_the_quick_rules() -> None:
    problems = lint(Kit(ROOT), [], Options(quick=True)).problems
    assert [p.message for p in problems if p.severity == "error"] == []
