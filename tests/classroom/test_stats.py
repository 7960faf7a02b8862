"""Class statistics: what each figure counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.model import Attempt, Student
from grader.classroom.stats import Stuck, class_stats, correlation
from tests.classroom.classes import FIRST, POINTS, SECOND, THIRD, attempt

IDS = list(POINTS)


def students(*ids: str) -> list[Student]:
    return [Student(id) for id in ids]


def tries(student: str, *told: str | None, challenge: str = FIRST) -> list[Attempt]:
    """Attempts in a row: None passed, else that was told."""
    return [
        attempt(student, challenge, POINTS[challenge] if d is None else 2.0, number=n, diagnosis=d)
        for n, d in enumerate(told, 1)
    ]


def test_a_challenge_counts_who_tried_it_and_each_by_their_best() -> None:
    made = [*tries("a", "late", None), *tries("b", "late", "late"), attempt("c", points=0, status="not-started"),
            attempt("d", points=0, status="error")]  # fmt: skip
    stats = class_stats(students("a", "b", "c", "d"), made, IDS)
    first, second, _ = stats.challenges
    assert (first.students, first.passed, first.attempts, first.pass_rate) == (2, 1, 4, 0.5)
    assert first.difficulty == pytest.approx((1.0 + 0.2) / 2)
    assert (second.students, second.pass_rate, second.difficulty, second.discrimination) == (0, None, None, None)
    assert (stats.students, stats.idle) == (4, ["c", "d"])


def test_discrimination_is_the_correlation_of_passing_with_the_share_on_the_others() -> None:
    made = [
        attempt("a", FIRST, 10), attempt("a", SECOND, 20), attempt("a", THIRD, 8),
        attempt("b", FIRST, 10), attempt("b", SECOND, 12),
        attempt("c", FIRST, 3), attempt("c", SECOND, 4), attempt("c", THIRD, 1),
        attempt("d", FIRST, 0),  # tried nothing else: says nothing here
    ]  # fmt: skip
    others = [0.9, 0.6, 0.15]
    mean, passed = sum(others) / 3, (0.9 + 0.6) / 2
    spread = math.sqrt(sum((x - mean) ** 2 for x in others) / 3)
    by_hand = (passed - 0.15) / spread * math.sqrt(2 / 3 * 1 / 3)  # (M1 - M0) / s · sqrt(p q)
    stats = class_stats([], made, IDS)
    assert stats.challenges[0].discrimination == pytest.approx(by_hand)
    assert stats.students == 4


def test_discrimination_says_nothing_where_all_pass_or_too_few_tried() -> None:
    all_pass = [a for s in "abcd" for a in (attempt(s, FIRST, 10), attempt(s, SECOND, ord(s) - 97))]
    assert class_stats([], all_pass, IDS).challenges[0].discrimination is None
    assert class_stats([], all_pass[:4], IDS).challenges[1].discrimination is None


def test_a_misconception_is_cleared_by_the_first_later_attempt_that_is_not_told_it() -> None:
    made = [
        *tries("a", "late", "late", "late", None),
        *tries("b", "late", "silent", "late"),
        *tries("b", "late", None, challenge=SECOND),
        *tries("c", "silent"),
    ]
    late, silent = class_stats([], made, IDS).misconceptions
    assert (late.diagnosis, late.students, late.cleared, late.open, late.attempts_to_clear) == ("late", 2, 3, 1, 1)
    assert (silent.diagnosis, silent.students, silent.cleared, silent.open) == ("silent", 2, 1, 1)
    assert silent.attempts_to_clear == 1


def test_stuck_is_who_is_told_the_same_three_times_in_a_row_and_has_not_passed() -> None:
    made = [
        *tries("a", "late", "late", "late"),
        *tries("b", "silent", "late", "late"),
        *tries("c", "late", "late", "late", None),
        *tries("d", "silent", "late", "late", "late", "late"),
        *tries("e", None, "late", "late", "late"),
    ]
    assert class_stats([], made, IDS).stuck == [Stuck("a", FIRST, "late", 3), Stuck("d", FIRST, "late", 4)]


ANY = st.lists(
    st.builds(
        attempt,
        st.sampled_from("abcde"),
        st.sampled_from(IDS),
        st.sampled_from([0.0, 1.0, 9.9, 10.0]),
        number=st.integers(1, 9),
        status=st.sampled_from(["pass", "fail", "error", "not-started"]),
        diagnosis=st.sampled_from([None, "late", "silent"]),
    ),
    max_size=30,
)


@given(ANY)
def test_figures_stay_within_their_bounds(made: list[Attempt]) -> None:
    stats = class_stats(students(*"abcdef"), made, IDS)
    assert "f" in stats.idle
    for each in stats.challenges:
        assert (0 <= each.passed <= each.students <= 6 and each.students <= each.attempts) or each.students == 0
        assert each.difficulty is None or 0 <= each.difficulty <= 1
        assert each.discrimination is None or -1 <= each.discrimination <= 1
    for each in stats.misconceptions:
        assert each.attempts_to_clear is None or each.attempts_to_clear >= 1
        assert each.students >= 1


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=20))
def test_a_correlation_is_one_with_itself_and_lies_between_minus_one_and_one(pairs: list[tuple[float, float]]) -> None:
    found = correlation(pairs)
    assert found is None or -1 <= found <= 1
    same = correlation([(x, x) for x, _ in pairs])
    assert same is None or same == pytest.approx(1)
