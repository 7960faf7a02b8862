"""Finds who handed in nearly the same, in a process of its own: for a large class that takes a minute of a processor,
and pages are not to wait for it.

`Comparing` is the dashboard's side, `main` the other's.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

from grader.classroom.similar.excerpts import excerpts
from grader.classroom.similar.groups import Group, Prints, groups
from grader.classroom.store.store import Store
from grader.dashboard.access.viewer import Scope
from grader.dashboard.desk import Desk
from grader.dashboard.reading import similar as reading
from grader.dashboard.reading.similar import Alike, Compared
from grader.jail.launch import import_grader

GROUPS, PAIRS = 60, 40  # that are kept of a challenge, and of a group
LONGEST = 160  # letters of an excerpt's line
_AS_COMPARER = "{grader}\nfrom grader.dashboard.comparing import main\nmain()\n"
_log = logging.getLogger(__name__)


class Comparing:
    """One process at a time for each scope."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._under_way: set[Scope] = set()

    def under_way(self, scope: Scope) -> bool:
        with self._lock:
            return scope in self._under_way

    def begin(self, scope: Scope, challenges: list[str]) -> None:
        """Compares anew what was handed in for these challenges, unless that is being done."""
        with self._lock:
            if scope in self._under_way:
                return
            self._under_way.add(scope)
        threading.Thread(target=self._run, args=(scope, challenges), daemon=True, name="comparing").start()

    def begin_stale(self) -> None:
        """Compares of all students what was handed in since it was done last: for who fills a database."""
        now = reading.stamps(self._desk.store, Scope())
        found = reading.compared(self._desk.store, Scope(), now)
        stale = [id for id in self._desk.titles if id in now and (id not in found or found[id].stamp != now[id])]
        if stale:
            self.begin(Scope(), stale)

    def _run(self, scope: Scope, challenges: list[str]) -> None:
        stubs = {c.id: c.stub.read_bytes() for c in self._desk.challenges if c.id in challenges and c.stub.is_file()}
        orders = {
            "db": self._desk.settings.db,
            "section": scope.section,
            "stubs": {id: base64.b64encode(stub).decode() for id, stub in stubs.items()},
        }
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-c", _AS_COMPARER.format(grader=import_grader())],
                input=json.dumps(orders).encode(), capture_output=True, check=False, start_new_session=True,
            )  # fmt: skip
            if done.returncode:
                said = done.stderr.decode("utf-8", "replace").strip().splitlines()
                _log.warning("comparing submissions failed: %s", said[-1] if said else done.returncode)
        finally:
            with self._lock:
                self._under_way.discard(scope)


def main() -> None:
    """Reads what to compare from stdin, and puts what it finds into the store."""
    os.nice(10)
    orders: dict[str, Any] = json.load(sys.stdin)
    scope = Scope(section=orders["section"])
    with Store(orders["db"]) as store:
        for challenge, stub in orders["stubs"].items():
            reading.keep(store, scope, challenge, compare(store, scope, challenge, base64.b64decode(stub)))


def compare(store: Store, scope: Scope, challenge: str, stub: bytes) -> Compared:
    began, at = time.monotonic(), datetime.now(UTC)
    stamp = reading.stamps(store, scope).get(challenge, (0, 0))
    submissions = reading.last_ones(store, scope, challenge)
    prints = Prints(stub)
    found = groups(submissions, prints)
    kept = tuple(_alike(group, prints) for group in found[:GROUPS])
    return Compared(stamp, at, round(time.monotonic() - began, 3), len(submissions), kept, len(found) - len(kept))


def _alike(group: Group, prints: Prints) -> Alike:
    students = tuple(member.student for member in group.members)
    place = {student: n for n, student in enumerate(students)}
    pairs = tuple((place[p.one.student], place[p.other.student], round(p.share, 4)) for p in group.pairs[:PAIRS])
    cut = tuple(
        type(one)(
            one.line, tuple(t[:LONGEST] for t in one.text), one.other_line, tuple(t[:LONGEST] for t in one.other_text)
        )
        for one in excerpts(group.pairs[0], prints)
    )
    return Alike(students, pairs, cut)
