"""Misconceptions, on both databases: as the statistics count them."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from grader.dashboard.reading.misconceptions import PAGE, median, met_by, misconceptions, trend
from tests.dashboard.classes import NOON
from tests.dashboard.invented import IDS, TOLD
from tests.dashboard.reading.conftest import Class


@given(st.lists(st.integers(0, 30), min_size=1))
def test_a_median_of_counted_numbers_is_their_median(numbers: list[int]) -> None:
    assert median(Counter(numbers)) == statistics.median(numbers)


def test_they_are_those_of_the_statistics(found: Class, section: str) -> None:
    rows = misconceptions(found.store, found.part(section))
    told = found.stats(section).misconceptions
    assert [(r.diagnosis, r.students, r.cleared, r.open, r.attempts_to_clear) for r in rows] == [
        (t.diagnosis, t.students, t.cleared, t.open, t.attempts_to_clear) for t in told
    ]


def test_of_one_challenge_they_are_those_of_its_attempts_alone(found: Class) -> None:
    one = (IDS[1],)
    rows = misconceptions(found.store, found.part(challenges=one))
    assert [(r.diagnosis, r.students, r.open, r.challenges) for r in rows] == [
        (t.diagnosis, t.students, t.open, [IDS[1]]) for t in found.stats(challenges=one).misconceptions
    ]


def test_lately_is_who_was_told_it_since_that_day(found: Class) -> None:
    since = (NOON - timedelta(days=12)).date()
    wanted: dict[str, set[str]] = {}
    for (student, _), several in found.history().items():
        for a in several:
            if a.diagnosis and a.at and a.at.date() >= since:
                wanted.setdefault(a.diagnosis, set()).add(student)
    rows = misconceptions(found.store, found.part(), since)
    assert {row.diagnosis: row.students for row in rows} == {d: len(ids) for d, ids in wanted.items()}


def test_the_trend_counts_attempts_on_each_day(found: Class, section: str) -> None:
    first, last = (NOON - timedelta(days=20)).date(), NOON.date()
    wanted: dict[str, Counter[str]] = {}
    for several in found.history(section).values():
        for a in several:
            if a.diagnosis and a.at and a.at.date() >= first:
                wanted.setdefault(a.diagnosis, Counter())[a.at.date().isoformat()] += 1
    days = [(first + timedelta(days=n)).isoformat() for n in range(21)]
    expected = {d: [by_day[day] for day in days] for d, by_day in wanted.items()}
    assert trend(found.store, found.part(section), first, last) == expected
    for diagnosis in TOLD:
        one = trend(found.store, found.part(section), first, last, diagnosis)
        assert one == {d: counts for d, counts in expected.items() if d == diagnosis}


def test_who_met_one_comes_with_their_code_the_newest_first(found: Class) -> None:
    diagnosis = misconceptions(found.store, found.part())[0].diagnosis
    pages, page = [], 1
    while True:
        several, count = met_by(found.store, found.part(), diagnosis, page=page)
        pages += several
        if len(pages) >= count:
            break
        assert len(several) == PAGE
        page += 1
    history = found.history()
    told = {pair: [a for a in several if a.diagnosis == diagnosis] for pair, several in history.items()}
    assert {(m.student, m.challenge) for m in pages} == {pair for pair, several in told.items() if several}
    assert [m.last_at for m in pages] == sorted((m.last_at for m in pages), reverse=True)
    for m in pages:
        assert m.attempts == len(history[m.student, m.challenge])
        assert m.open == (history[m.student, m.challenge][-1].diagnosis == diagnosis)
        assert m.check is not None
        assert m.check.diagnosis == diagnosis
        assert m.source is not None
        assert m.source.decode().startswith(f"{m.student} {m.challenge} ")
    still, open_count = met_by(found.store, found.part(), diagnosis, only_open=True)
    assert open_count == sum(1 for m in pages if m.open)
    assert all(m.open for m in still)
