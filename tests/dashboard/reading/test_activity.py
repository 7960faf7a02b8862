"""When the class works, on both databases: as the attempts say it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from grader.classroom.model import Handed
from grader.classroom.store.graded import Graded
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading.activity import activity, span
from grader.dashboard.reading.part import Part
from tests.classroom.made import report
from tests.dashboard.classes import NOON
from tests.dashboard.invented import IDS
from tests.dashboard.reading.conftest import Class


def test_attempts_are_counted_by_day_hour_and_weekday(found: Class, section: str) -> None:
    first, last = (NOON - timedelta(days=25)).date(), (NOON - timedelta(days=2)).date()
    made = activity(found.store, found.part(section), first, last)
    moments = [
        (a.at, a.status == "pass")
        for several in found.history(section).values()
        for a in several
        if a.at and first <= a.at.date() <= last
    ]
    assert (made.attempts, made.passes) == (len(moments), sum(passed for _, passed in moments))
    for key, several in ((lambda at: (at.date() - first).days, made.by_day), (lambda at: at.hour, made.by_hour),
                         (lambda at: at.weekday(), made.by_weekday)):  # fmt: skip
        tried, passed = Counter(key(at) for at, _ in moments), Counter(key(at) for at, ok in moments if ok)
        assert several == [(tried[n], passed[n]) for n in range(len(several))]
    assert made.days[0] == first
    assert made.days[-1] == last


def test_a_challenge_is_counted_by_itself(found: Class) -> None:
    first, last = (NOON - timedelta(days=60)).date(), NOON.date()
    alone = [activity(found.store, found.part(challenges=(id,)), first, last).attempts for id in IDS]
    assert sum(alone) == activity(found.store, found.part(), first, last).attempts
    assert alone == [each.attempts for each in found.stats().challenges]


def test_the_span_is_from_the_first_day_to_the_last(found: Class) -> None:
    days = sorted(a.at.date() for several in found.history().values() for a in several if a.at)
    assert span(found.store, found.part()) == (days[0], days[-1])


def test_an_untouched_stub_begins_no_span(store: Store) -> None:
    for student, days, told in (("ada", 9, None), ("ada", 5, "not-flushed"), ("cem", 1, None)):
        one = Handed(student, IDS[0], "x.py", f"{student} {days}".encode(), NOON - timedelta(days=days), "sub")
        store.hand_in([one])
        text = report(one, 2, diagnosis=told or "not-started").to_json()
        sitting = store.begin("grade", policy="p", kit="k", who="tess")
        store.record(sitting, Graded(student, IDS[0], one.sha256, "k", "p", 0, text))
    day = (NOON - timedelta(days=5)).date()
    assert span(store, Part(Scope(), IDS)) == (day, day)


def test_of_nobody_there_is_no_span(store: Store) -> None:
    assert span(store, Part(Scope(), IDS)) is None
