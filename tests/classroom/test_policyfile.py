"""class.toml is read strictly: nothing in it is ignored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom.policy import Extension, Policy
from grader.classroom.policyfile import load, parse
from grader.errors import UsageError
from tests import breadth
from tests.classroom.classes import FIRST, SECOND, THIRD

IDS = [FIRST, SECOND, THIRD]

WHOLE = """
zone = "Europe/Berlin"
counts = "last"
attempts = 5
late_days = 3
late_penalty = 10
grace = 15
only = ["1", "prove"]
total_column = "Streaming (99)"

[challenge.1]
deadline = 2026-11-30
weight = 60
column = "Week 1 (98)"

[challenge.02-prove-include-usage]
deadline = 2026-12-07T18:00:00
counts = "best"
late_limit = 2

[challenge.stream]
deadline = 2026-12-07T18:00:00Z

[[extensions]]
student = "s1"
days = 2

[[extensions]]
student = "s2"
challenge = "2"
deadline = 2026-12-24

[[handed_in]]
student = "s3"
challenge = "1"
at = 2026-12-01T09:30:00
"""


def test_all_of_it_is_read() -> None:
    policy = parse(WHOLE, "class.toml", IDS)
    rules = policy.of(FIRST)
    assert rules.deadline == datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)  # the end of the day in Berlin
    assert (rules.counts, rules.attempts, rules.late_penalty, rules.grace) == ("last", 5, 0.1, 900)
    assert policy.of(SECOND).deadline == datetime(2026, 12, 7, 17, tzinfo=UTC)
    assert (policy.of(SECOND).counts, policy.of(SECOND).late_limit) == ("best", 2)
    assert policy.of(THIRD).deadline == datetime(2026, 12, 7, 18, tzinfo=UTC)
    assert (policy.only, policy.weights, policy.late_days) == ((FIRST, SECOND), {FIRST: 60}, 3)
    assert (policy.columns, policy.total_column) == ({FIRST: "Week 1 (98)"}, "Streaming (99)")
    assert policy.extensions[0] == Extension("s1", None, 2)
    assert policy.extensions[1] == Extension("s2", SECOND, 0, datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC))
    assert policy.handed_in == {("s3", FIRST): datetime(2026, 12, 1, 8, 30, tzinfo=UTC)}


def test_whose_word_counts_may_be_said_of_all_and_of_one() -> None:
    policy = parse('trust = "server"\n[challenge.2]\ntrust = "ci"\n', "class.toml", IDS)
    assert (policy.of(FIRST).trust, policy.of(SECOND).trust) == ("server", "ci")
    assert parse("", "class.toml", IDS).of(FIRST).trust == "local"
    with pytest.raises(UsageError, match="trust"):
        parse('trust = "me"', "class.toml", IDS)


def test_an_empty_file_has_no_rules() -> None:
    policy = parse("", "class.toml", IDS)
    assert policy.of(FIRST) == Policy().of(FIRST)
    assert policy.late_days == 0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("deadlin = 2026-11-30", "deadlin"),
        ("[challenge.1]\ndeadline = 2026-11-30", "nothing says what being late costs. Set `late_penalty`"),
        ("[challenge.9]\nweight = 1", "no challenge '9'. There are: 01-inspect-a-chunk"),
        ("[challenge.1]\n[challenge.01-inspect-a-chunk]", "names one challenge in two tables"),
        ('deadline = "30.11.2026"\nlate_penalty = 1', "expected a date without quotes, such as 2026-11-30"),
        ("zone = 'Mars/Olympus'", "no time zone 'Mars/Olympus'"),
        ("zone = '../../etc/passwd'", "no time zone"),
        ("late_penalty = 120", "late_penalty"),
        ("attempts = 0", "attempts"),
        ("counts = 'worst'", "counts"),
        ("[[extensions]]\nstudent = 's1'", "needs either `days` or `deadline`"),
        ("[challenge.1]\nweight = nan", "weight"),
        ("a = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, what: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(text, "class.toml", IDS)
    assert str(error.value).startswith("class.toml: ")
    assert what in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "class.toml", IDS)
    (tmp_path / "class.toml").write_bytes(b"# Z\xfcrich")
    with pytest.raises(UsageError, match="is not UTF-8"):
        load(tmp_path / "class.toml", IDS)


KEYS = st.sampled_from(
    ["deadline", "late_penalty", "attempts", "zone", "only", "counts", "late_days", "challenge.1.weight", "x"]
)
VALUES = st.sampled_from(["2026-11-30", "07:00:00", "1e999", "-1", "'a'", "[1]", "['1']", "true", "{}", "9999-12-31T23:59:59-12:00", "0001-01-01"])  # fmt: skip


@settings(max_examples=breadth.examples(200), deadline=timedelta(seconds=2))
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_file_is_a_policy_or_says_why_it_is_none(pairs: dict[str, str]) -> None:
    try:
        parse("\n".join(f"{key} = {value}" for key, value in pairs.items()), "class.toml", IDS)
    except UsageError as error:
        assert str(error).startswith("class.toml: ")
