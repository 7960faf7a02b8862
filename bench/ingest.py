"""Reports that are sent: 200 a second for a minute, to a dashboard on the same processors; and one that is killed.

Real reports of all challenges, of right and wrong programs, each of another submission; 400 students with a token each.
Counted in the database after: nothing may be lost, nothing may be there twice.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.dashboard import programs
from bench.measure import Row
from grader.classroom.store.store import Store
from tests.classroom.postgres import NO_SERVER, Postgres, binaries
from tests.dashboard.ingest.loaded import counted, dashboard, enrolled, used
from tests.dashboard.ingest.reporters import Came, Orders, finished, start

A_SECOND = float(os.environ.get("BENCH_REPORTS", "200"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
STUDENTS = 400
LATE = 1.05  # how much longer it may take than the reports came in
KILLED = 1.5  # with a restart in between


def rows() -> Iterator[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-bench-")))
        files = _files(folder)
        postgres = stack.enter_context(Postgres()) if binaries() is not None else None
        if postgres is None:
            print(f"bench: {NO_SERVER}", file=sys.stderr)
        for killed in (False, True):
            yield _sent("sqlite", f"sqlite:///{folder / f'{killed}.db'}", files, killed=killed)
            if postgres is not None:
                yield _sent("postgresql", postgres.new_database(), files, killed=killed, server=postgres.pid)


def _files(folder: Path) -> list[str]:
    """One for each grading: a report as `grader grade --json` writes it, indented."""
    made = []
    for number, report in enumerate(program.report for program in programs()):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(json.loads(report), indent=2, ensure_ascii=False), "utf-8")
        made.append(str(path))
    sizes = [Path(name).stat().st_size for name in made]
    print(f"bench: {len(made)} reports of {sum(sizes) / len(sizes) / 1000:.0f} kB each on average", file=sys.stderr)
    return made


def _sent(name: str, url: str, files: list[str], *, killed: bool, server: int | None = None) -> Row:
    """`server`: the process of the database's, where it has one."""
    count = int(A_SECOND * SECONDS)
    with Store(url) as store:
        tokens = enrolled(store, STUDENTS)
        with dashboard(url) as one:
            before, database = one.cpu(), _used(server)
            process = start(Orders(one.url, files, tokens, count, A_SECOND))
            if killed:
                time.sleep(SECONDS / 2)
                one.kill()
                one.start()
                before = 0.0
            came = finished(process)
            ours, theirs = one.cpu() - before, _used(server) - database
        found = counted(store)
    _tell(name, came, found, (ours / (count / 2 if killed else count), theirs / count))
    wanted = {"received": count, "handed": count, "reports": count, "attempts": count, "doubled": 0}
    if found != wanted or set(came.statuses) - {"200", "201"}:
        raise RuntimeError(f"{name}: expected {wanted}, found {found}; answers {came.statuses}")
    what = ", killed once" if killed else ""
    return Row(f"reports: {name}{what}", came.took / count, 1 / A_SECOND, KILLED if killed else LATE)


def _used(server: int | None) -> float:
    return 0.0 if server is None else used(server)


def _tell(name: str, came: Came, found: dict[str, int], each: tuple[float, float]) -> None:
    """`each`: seconds of a processor for a report, of the dashboard's and of the database's."""
    ours, theirs, clients = each[0] * 1000, each[1] * 1000, came.used / sum(came.statuses.values()) * 1000
    print(
        f"bench: {name}: {sum(came.statuses.values())} reports in {came.took:.1f} s, answered after "
        f"{came.median * 1000:.0f} ms (median), {came.p95 * 1000:.0f} ms (p95); {came.again} sent again; "
        f"a report took the processor {ours:.1f} ms in the dashboard, {theirs:.1f} ms in the database's server and "
        f"{clients:.1f} ms in the clients; in the database {found}",
        file=sys.stderr,
    )
