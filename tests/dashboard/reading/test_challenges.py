"""Challenges, on both databases: as the statistics count them."""

from __future__ import annotations

import json
import statistics
from collections import Counter

import pytest

from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.reading.challenges import details, summaries
from grader.dashboard.reading.part import Part
from tests.dashboard.invented import IDS
from tests.dashboard.reading.conftest import Class


def test_summaries_are_those_of_the_statistics(found: Class, section: str) -> None:
    made = summaries(found.store, found.part(section))
    stats = found.stats(section).challenges
    assert [(m.challenge, m.students, m.passed, m.attempts, m.pass_rate) for m in made] == [
        (s.challenge, s.students, s.passed, s.attempts, s.pass_rate) for s in stats
    ]
    assert [m.difficulty for m in made] == pytest.approx([s.difficulty for s in stats])
    assert [m.discrimination for m in made] == pytest.approx([s.discrimination for s in stats])


def test_medians_are_of_those_who_tried_and_of_those_who_passed(found: Class) -> None:
    history = found.history()
    handed = {}
    for a in found.store.attempts():
        handed.setdefault((a.student, a.challenge), a.at)
    for made in summaries(found.store, found.part()):
        mine = {student: several for (student, c), several in history.items() if c == made.challenge}
        assert made.median_attempts == statistics.median(len(several) for several in mine.values())
        times = []
        for student, several in mine.items():
            passed = next((a.at for a in several if a.status == "pass"), None)
            first = handed[student, made.challenge]
            if passed and first:
                times.append((passed - first).total_seconds())
        assert made.to_pass_s == pytest.approx(statistics.median(times), abs=1.1)


@pytest.mark.parametrize("id", IDS)
def test_what_is_spread_out_is_everybody_who_tried(found: Class, id: str, section: str) -> None:
    made = details(found.store, found.part(section), id)
    summary = made.summary
    assert summary == next(s for s in summaries(found.store, found.part(section)) if s.challenge == id)
    assert sum(count for _, count in made.scores) == summary.students
    assert dict(made.scores)["100"] >= summary.passed
    assert sum(count for _, count in made.attempts) == summary.students
    assert sum(count for _, count in made.to_pass) == summary.passed
    assert sum(count for _, count in made.hints) == summary.hints_known
    assert sum(count for label, count in made.hints if label != "0") == summary.hints_used


def test_a_checks_rate_is_of_each_students_best_attempt(found: Class) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for (student, challenge), several in found.history().items():
        if challenge == IDS[0]:
            best = max(several, key=lambda a: a.points / a.max_points)
            report = json.loads(found.store.newest((student, challenge, best.submission_sha256)) or "")
            for check in report["challenges"][0]["checks"]:
                counts[check["id"], check["status"]] += 1
    made = details(found.store, found.part(), IDS[0]).checks
    assert [each.check for each in made] == ["prints", "ends"]
    for each in made:
        assert (each.passed, each.failed, each.skipped) == tuple(
            counts[each.check, s] for s in ("pass", "fail", "skip")
        )


def test_of_nobody_there_is_nothing_to_compute(store: Store) -> None:
    for made in summaries(store, Part(Scope(), IDS)):
        assert (made.students, made.pass_rate, made.difficulty, made.discrimination) == (0, None, None, None)
        assert (made.median_attempts, made.to_pass_s, made.hints_known) == (None, None, 0)
    assert details(store, Part(Scope(), IDS), IDS[0]).checks == []
