"""What confining a run costs: a warm process forks a child that becomes a run, confined or not, and ends at once.

Both get a session, descriptors, an environment, a folder and limits of their own, as runs had before any confinement.
One gets a user of its own, Landlock and seccomp as well.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bench.measure import Extra, Role, alternately

TIMES = 200
MOST_S = 0.002


def rows() -> Iterator[Extra]:
    with Role("bench.confine", None) as role:
        row = alternately(
            f"confinement: {role.said['tier']}",
            lambda: role.ask(True),
            lambda: role.ask(False),
            times=TIMES,
            bound=0,
            before=5,
        )
        yield Extra(row.name, row.measured, row.reference, MOST_S)


# -- the process that forks --------------------------------------------------------------------------------------------


def main() -> None:
    from grader.jail import child, scratch
    from grader.jail.confine import Confining
    from grader.jail.launch import at_most
    from grader.jail.privileges import next_user
    from grader.jail.probe import confinement
    from grader.jail.spec import Spec
    from grader.jail.tiers import SEPARATE

    confining = Confining(at_most())
    reached = confinement(confining)
    bare = Confining(SEPARATE)
    gc.collect()
    gc.freeze()
    first = Spec("learner.py", "answer", [], [], {}, "", 9)

    def become(how: Confining) -> float:
        """Seconds from an order to the end of the child."""
        user = next_user() if how.drops else None
        folder = scratch.make("learner.py", b"", (), user)
        spec = replace(
            first,
            env=folder.environment(),
            cwd=str(folder.work),
            where=str(folder.where),
            reads=[str(path) for path in folder.readable],
            writes=[str(path) for path in folder.writable],
            user=user,
        )
        pipes = [end for _ in range(4) for end in os.pipe()]
        started = time.perf_counter()
        rules = how.rules(spec)
        _fork(lambda: child.become(spec, how, rules, pipes[:4]))
        taken = time.perf_counter() - started
        for end in pipes if rules is None else [*pipes, rules]:
            os.close(end)
        folder.remove()
        return taken

    answer: Any = {"tier": reached.tier}
    while line := sys.stdin.readline():
        if line != "null\n":
            answer = become(confining if json.loads(line) else bare)
        print(json.dumps(answer), flush=True)


def _fork(work: Any) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
