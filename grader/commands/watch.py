"""`grader watch`: grades on save. The warm parents are launched first, and stay warm until it is left."""

from __future__ import annotations

import sys

from grader.challenge import Challenge, Kit, find_kit, library_sets, load_all, select
from grader.errors import UsageError
from grader.jail.launch import Launched, launch


def run(name: str | None, manual: bool, plain: bool) -> int:
    """Returns the exit status. Raises UsageError for what was typed wrong, or where there is no terminal."""
    from grader.watch.screen import check_terminal  # light: it brings rich

    kit = find_kit()
    challenges = load_all(kit)
    if not challenges:
        raise UsageError(f"{kit.challenges}: holds no challenge.")
    at = challenges.index(_one(challenges, name)) if name else None
    check_terminal()
    sets = library_sets(challenges)
    launched = launch(sets)
    try:
        return _watch(kit, challenges, _start(kit, challenges) if at is None else at, sets, launched, manual, plain)
    except BaseException:
        for parent in launched or ():
            parent.close()
        raise


def _watch(
    kit: Kit,
    challenges: list[Challenge],
    at: int,
    sets: list[list[str]],
    launched: list[Launched] | None,
    manual: bool,
    plain: bool,
) -> int:
    from grader.session import Session
    from grader.watch.changes import Watcher
    from grader.watch.course import Course
    from grader.watch.events import Events
    from grader.watch.loop import Watch
    from grader.watch.regrade import Regrader
    from grader.watch.screen import Screen

    sys.dont_write_bytecode = True  # checks.py is loaded anew when it has changed: by its content, not its time
    files = [challenge.file for challenge in challenges]
    with Events(sys.stdin.fileno()) as events, Session(*sets, launched=launched) as session:
        regrader = Regrader(session, events.post)
        course = Course(kit, challenges, at, regrader)
        try:
            with Screen(events.post, plain=plain) as screen, Watcher(kit, files, events.post, manual=manual):
                status = Watch(course, screen, events).run()
        finally:
            course.stop()
            regrader.wait()
        _say_goodbye(course)
    return status


def _say_goodbye(course: object) -> None:
    from grader.watch.course import Course

    assert isinstance(course, Course)
    passed = course.all_passed()
    standing = f"{sum(passed)} of {len(passed)} passed"
    print(f"{standing}. `make watch` goes on with {course.current.number} {course.current.card.title}.")


def _one(challenges: list[Challenge], name: str) -> Challenge:
    chosen = select(challenges, [name])
    if len(chosen) != 1:
        raise UsageError(f"watch shows one challenge at a time, not {name!r}: name one, or none.")
    return chosen[0]


def _start(kit: Kit, challenges: list[Challenge]) -> int:
    """Where the last session stood; else the first that has not passed."""
    from grader import progress

    ids = [challenge.id for challenge in challenges]
    stood = progress.current(kit)
    if stood in ids:
        return ids.index(stood)
    known = progress.load(kit)
    pending = [number for number, id in enumerate(ids) if known.get(id, progress.Standing()).status != "pass"]
    return pending[0] if pending else 0
