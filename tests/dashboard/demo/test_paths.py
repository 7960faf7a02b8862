"""How the invented class gets on, before anything is graded."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from grader.classroom.model import Handed
from grader.dashboard.demo import paths
from grader.dashboard.demo.people import SECTIONS, the_class
from grader.dashboard.demo.shelf import Program, Shelf, filled
from grader.errors import UsageError
from tests.corpus import SUBMISSIONS, challenges

UNTIL = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shelves() -> dict[str, Shelf]:
    return filled(challenges().values(), SUBMISSIONS)


@pytest.fixture(scope="module")
def handed(shelves) -> list[Handed]:
    return paths.handed_in(the_class(), shelves, UNTIL)


def programs(shelf: Shelf) -> list[Program]:
    return [*itertools.chain(*shelf.often.values(), *shelf.also.values()), *shelf.right]


def mistakes_of(shelves: dict[str, Shelf], handed: list[Handed]) -> dict[tuple[str, str], list[str]]:
    """What each student got wrong in each challenge, in order; an empty text is a right program."""
    mistake = {(p.challenge, p.source): p.mistake for shelf in shelves.values() for p in programs(shelf)}
    found: dict[tuple[str, str], list[str]] = {}
    for one in handed:
        found.setdefault((one.student, one.challenge), []).append(mistake[one.challenge, one.source])
    return found


def test_sixty_students_sit_in_three_sections_of_the_same_size() -> None:
    students = the_class()
    assert len({student.id for student in students}) == 60
    assert all(student.name for student in students)
    assert {sum(student.section == section for student in students) for section in SECTIONS} == {20}
    assert any("<script>" in student.name for student in students)


def test_every_challenge_has_its_shelf_with_few_enough_programs_to_be_graded_in_a_minute(shelves) -> None:
    assert list(shelves) == list(challenges())
    assert 100 < sum(len(programs(shelf)) for shelf in shelves.values()) <= 150
    for shelf in shelves.values():
        assert all(len(several) == 3 for several in shelf.often.values())
        assert len(shelf.right) > 3


def test_a_mistake_that_the_corpus_has_no_program_for_is_named(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"no program buffers-body--"):
        filled(challenges().values(), tmp_path)


def test_the_class_is_the_same_for_the_same_moment_and_a_day_later_it_is_a_day_later(shelves, handed) -> None:
    assert paths.handed_in(the_class(), shelves, UNTIL) == handed
    day = timedelta(days=1)
    later = paths.handed_in(the_class(), shelves, UNTIL + day)
    assert [(one.student, one.sha256, one.at - day) for one in later] == [(o.student, o.sha256, o.at) for o in handed]


def test_three_weeks_end_at_that_moment_and_every_day_has_something(handed) -> None:
    assert all(one.at <= UNTIL for one in handed)
    assert {(UNTIL.date() - one.at.date()).days for one in handed} == set(range(paths.DAYS))


def test_nobody_hands_in_the_same_program_twice(handed) -> None:
    assert len({(one.student, one.challenge, one.sha256) for one in handed}) == len(handed)


def test_most_get_there_by_way_of_mistakes_and_some_are_stuck(shelves, handed) -> None:
    ways = mistakes_of(shelves, handed).values()
    assert sum(way[-1] == "" for way in ways) / len(ways) > 0.7
    assert sum(len(set(way)) > 2 and way[-1] == "" for way in ways) > 30
    assert sum(len(way) > 2 and len(set(way[-3:])) == 1 for way in ways) > 20
    assert all("" not in way[:-1] for way in ways), "who is right has done with it"


def test_some_are_late_and_some_deadlines_are_still_to_come(shelves, handed) -> None:
    rules = paths.rules(shelves, UNTIL)
    late = [one for one in handed if one.at > rules.of(one.challenge).deadline]
    assert 10 < len(late) < len(handed) / 4
    assert 0 < sum(rules.of(challenge).deadline > UNTIL for challenge in shelves) < 4
