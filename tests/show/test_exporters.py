"""The forms that other tools read: what those tools ask for is there, and a learner's text can do nothing in them."""

from __future__ import annotations

import base64
import json
import math
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

from grader.report import ChallengeReport, Report
from grader.show import github, markdown
from grader.show.formats import Format, render
from grader.untrusted import escaped, visible
from tests import breadth
from tests.show import consumers
from tests.show.reports import FAULT, NOT_STARTED, PASSED, a_challenge, a_check, a_report, everything, simple

NASTY = [
    "\n::error file=x::forged", "::set-output name=x::y", "##[error]forged", "x ##[add-mask]y", "%0A::error::x", "::stop-commands::x",
    "```\n<b>out</b>", "``````", "`", "]]>", "<!--", "</failure>", "&#0;", "\x00\x0b\x1b[31m", "\ufffe\uffff\ud800", "\u202e", "@everybody",
    "[x](javascript:alert(1))", "![](http://x/y.png)", "http://example.org", "www.example.org", "</details>", "| a | b |", "# h", "1. x",
    "- x", "    code", "<script>alert(1)</script>", "&amp;", "\\", "$x$", "é" * 3000, "`a` `b", "* * *", "~~~", "=" * 9, "\t", "\r\n",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(), st.builds("".join, st.lists(st.sampled_from(NASTY), max_size=4)))
ENVIRONMENT = {
    "CLASSROOM": "cs50", "ASSIGNMENT": "streams", "OWNER": "ada", "SUBMISSION_TAG": "submit/2026-01-02T03-04-05Z-abc",
    "COMMIT_URL": "https://example.org/commit", "RELEASE_URL": "https://example.org/release",
}  # fmt: skip
REPORTS = {
    "everything": everything(),
    "passed": a_report(PASSED, status="pass"),
    "fault": a_report(FAULT, status="error"),
    "not-started": a_report(NOT_STARTED),
    "empty": a_report(status="pass"),
    "unread": a_report(simple("01-one", "fail", a_check(status="fail", points=0, diagnosis="syntax-error", message="no"))),
    "a half": a_report(simple("01-one", "fail", a_check(status="fail", points=0.5, max_points=1.5, diagnosis="x", message="m"))),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "REVIEW_URL", "ASSIGNMENT_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def data(report: Report, format: Format) -> dict:
    text = render(report, format, 1)
    text = base64.b64decode(text).decode() if format is Format.classroom else text
    return json.loads(text, parse_constant=lambda name: pytest.fail(name))


SCHEMAS = {
    Format.gradescope: consumers.GRADESCOPE,
    Format.classroom50: consumers.CLASSROOM50,
    Format.classroom: consumers.CLASSROOM,
    Format.exercism: consumers.EXERCISM,
}


@pytest.mark.parametrize("format", SCHEMAS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_fits_what_the_tool_reads(name: str, format: Format) -> None:
    jsonschema.validate(data(REPORTS[name], format), SCHEMAS[format])


@settings(max_examples=breadth.examples(25), deadline=None)
@given(TEXTS)
def test_and_so_does_one_with_any_text_in_it(text: str) -> None:
    report = everything(text)
    for format, schema in SCHEMAS.items():
        jsonschema.validate(data(report, format), schema)
        assert visible(render(report, format, 1)) == render(report, format, 1)


@pytest.mark.parametrize("format", list(Format))
def test_a_stored_report_gives_the_same_bytes(format: Format) -> None:
    report = everything("olá \x1b[31m")
    stored = Report.model_validate(json.loads(report.to_json()))
    assert render(stored, format, 1) == render(report, format, 1) == render(report, format, 1)


@pytest.mark.parametrize("format", [f for f in Format if f is not Format.json and f is not Format.html])
def test_there_is_no_hint_where_none_is_asked_for(format: Format) -> None:
    challenge = simple(
        "01-one", "fail", a_check(status="fail", points=0, diagnosis="some-new-id", message="m", hint="Look here.")
    )
    report = a_report(challenge)
    with_hint, without = render(report, format, 1), render(report, format, 0)
    if format is Format.classroom:
        with_hint, without = base64.b64decode(with_hint).decode(), base64.b64decode(without).decode()
    assert "Look here" not in without
    assert ("Look here" in with_hint) == (format is not Format.text)  # a terminal shows those of the kit


# -- JUnit ------------------------------------------------------------------------------------------------------------


def suites(report: Report) -> JUnitXml:
    return JUnitXml.fromstring(render(report, Format.junit, 1).encode())


def test_junit_counts_what_there_is_and_tells_failures_from_faults() -> None:
    root = suites(everything())
    assert (root.tests, root.failures, root.errors, root.skipped) == (7, 3, 1, 1)
    assert [suite.name for suite in root] == ["01-inspect-a-chunk", "02-two", "03-three", "04-four"]
    results = [[type(result) for result in case.result] for suite in root for case in suite]
    assert results == [[], [Failure], [Failure], [Skipped], [], [Error], [Failure]]
    for suite in root:
        before = suite.tests, suite.failures, suite.errors, suite.skipped
        suite.update_statistics()
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == before


def test_junit_has_points_seed_and_what_was_graded_as_properties_and_the_place_as_attributes() -> None:
    challenge = a_challenge().model_copy(update={"file": "challenges/01/x.py"})
    suite = next(iter(suites(a_report(challenge))))
    facts = {prop.name: prop.value for prop in suite.properties()}
    assert (facts["grader.points"], facts["grader.max_points"], facts["grader.seed"]) == ("2", "7", "7")
    assert facts["grader.submission_sha256"] == "0" * 64
    case = list(suite)[1]
    said = {prop.get("name"): prop.get("value") for prop in case._elem.iter("property")}
    assert (said["grader.diagnosis"], said["grader.max_points"]) == ("not-flushed", "3")
    assert (case._elem.get("file"), case._elem.get("line")) == ("challenges/01/x.py", "14")
    assert case.result[0].type == "not-flushed"


def test_junit_names_are_unique_and_hold_nothing_that_changes_from_run_to_run() -> None:
    one = a_check(title="twice")
    challenge = simple("01-one", "pass", one).model_copy(update={"checks": [one, a_check(id="b", title="twice")]})
    names = [[case.name for case in suite] for suite in suites(a_report(challenge))]
    assert names == [["twice (a)", "twice (b)"]]
    other = a_report(challenge).model_copy(update={"seed": 99, "started": "2027-01-01T00:00:00Z"})
    assert [[case.name for case in suite] for suite in suites(other)] == names


@settings(max_examples=breadth.examples(25), deadline=None)
@given(TEXTS)
def test_junit_can_be_read_whatever_a_learner_wrote(text: str) -> None:
    case = list(next(iter(suites(everything(text)))))[1]
    assert case.result[0].message == escaped(text)
    assert len(list(suites(everything(text)))) == 4


# -- Gradescope, Classroom 50, Classroom, Exercism --------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_sums_are_those_of_the_report_in_every_tool(name: str) -> None:
    report = REPORTS[name]
    scope = data(report, Format.gradescope)
    assert math.isclose(sum(test["score"] for test in scope["tests"]), scope["score"])
    assert scope["score"] == report.points
    fifty = data(report, Format.classroom50)
    assert sum(test["score"] for test in fifty["tests"]) == fifty["score"] <= fifty["max-score"]
    assert sum(test["max-score"] for test in fifty["tests"]) == fifty["max-score"]
    if name != "a half":
        assert fifty["score"] == report.points


def test_in_gradescope_nothing_is_hidden_and_a_learners_output_is_text() -> None:
    tests = data(everything("<b>x</b>"), Format.gradescope)["tests"]
    assert {test["visibility"] for test in tests} == {"visible"}
    assert {test["output_format"] for test in tests} == {"text"}
    assert len({test["number"] for test in tests}) == len(tests)
    assert [test.get("status") for test in tests] == ["passed", "failed", "failed", "failed", "passed", None, "failed"]


def test_classroom_50_keeps_the_diagnosis_beside_the_score() -> None:
    result = data(everything(), Format.classroom50)
    assert result["tests"][1]["diagnosis"] == "not-flushed"
    assert (result["classroom"], result["owner"], result["review"]) == ("cs50", "ada", ENVIRONMENT["COMMIT_URL"])
    assert [test["passed"] for test in result["tests"]] == [True, False, False, False, True, False, False]


@pytest.mark.parametrize("name", REPORTS)
def test_the_classroom_reporters_two_ways_to_add_up_agree(name: str) -> None:
    result = data(REPORTS[name], Format.classroom)
    tests = result["tests"]
    table = sum(test["status"] == "pass" for test in tests) / len(tests) * result["max_score"]
    notice = sum(test["score"] for test in tests)
    assert table == notice


def test_the_graders_own_fault_costs_nothing_in_classroom_and_is_told_where_there_is_nothing_else() -> None:
    result = data(a_report(PASSED, FAULT, status="error"), Format.classroom)
    assert (result["status"], result["max_score"], [t["score"] for t in result["tests"]]) == ("error", 1, [1])
    alone = data(a_report(FAULT, status="error"), Format.classroom)
    assert "the grader failed" in alone["tests"][0]["message"]


@given(TEXTS)
@settings(max_examples=breadth.examples(25), deadline=None)
def test_what_the_classroom_reporter_prints_into_a_log_is_no_command(text: str) -> None:
    for test in data(everything(text), Format.classroom)["tests"]:
        printed = f"❌ {test['name']}\n\nError: {test['message']}\n"
        assert commands(printed) == []


def test_exercism_has_the_tests_in_order_a_task_a_challenge_and_the_output_within_its_limit() -> None:
    long = "x" * 2000
    result = data(everything(long), Format.exercism)
    assert result["status"] == "fail"
    assert [test["status"] for test in result["tests"]] == ["pass", "fail", "fail", "fail", "pass", "error", "fail"]
    assert [test.get("task_id") for test in result["tests"]] == [1, 1, 1, 1, 2, 3, 4]
    output = result["tests"][1]["output"]
    assert len(output) <= 500
    assert output.startswith("stdout: xxx")
    assert "stderr: xxx" in output


def test_exercism_calls_it_an_error_where_no_test_could_be_run_and_says_why() -> None:
    for name, says in (("unread", "no"), ("fault", "the grader failed"), ("empty", "Nothing was graded")):
        result = data(REPORTS[name], Format.exercism)
        assert result["status"] == "error"
        assert says in result["message"]
    huge = a_report(
        simple("01-one", "fail", a_check(status="fail", points=0, diagnosis="syntax-error", message="y" * 99_999))
    )
    assert len(data(huge, Format.exercism)["message"]) <= 65535


# -- GitHub Actions ---------------------------------------------------------------------------------------------------

KNOWN = "error warning notice debug group endgroup add-mask set-output save-state set-env add-path echo stop-commands"


def commands(log: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner takes for commands, as its parser does it: `::name props::data` from a line's start, and
    `##[name props]data` from anywhere in it; while they are stopped, the token alone."""
    found, token = [], None
    for line in re.split(r"\r\n|\r|\n", log):
        if token is not None:
            token = None if line.strip() == f"::{token}::" else token
            continue
        new = re.match(r"\s*::([A-Za-z-]+)(?: ([^:]*))?::(.*)", line)
        old = re.search(r"##\[([A-Za-z-]+)(?: ([^\]]*))?\](.*)", line)
        match = new or old
        if match is None or match[1] not in KNOWN.split():
            continue
        if match[1] == "stop-commands":
            token = match[3]
            continue
        facts = dict(part.split("=", 1) for part in (match[2] or "").split(",") if "=" in part)
        found.append((match[1], facts, match[3]))
    assert token is None, "commands stay stopped"
    return found


@settings(max_examples=breadth.examples(60), deadline=None)
@given(TEXTS)
def test_the_only_commands_in_the_log_are_ours(text: str) -> None:
    found = commands(render(everything(text), Format.github, 1))
    plain = commands(render(everything(), Format.github, 1))
    assert sorted(kind for kind, _, _ in found) == sorted(kind for kind, _, _ in plain)
    assert all(set(facts) <= {"file", "line", "title"} for _, facts, _ in found)


def test_an_annotation_stands_at_the_learners_line() -> None:
    challenge = a_challenge().model_copy(update={"file": "challenges/01,a/x.py"})
    kind, facts, said = commands(render(a_report(challenge), Format.github, 1))[0]
    assert (kind, facts["file"], facts["line"]) == ("error", "challenges/01%2Ca/x.py", "14")
    assert facts["title"] == "01 Inspect a chunk%3A not-flushed"
    assert "%0Ahint" in said


def test_where_the_kit_lies_in_a_folder_of_the_repository_the_path_begins_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kit = tmp_path / "course" / "kit"
    (kit / "challenges" / "01-one").mkdir(parents=True)
    (kit / "challenges" / "01-one" / "challenge.toml").write_text("")
    monkeypatch.setenv("GRADER_KIT", str(kit))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    challenge = a_challenge().model_copy(update={"file": "challenges/01-one/x.py"})
    found = commands(render(a_report(challenge), Format.github, 1))
    assert found[0][1]["file"] == "course/kit/challenges/01-one/x.py"


def test_not_more_than_ten_of_a_kind_and_the_last_says_how_many_are_left_out() -> None:
    def many(count: int) -> list[ChallengeReport]:
        return [a_challenge().model_copy(update={"id": f"{i:02}-x"}) for i in range(count)]

    ten = [line for line in github.annotated(a_report(*many(5)), 1) if line.startswith("::error")]
    assert len(ten) == 10
    assert not any("more" in line.partition("title=grader")[2] for line in ten)
    lines = [line for line in github.annotated(a_report(*many(30)), 1) if line.startswith("::error")]
    assert len(lines) == 10
    assert lines[-1].endswith("and 51 more: they stand in the log and in the summary")


def test_nobody_knows_the_token_before_the_report_is_made() -> None:
    tokens = {render(everything(text), Format.github, 1).partition("\n")[0] for text in ("a", "b")}
    assert len(tokens) == 2
    assert all(re.fullmatch(r"::stop-commands::[0-9a-f]{32}", token) for token in tokens)


def test_the_summary_is_appended_to_what_is_there_and_keeps_to_the_limit_of_a_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    github.summarise(everything(), 1)
    once = path.read_text("utf-8")
    assert once == markdown.text(everything(), 1)
    path.write_text("x" * (markdown.MOST_BYTES - 500))
    github.summarise(everything(), 1)
    assert path.stat().st_size <= markdown.MOST_BYTES
    assert "longer than can be shown" in path.read_text("utf-8")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    before = path.read_bytes()
    github.summarise(everything(), 1)
    assert path.read_bytes() == before


# -- Markdown ---------------------------------------------------------------------------------------------------------

READER = MarkdownIt("gfm-like", {"linkify": False}).enable("table")


def kinds(source: str) -> list[str]:
    """The elements of a page in their order, but for the bare text in it."""
    found = []
    for token in READER.parse(source):
        found += [child.type for child in token.children or [token] if child.type not in ("text", "softbreak")]
    return found


def raw_html(source: str) -> set[str]:
    tokens = [t for token in READER.parse(source) for t in (token.children or [token])]
    return {token.content.strip() for token in tokens if token.type in ("html_inline", "html_block")}


OURS = {"<!-- -->", "<sub>", "</sub>", "</details>"} | {
    f"<details><summary>{title}</summary>" for title in ("What your program wrote", "All checks")
}


@settings(max_examples=breadth.examples(80), deadline=None)
@given(TEXTS.filter(str.strip))
def test_no_text_makes_an_element_of_the_page(text: str) -> None:
    source = render(everything(text), Format.markdown, 1)
    assert raw_html(source) <= OURS
    elements = {"code_inline", "html_inline", "html_block"}
    assert [k for k in kinds(source) if k not in elements] == [
        k for k in kinds(render(everything("text"), Format.markdown, 1)) if k not in elements
    ]
    assert visible(source) == source


@given(TEXTS)
def test_prose_reads_as_it_was_written(text: str) -> None:
    line = visible(text).replace("\n", " ").strip()
    tokens = READER.parseInline(markdown.prose(line))[0].children or []
    said = "".join(token.content for token in tokens if token.type != "html_inline")
    assert re.sub(r"\s+", " ", said).strip() == re.sub(r"\s+", " ", re.sub(r"`([^`\n]+)`", r"\1", line)).strip()


@given(TEXTS)
def test_a_block_of_code_ends_where_we_end_it(text: str) -> None:
    shown = visible(text)
    tokens = READER.parse(markdown.block(shown) + "\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.rstrip("\n") == shown.rstrip("\n")


def test_a_report_that_is_too_long_loses_its_last_challenges_and_says_so() -> None:
    report = a_report(*[a_challenge().model_copy(update={"id": f"{i:02}-x", "title": f"T{i}"}) for i in range(20)])
    short = markdown.text(report, 1, 5000)
    assert len(short.encode()) <= 5000
    assert "T0" in short
    assert "### ❌ 19" not in short
    assert "longer than can be shown" in short
    for most in range(0, 300, 7):
        assert len(markdown.text(report, 1, most).encode()) <= most


@pytest.mark.parametrize("given", [True, False])
def test_a_seed_that_was_given_is_marked_in_every_form(given: bool) -> None:
    report = everything().model_copy(update={"seed_given": given})
    for format in (Format.text, Format.html, Format.markdown, Format.github):
        assert bool(re.search(r"seed (<code>)?7(</code>)?, given", render(report, format, 1))) == given
    assert f'name="grader.seed_given" value="{str(given).lower()}"' in render(report, Format.junit, 1)
    assert data(report, Format.gradescope)["extra_data"]["seed_given"] is given
    assert data(report, Format.classroom50)["tests"][0]["seed_given"] is given
