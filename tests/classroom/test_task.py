from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.task import SeedPolicy, Task, fair
from grader.errors import UsageError

KEY = ("ada", "01-inspect-a-chunk", "a" * 64)


def test_seeds_differ_by_class_student_challenge_and_bytes() -> None:
    policy = SeedPolicy.parse("per-student")
    keys = [KEY, ("bob", *KEY[1:]), (KEY[0], "02", KEY[2]), (*KEY[:2], "b" * 64), ("ad", "a01-inspect-a-chunk", KEY[2])]
    seeds = {policy.seed(secret, key) for secret in (1, 2) for key in keys}
    assert len(seeds) == 10
    assert policy.seed(1, KEY) == policy.seed(1, KEY)
    assert not policy.given


def test_a_fixed_seed_is_the_same_for_all() -> None:
    policy = SeedPolicy.parse("fixed:07")
    assert policy.name == "fixed:7"
    assert policy.given
    assert {policy.seed(1, KEY), policy.seed(2, ("bob", *KEY[1:]))} == {7}


@pytest.mark.parametrize("text", ["", "fixed", "fixed:", "fixed:-1", "fixed:x", "per-class", "fixed:" + "9" * 30])
def test_a_policy_that_there_is_not_is_named(text: str) -> None:
    with pytest.raises(UsageError, match=r"--seed-policy .*: expected"):
        SeedPolicy.parse(text)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers())))
def test_students_take_turns(items: list[tuple[str, int]]) -> None:
    order = list(fair(items, lambda item: item[0]))
    assert Counter(order) == Counter(items)
    for student in "abcd":  # each one's own stay in their order
        assert [i for i in order if i[0] == student] == [i for i in items if i[0] == student]
    left = Counter(student for student, _ in items)
    had: Counter[str] = Counter()
    for student, _ in order:  # nobody is two ahead of one who still waits
        had[student] += 1
        assert all(had[student] <= had[other] + 1 for other in left if had[other] < left[other])


@given(st.binary(), st.text(), st.integers(0, 2**48))
def test_a_task_survives_being_sent(source: bytes, origin: str, seed: int) -> None:
    task = Task(*KEY, source, origin, "0.1.0+abc", "per-student", seed, False, 3)
    assert Task.from_json(task.to_json()) == task
