"""What confining a run costs, over the bare fork: both fork a warm process, and end the child at once.

One makes it a run's own (descriptors, limits, another user, Landlock, seccomp) before it ends; the other does not.
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

    confining = Confining(at_most())
    reached = confinement(confining)
    gc.collect()
    gc.freeze()
    first = Spec("learner.py", "answer", [], [], {}, "", 9)

    def confined() -> float:
        user = next_user() if confining.drops else None
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
        rules = confining.rules(spec)
        _fork(lambda: child.become(spec, confining, rules, pipes[:4]))
        taken = time.perf_counter() - started
        for end in pipes if rules is None else [*pipes, rules]:
            os.close(end)
        folder.remove()
        return taken

    def bare() -> float:
        started = time.perf_counter()
        _fork(lambda: None)
        return time.perf_counter() - started

    answer: Any = {"tier": reached.tier}
    while line := sys.stdin.readline():
        if line != "null\n":
            answer = confined() if json.loads(line) else bare()
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
