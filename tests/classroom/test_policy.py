"""From attempts to grades: what counts, and what being late costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.model import Attempt, Student
from grader.classroom.policy import Extension, Grade, Policy, Rules, Sheet, days_late, sheets
from tests.classroom.classes import FIRST, POINTS, SECOND, START, THIRD, attempt

ANN = Student("ann")
NOON = START + timedelta(days=10)  # the deadline: day 10


def sheet(*attempts: Attempt, policy: Policy | None = None) -> Sheet:
    return sheets([ANN], attempts, POINTS, policy or Policy())[0]


def graded(*attempts: Attempt, policy: Policy | None = None, **rules: object) -> Grade:
    made = policy or Policy(rules={FIRST: Rules(**rules)})  # type: ignore[arg-type]
    return sheet(*attempts, policy=made).grades[FIRST]


def test_without_rules_the_best_attempt_counts_and_the_total_is_the_sum_of_points() -> None:
    made = sheet(attempt("ann", points=4), attempt("ann", points=7, number=2), attempt("ann", points=5, number=3),
                 attempt("ann", SECOND, points=20))  # fmt: skip
    assert (made.grades[FIRST].points, made.grades[FIRST].attempts) == (7, 3)
    assert (made.total, made.out_of) == (27, 40)
    assert list(made.grades) == [FIRST, SECOND, THIRD]
    assert made.grades[THIRD].attempt is None


def test_last_is_the_last_and_only_so_many_count() -> None:
    tries = [attempt("ann", points=p, number=n) for n, p in enumerate((4, 7, 5, 10), 1)]
    assert graded(*tries, counts="last").points == 10
    assert graded(*tries, counts="last", attempts=3).points == 5
    assert graded(*tries, counts="best", attempts=3).points == 7


@pytest.mark.parametrize(
    ("trust", "points"), [("server", 4.0), ("ci", 5.0), ("signed", 7.0), ("local", 10.0), (None, 10.0)]
)
def test_what_comes_from_further_away_than_is_trusted_is_no_attempt(trust: str | None, points: float) -> None:
    tries = [
        replace(attempt("ann", points=p, number=n), provenance=whose)
        for n, (whose, p) in enumerate([("local", 10), ("signed", 7), ("ci", 5), ("server", 4)], 1)
    ]
    rules = {} if trust is None else {"trust": trust}
    assert graded(*tries, **rules).points == points
    assert graded(*tries, counts="last", **rules).points == 4
    assert graded(replace(tries[0], provenance="unheard of"), **rules).attempt is None


def test_faults_of_the_grader_and_untouched_stubs_are_no_attempts() -> None:
    tries = [
        attempt("ann", points=0, number=1, status="not-started"),
        attempt("ann", points=0, number=2, status="error"),
        attempt("ann", points=6, number=3),
    ]
    assert graded(*tries, attempts=1).points == 6
    assert graded(*tries[:2]).waiting
    assert not graded(tries[0]).waiting


def test_of_two_gradings_of_the_same_bytes_the_newer_one_is_right() -> None:
    old = attempt("ann", points=10, source="same", graded_day=50)
    new = attempt("ann", points=3, source="same", graded_day=60, number=2)
    assert (graded(old, new).points, graded(new, old).points, graded(old, new).attempts) == (3, 3, 1)


@pytest.mark.parametrize(
    ("day", "points", "late"),
    [(9.5, 10, 0), (10, 10, 0), (10.005, 10, 0), (10.1, 9, 1), (11, 9, 1), (11.1, 8, 2), (12.9, 7, 3), (13.1, 0, 4)],
)
def test_each_day_begun_costs_until_nothing_counts(day: float, points: float, late: int) -> None:
    grade = graded(attempt("ann", day=day), deadline=NOON, late_penalty=0.1, late_limit=3, grace=600)
    assert (pytest.approx(grade.points), grade.days_late) == (points, late)


def test_what_does_not_say_when_it_came_is_in_time_unless_the_policy_knows() -> None:
    assert graded(attempt("ann"), deadline=NOON, late_penalty=1.0).points == 10
    known = Policy(
        rules={FIRST: Rules(deadline=NOON, late_penalty=1.0)}, handed_in={("ann", FIRST): NOON + timedelta(hours=1)}
    )
    assert graded(attempt("ann"), policy=known).points == 0


def test_the_best_is_what_is_worth_most_after_the_penalty() -> None:
    grade = graded(attempt("ann", points=8, day=9), attempt("ann", points=10, day=15, number=2), deadline=NOON, late_penalty=0.1)  # fmt: skip
    assert grade.points == 8
    assert grade.attempt is not None and grade.attempt.number == 1


def test_an_extension_moves_the_deadline_for_that_student_alone() -> None:
    late = Policy(
        rules={FIRST: Rules(deadline=NOON, late_penalty=0.5)},
        extensions=(Extension("ann", FIRST, days=2), Extension("bob", None, deadline=NOON + timedelta(days=9))),
    )
    assert graded(attempt("ann", day=11.9), policy=late).points == 10
    assert graded(attempt("ann", day=12.1), policy=late).points == 5
    assert late.strangers([ANN]) == ["bob"]


def test_free_late_days_are_used_in_the_order_of_deadlines_and_never_for_nothing() -> None:
    policy = Policy(
        rules={
            FIRST: Rules(deadline=NOON, late_penalty=0.2),
            SECOND: Rules(deadline=NOON - timedelta(days=5), late_penalty=0.2),
            THIRD: Rules(deadline=NOON - timedelta(days=7), late_penalty=0.2),
        },
        late_days=3,
    )
    made = sheet(
        attempt("ann", FIRST, day=11.5), attempt("ann", SECOND, points=20, day=6.5), attempt("ann", THIRD, points=0, day=9),
        policy=policy,
    )  # fmt: skip
    assert [(grade.days_late, grade.free_days) for grade in made.grades.values()] == [(2, 1), (2, 2), (6, 0)]
    assert [pytest.approx(grade.points) for grade in made.grades.values()] == [8, 20, 0]


def test_weights_make_the_total_and_some_challenges_may_not_count() -> None:
    tries = (attempt("ann", points=5), attempt("ann", SECOND, points=20), attempt("ann", THIRD, points=10))
    made = sheet(*tries, policy=Policy(weights={FIRST: 60, SECOND: 40, THIRD: 0}))
    assert (made.total, made.out_of) == (70, 100)
    made = sheet(*tries, policy=Policy(only=(FIRST,)))
    assert (made.total, made.out_of) == (5, 10)


def test_a_kit_that_gave_other_points_counts_by_its_share() -> None:
    assert graded(attempt("ann", points=9, out_of=18)).points == 5


TRIES = st.lists(
    st.builds(
        attempt,
        st.just("ann"),
        st.sampled_from(list(POINTS)),
        st.sampled_from([0.0, 2.5, 10.0]),
        day=st.none() | st.floats(0, 30),
        number=st.integers(1, 6),
        status=st.sampled_from(["", "error", "not-started"]),
        out_of=st.just(20.0),
    ),
    max_size=8,
)
RULES = st.builds(
    Rules,
    counts=st.sampled_from(["best", "last"]),
    attempts=st.none() | st.integers(1, 3),
    deadline=st.none() | st.floats(0, 30).map(lambda day: START + timedelta(days=day)),
    grace=st.sampled_from([0.0, 3600.0]),
    late_penalty=st.floats(0, 1),
    late_limit=st.none() | st.integers(0, 5),
)
POLICIES = st.builds(
    Policy, rules=st.fixed_dictionaries(dict.fromkeys(POINTS, RULES)), late_days=st.integers(0, 6),
    weights=st.dictionaries(st.sampled_from(list(POINTS)), st.floats(0, 100)),
)  # fmt: skip


@given(TRIES, POLICIES)
def test_no_policy_gives_more_than_was_reached_or_less_than_nothing(tries: list[Attempt], policy: Policy) -> None:
    made = sheet(*tries, policy=policy)
    for id, grade in made.grades.items():
        reached = max((a.points / a.max_points for a in tries if a.challenge == id), default=0.0) * POINTS[id]
        assert 0 <= grade.points <= reached + 1e-9
        assert grade.free_days <= grade.days_late
    assert sum(grade.free_days for grade in made.grades.values()) <= policy.late_days
    assert 0 <= made.total <= made.out_of + 1e-6


@given(TRIES, POLICIES, st.randoms())
def test_grades_do_not_depend_on_the_order_in_which_attempts_are_read(
    tries: list[Attempt], policy: Policy, random: object
) -> None:
    tries = list({(a.challenge, a.number): a for a in tries}.values())
    shuffled = sorted(tries, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert sheet(*tries, policy=policy) == sheet(*shuffled, policy=policy)


@given(TRIES, POLICIES)
def test_a_free_day_more_never_costs_on_a_single_challenge(tries: list[Attempt], policy: Policy) -> None:
    tries = [each for each in tries if each.challenge == FIRST]
    more = Policy(rules=policy.rules, late_days=policy.late_days + 1)
    less = Policy(rules=policy.rules, late_days=policy.late_days)
    assert sheet(*tries, policy=more).total >= sheet(*tries, policy=less).total - 1e-9


@given(st.floats(-10, 10), st.floats(0, 1e6))
def test_who_is_within_the_grace_is_not_late(days: float, grace: float) -> None:
    late = days_late(NOON + timedelta(days=days), NOON, grace)
    assert late >= 0
    assert (late == 0) == (timedelta(days=days).total_seconds() <= max(grace, 0))
