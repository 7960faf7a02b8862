"""`grader dashboard --demo`: a class of sixty, graded here and now, on a dashboard that only shows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.challenge import Challenge, Kit, find_kit, load_all
from grader.commands.dashboard import Wanted, listen, needs_dashboard_extra, say, serve, settings_of
from grader.errors import GraderFault, UsageError

if TYPE_CHECKING:
    from grader.classroom.policy import Policy
    from grader.classroom.store.store import Store
    from grader.dashboard.demo.filling import Begun, Known
    from grader.dashboard.demo.sending import Senders
    from grader.dashboard.desk import Desk

DATABASE = "demo.db"  # in the kit's .grader
CORPUS = Path("tests", "submissions")


@dataclass(frozen=True)
class Ready:
    """The class as it is before the first program is graded."""

    store: Store
    begun: Begun
    known: Known  # what was graded before, for a class of another day
    rules: Policy


def run(*, fresh: bool, port: int, open: bool) -> int:
    """Returns the exit status, after Ctrl-C. Raises UsageError where this kit has no corpus, or the port is taken."""
    needs_dashboard_extra()
    kit = find_kit()
    if not (kit.root / CORPUS).is_dir():
        raise UsageError(
            f"{kit.root}: this kit comes without {CORPUS.as_posix()}/, whose programs the class of --demo hands in: it "
            "is a learner's, as `grader release` makes it. Take the kit that it was made from."
        )
    from grader.dashboard.desk import Desk

    challenges = load_all(kit)
    wanted = Wanted(f"sqlite:///{kit.state / DATABASE}", port=port, read_only=True, open=open)
    with _listening(wanted.host, port) as listening:
        ready = _ready(kit, challenges, fresh=fresh)
        with ready.store as store:
            desk = Desk(settings_of(wanted, listening.getsockname()[1]), store, kit, challenges, ready.rules)
            _grade_meanwhile(ready, desk)
            return serve(desk, wanted, listening)


def _listening(host: str, port: int) -> socket.socket:
    """At this port, or at a free one: it is only to look around."""
    try:
        return listen(host, port)
    except UsageError:
        return listen(host, 0)


def _ready(kit: Kit, challenges: Sequence[Challenge], *, fresh: bool) -> Ready:
    """The class of today. One that is kept from another day is made anew, from the reports that are there."""
    from grader.classroom.store.store import Store
    from grader.dashboard.demo import filling, paths, people, shelf

    path = kit.state / DATABASE
    path.parent.mkdir(exist_ok=True)
    shelves = shelf.filled(challenges, kit.root / CORPUS)
    until, known = (None, {}) if fresh else _kept(path)
    if until is None:
        filling.removed(path)
    until = until or datetime.now(UTC)
    students = people.the_class()
    store = Store(f"sqlite:///{path}")
    begun = filling.begin(store, students, paths.handed_in(students, shelves, until), challenges, until)
    return Ready(store, begun, known, paths.rules(shelves, until))


def _kept(path: Path) -> tuple[datetime | None, Known]:
    """When the class that is kept ends, if that is today; and all its reports, if not."""
    from grader.classroom.store.store import Store
    from grader.dashboard.demo import filling

    if not path.is_file():
        return None, {}
    with Store(f"sqlite:///{path}") as store:
        until = filling.until_of(store)
        if until is not None and until.date() == datetime.now(UTC).date():
            return until, {}
        return None, filling.known_of(store)


def _grade_meanwhile(ready: Ready, desk: Desk) -> None:
    """In a thread: the pages fill as reports come in. It ends with the process, and what it had stored stays."""
    from grader.dashboard.comparing import Comparing
    from grader.dashboard.demo import filling
    from grader.dashboard.demo.sending import Senders, who_sends

    if not ready.begun.left:
        Comparing(desk).begin_stale()
        return
    senders = Senders(desk, who_sends(desk.store.students()))
    begun = filling.hand_out(desk.store, ready.begun, ready.known, senders)
    say(
        f"{begun.left} of {len(begun.handed)} submissions are to be graded, {len(begun.groups)} different programs; "
        "the pages fill as it goes on"
    )
    threading.Thread(target=_graded, args=(desk, begun, senders), name="demo", daemon=True).start()


def _graded(desk: Desk, begun: Begun, senders: Senders) -> None:
    from grader.dashboard.comparing import Comparing
    from grader.dashboard.demo import filling

    began = time.monotonic()
    try:
        filling.grade(desk.store, begun, desk.challenges, senders)
    except (GraderFault, UsageError) as error:
        say(f"{error} What was graded is kept: start it again, and it goes on.")
    else:
        say(f"all is graded, in {time.monotonic() - began:.0f} s; the next start takes a moment")
        Comparing(desk).begin_stale()  # the dashboard itself only shows
    finally:
        senders.close()
