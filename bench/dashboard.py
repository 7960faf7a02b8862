"""The dashboard's pages with a large class: how long each takes, over HTTP, beside its bare questions to the database.

2000 students, 9 challenges, 5 attempts each, on SQLite and on PostgreSQL. The dashboard is uvicorn in a process of its
own; one browser asks it, for one page after the other, over one connection that stays open.

Measured is the server's time, as whoever asks sees it: from the first byte of the request to the last one of the
answer, on loopback. Nothing is drawn, and the browser has nothing to do meanwhile; so what is in it beside the server's
work is a loopback's round trip. The class stays as it is meanwhile: what is kept of pure work (a run's picture, the
names of the roster) is there from the second time on; what a page asks the database it asks each time. The reference
is what the same questions take by the driver alone, in the same process and in turn with the page. All are asked
twice before it counts.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from random import Random

from bench.addresses import FILES
from bench.large import POLICY, Program, big_class
from bench.measure import ROOT, WIDTHS, Role, Row
from grader.challenge import Challenge, Kit, load_all
from grader.classroom.pool import Pool, processors
from grader.classroom.store.graded import kit_of
from grader.classroom.store.store import Store
from grader.classroom.task import Task
from grader.grading import fingerprint
from tests.classroom.postgres import NO_SERVER, Postgres, binaries

STUDENTS = int(os.environ.get("BENCH_STUDENTS", "2000"))
ATTEMPTS = 5
TIMES = int(os.environ.get("BENCH_TIMES", "20"))
BOUND = 0.150  # s, of which 95 in 100 pages may take that long
BYTES = 300_000
FILE_TIMES = 3  # a file as large as the class takes seconds
WRONG = 5  # programs of each challenge
KEPT = ROOT / "build" / "bench"  # gradings, by what decides them


@dataclass(frozen=True)
class Page(Row):
    """A line whose bound is on `measured`, which is the 95th percentile, and on the page's size.

    A file that is as large as the class (`bounded` False) is no page: its time is said, and has no bound.
    """

    median: float
    size: int
    bounded: bool

    @property
    def over(self) -> bool:
        return self.bounded and (self.measured > self.bound or self.size > BYTES)

    def __str__(self) -> str:
        measured, reference, bound = (f"{s * 1000:.1f} ms" for s in (self.measured, self.reference, self.bound))
        ratio = f"{self.ratio:.1f}" if self.reference > 1e-4 else "–"  # some pages ask nothing
        said = "over" if self.over else "ok" if self.bounded else "a file"
        verdict = f"{said}  p50 {self.median * 1000:.1f} ms, {self.size / 1000:.0f} kB"
        return WIDTHS.format(self.name, measured, reference, ratio, bound, verdict)


def rows() -> Iterator[Row]:
    graded = programs()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-bench-")))
        yield from _on("sqlite", f"sqlite:///{folder / 'grades.db'}", graded)
        if binaries() is None:
            print(f"bench: {NO_SERVER}", file=sys.stderr)
            return
        yield from _on("postgresql", stack.enter_context(Postgres()).new_database(), graded)


def _on(name: str, url: str, programs: Sequence[Program]) -> Iterator[Row]:
    started = time.perf_counter()
    with Store(url) as store:
        big_class(store, programs, count=STUDENTS, attempts=ATTEMPTS, until=datetime.now(UTC))
    print(f"bench: {name}: the class took {time.perf_counter() - started:.0f} s", file=sys.stderr)
    yield from measured(name, url)


def measured(name: str, url: str) -> Iterator[Row]:
    """All pages on a database that has a class in it. The bare questions are put in turn with the page."""
    with Role("bench.serving", url) as server:
        port, addresses = server.said
        browser = http.client.HTTPConnection("127.0.0.1", port)
        for route, address in addresses:
            pages, bare, size = [], [], 0
            for turn in range((TIMES if route not in FILES else FILE_TIMES) + 2):
                taken, size = _get(browser, address)
                alone = server.ask(address)
                if turn > 1:
                    pages.append(taken)
                    bare.append(alone)
            label = f"{'pg' if name == 'postgresql' else name} {address}"
            yield Page(label, _p95(pages), max(_p95(bare), 1e-9), BOUND, statistics.median(pages), size,
                       route not in FILES)  # fmt: skip


def _get(browser: http.client.HTTPConnection, address: str) -> tuple[float, int]:
    """Seconds until all of the page is there, and its bytes."""
    started = time.perf_counter()
    browser.request("GET", address)
    answer = browser.getresponse()
    body = answer.read()
    taken = time.perf_counter() - started
    if answer.status >= 500:
        raise RuntimeError(f"{address}: {answer.status}")
    return taken, len(body)


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[ceil(0.95 * len(taken)) - 1]


# -- the programs ------------------------------------------------------------------------------------------------------


def programs() -> list[Program]:
    """Of each challenge the reference solution and some wrong ones, really graded; kept for the next time."""
    challenges = load_all(Kit(ROOT))
    tasks = [_task(challenge, path) for challenge in challenges for path in _paths(challenge)]
    kept = KEPT / f"{fingerprint(Kit(ROOT))[:16]}.json"
    known: dict[str, str] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    left = [task for task in tasks if task.origin not in known]
    if left:
        print(f"bench: {len(left)} programs are to be graded", file=sys.stderr)
        with Pool(challenges, processors()) as pool:
            known |= {task.origin: report for task, report in pool.results(left)}
        KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(known), "utf-8")
    files = {challenge.id: challenge.card.file for challenge in challenges}
    return [Program(task.challenge, files[task.challenge], task.source, known[task.origin]) for task in tasks]


def _paths(challenge: Challenge) -> list[Path]:
    wrong = sorted((ROOT / "tests" / "submissions" / challenge.id / "wrong").glob("*.py"))
    return [challenge.solution, *Random(challenge.id).sample(wrong, WRONG)]


def _task(challenge: Challenge, path: Path) -> Task:
    source = path.read_bytes()
    origin = str(path.relative_to(ROOT))
    return Task("bench", challenge.id, "0" * 64, source, origin, kit_of(challenge), POLICY, 4711, True, 0)
