"""The tables: from evidence to id, in order of trial, and what a challenge adds to them."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cases import case, challenge, raised, row, words

from grader.challenge import find_kit, load_all
from grader.diagnosis import evidence as registry
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.misconceptions import misconceptions
from grader.diagnosis.tables import book, parted
from grader.errors import GraderFault, UsageError

ROOT = Path(__file__).parents[2]
SYMPTOMS = {
    "start", "requests", "arrival", "ending", "waits", "type", "value", "accepted", "refusal", "too-early",
}  # fmt: skip


def usage_error(folder: Path) -> str:
    with pytest.raises(UsageError) as info:
        book(folder)
    return str(info.value)


# -- the common tables ---------------------------------------------------------------------------------------------


def test_every_id_of_the_tables_and_routes_has_its_words() -> None:
    common = book()
    ids = {entry.id for rows in common.tables.values() for entry in rows} | {route.general for route in common.routes}
    assert ids <= set(misconceptions())


def test_every_table_is_tried_by_some_route_and_belongs_to_a_family() -> None:
    common = book()
    assert {table for route in common.routes for table in route.tables} == set(common.tables) == set(common.about)
    assert {family for family, _ in common.about.values()} <= {text.family for text in misconceptions().values()}


def test_every_symptom_of_the_checks_has_a_route() -> None:
    assert {route.symptom for route in book().routes} >= SYMPTOMS
    last = book().routes[-1]
    assert (last.symptom, last.field, last.when) == ("", "", []), "the last one fits whatever was seen"


def test_all_evidence_that_can_be_named_says_what_it_looks_at_and_that_of_the_families_is_named() -> None:
    common = book()
    named = {parted(name, common.known)[0] for rows in common.tables.values() for entry in rows for name in entry.when}
    named |= {parted(name, common.known)[0] for route in common.routes for name in route.when}
    for name, entry in common.known.items():
        assert entry.says, name
        if entry.holds.__module__ != "grader.diagnosis.general":
            assert name in named


def test_no_row_stands_behind_one_that_always_holds() -> None:
    for name, rows in book().tables.items():
        always = [number for number, entry in enumerate(rows) if not entry.when]
        assert always in ([], [len(rows) - 1]), name


def test_the_tables_are_not_loaded_before_a_check_has_failed() -> None:
    code = "import sys, grader.grading; print([m for m in sys.modules if m.startswith('grader.diagnosis')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "grader.diagnosis.diagnose" in done.stdout
    for late in ("tables", "texts", "exceptions", "experiments"):
        assert f"grader.diagnosis.{late}'" not in done.stdout


# -- trial ---------------------------------------------------------------------------------------------------------


def test_the_first_row_that_holds_decides_and_says_why() -> None:
    found = diagnose(case("ending", kind="raised", error=raised("MemoryError")))
    assert (found.id, found.because) == ("killed", "it had used all the memory that a run may use")
    assert diagnose(case("ending", kind="stuck")).id == "timed-out"
    assert diagnose(case("ending", kind="raised", error=raised("ZeroDivisionError"))).id == "crashed"


def test_where_no_row_holds_the_route_gives_its_general_id_without_evidence() -> None:
    for symptom, field, general in (("type", "", "wrong-return-type"), ("waits", "", "ignores-done"),
                                    ("value", "seconds", "wrong-text"), ("made-up", "", "wrong-text")):  # fmt: skip
        found = diagnose(case(symptom, field))
        assert (found.id, found.because) == (general, "")


def test_what_the_check_itself_knows_is_not_asked_of_any_table() -> None:
    assert diagnose(case("ending", kind="stuck"), "milliseconds").id == "milliseconds"


def test_evidence_that_stumbles_decides_nothing(tmp_path: Path) -> None:
    folder = challenge(tmp_path, words("own"), row("finish-reason", "own", "only with the trait: crlf", first=True))
    assert (
        diagnose(case("value", "finish_reason", actual="stop", trait="crlf"), folder=folder).id
        == "finish-reason-invented"
    )


def test_the_graders_own_fault_is_no_evidence_and_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> bool:
        raise GraderFault("the server is gone")

    broken = registry.Evidence("a finish reason came back", fails)
    known = {**book().known, broken.name: broken}
    monkeypatch.setattr("grader.diagnosis.tables.known_evidence", lambda folder=None: known)
    with pytest.raises(GraderFault):
        diagnose(case("value", "finish_reason", actual="stop"))


# -- evidence that needs no Python ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "holds", "not_this"),
    [
        ("symptom: value or type", case("type"), case("ending")),
        ("field: usage", case(field="usage"), case(field="text")),
        ("scenario: crlf", case(scenario="crlf"), case(scenario="plain")),
        ("trait: gaps or comments", case(trait="comments"), case(trait="")),
        ("outcome: raised", case(kind="raised"), case(kind="returned")),
        ("exception: LookupError", case(error=raised("KeyError", "'x'", "LookupError")), case(error=raised("OSError"))),
        ("exactly the exception: KeyError", case(error=raised("KeyError")), case(error=raised("Mine", "", "KeyError"))),
        ("exception says: not: found", case(error=raised("E", "it was not: found")), case(error=raised("E", "found"))),
        ("exception says: x", case(error=raised("E", "x")), case()),
        ("returned: null", case(value=None), case(value="")),
        ("returned: null", case(value=None), case(kind="raised")),
        ("returned: [1, {\"a\": true}]", case(value={"$": "tuple", "items": [1, {"a": True}]}), case(value=[1, {"a": 1}])),
        ("what came back is of the type: generator or X", case(value={"$": "object", "type": "X"}), case(value="X")),
        ("what came back is of the type: generator", case(value={"$": "object", "type": "generator"}), case()),
        ("seen: 1", case(actual=1), case(actual=1.0)),
        ("expected: \"a\"", case(expected="a"), case(expected=None)),
    ],
)  # fmt: skip
def test_generic_evidence(tmp_path: Path, name: str, holds, not_this) -> None:
    common = book(challenge(tmp_path, words("own"), row("texts", "own", name)))
    assert common.holds([name], holds)
    assert not common.holds([name], not_this)


# -- a challenge's own ---------------------------------------------------------------------------------------------


def test_a_challenge_brings_words_rows_tables_and_routes_of_its_own(tmp_path: Path) -> None:
    route = '[[routes]]\nsymptom = "clock"\nfield = "total"\ntables = ["seconds"]\ngeneral = "own"\n'
    folder = challenge(
        tmp_path, words("own"), words("other"), route,
        row("seconds", "other", "seen: 1000"), row("finish-reason", "own", "seen: null", first=True),
        row("finish-reason", "other", "seen: 7"),
    )  # fmt: skip
    assert diagnose(case("clock", "total", actual=1000), folder=folder).id == "other"
    assert diagnose(case("clock", "total", actual=1), folder=folder).id == "own"
    assert diagnose(case("value", "finish_reason", actual=None), folder=folder).because == "by its own row"
    # What is not `first` comes before the table's last row alone.
    assert diagnose(case("value", "finish_reason", actual=7), folder=folder).id == "other"
    assert diagnose(case("value", "finish_reason", actual=8), folder=folder).id == "finish-reason-lost"
    assert diagnose(case("value", "finish_reason", actual="stop"), folder=folder).id == "finish-reason-invented"
    # And none of it is another challenge's business.
    assert diagnose(case("value", "finish_reason", actual=None)).id == "finish-reason-lost"
    assert misconceptions(folder.parent)["own"].hints == ("A.", "B.", "C.")


def test_a_challenges_checks_may_look_for_evidence_of_their_own(tmp_path: Path) -> None:
    folder = challenge(tmp_path, words("own"), row("finish-reason", "own", "it ends so: x", "it is odd", first=True))
    assert "evidence 'it ends so:' is not known" in usage_error(folder)
    (folder / "checks.py").write_text(
        "from grader.checking import Case, evidence\n"
        "@evidence('it ends so:')\ndef ends_so(case, end):\n    '''With these letters.'''\n    return case.actual.endswith(end)\n"
        "@evidence('it is odd')\ndef odd(case):\n    '''In length.'''\n    return len(case.actual) % 2 == 1\n"
    )
    spec = importlib.util.spec_from_file_location("own_checks", folder / "checks.py")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    found = {
        actual: diagnose(case("value", "finish_reason", actual=actual), folder=folder).id
        for actual in ("aax", "ax", "aaa", "")
    }
    assert found == {
        "aax": "own",
        "ax": "finish-reason-invented",
        "aaa": "finish-reason-invented",
        "": "finish-reason-lost",
    }
    assert "it is odd" not in book().known


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    folder = challenge(tmp_path, words("own"))
    assert diagnose(case("value", "deltas"), folder=folder).id == "deltas-altered"
    challenge(tmp_path, words("own"), row("deltas", "own", first=True))
    assert diagnose(case("value", "deltas"), folder=folder).id == "own"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (row("texts", "own", "trait: x") + row("texts", "own", "outcom: raised"),
         r"table `texts`, row 2 \(`own`\): evidence 'outcom:' is not known: expected .*such as 'outcome:'"),
        (row("texts", "owm", "trait: x"), r"table `texts`, row 1 \(`owm`\): id 'owm' is not known: expected .*such as 'own'"),
        (row("texts", "own", "trait:"), r"table `texts`, row 1 .*evidence 'trait:': '' does not fit"),
        (row("texts", "own", "returned: nul"), r"row 1 .*evidence 'returned: nul': 'nul' does not fit.*JSON"),
        (row("texts", "own", "status: four"), r"'four' does not fit"),
        ("[[tables.texts]]\nid = 'own'\nwhen = []", r"table `texts`, row 1: key `tables.texts.0.because`: is missing"),
        ("[[tables.texts]]\nid = 'own'\nwhen = 'x'\nbecause = 'x'", r"table `texts`, row 1: key `tables.texts.0.when`"),
        ("[[tables.texts]]\nid = 'own'\nwhen = []\nbecause = 'x'\nwhy = 1", r"row 1: key `tables.texts.0.why`"),
        ("[[routes]]\nsymptom = 'x'\ntables = ['text']\ngeneral = 'own'", r"route 1 \(symptom `x`\): table 'text' is not known.*'texts'"),
        ("[[routes]]\nsymptom = 'x'\ntables = []\ngeneral = 'oww'", r"route 1 .*id 'oww' is not known"),
        ("[[routes]]\ntables = []", r"route 1: key `routes.0.general`: is missing"),
        ("[[routes]", "not valid TOML"),
        ("own = 1", r"not valid TOML|id `own`"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table_names_file_table_row_and_what_was_expected(tmp_path: Path, parts: str, says: str) -> None:
    folder = challenge(tmp_path, words("own"), parts)
    message = usage_error(folder)
    assert message.startswith(str(folder / "misconceptions.toml"))
    assert re.search(says, message), message


def test_the_kits_own_challenges_have_tables_without_mistakes() -> None:
    for one in load_all(find_kit(ROOT)):
        one.checks()
        assert book(one.folder).routes
