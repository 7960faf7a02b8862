"""A class: submissions an hour beside what else grades them, and whether the hundredth costs what the first did.

The same work for all: the reference solution, handed in by many, called once on one plain stream. The peers compare the
text that comes back. `grader class` also judges whether each piece came out as it arrived, keeps the report in its
database, and confines the program.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from math import inf
from pathlib import Path
from statistics import median

from bench import peers, wire
from bench.measure import ROOT, WIDTHS, Role, Row, environment
from bench.run import SEED, sent
from grader.challenge import Challenge, Kit, load_all
from grader.classroom.conduct import Backend, grade, plan
from grader.classroom.model import Gathered, Handed
from grader.classroom.pool import Pool, processors
from grader.classroom.store.store import Store
from grader.classroom.task import SeedPolicy
from grader.scenario import Settings, derive

COUNT = int(os.environ.get("BENCH_CLASS", "50"))  # submissions for each grader
FASTER = {"nbgrader": 40.0, "check50": 15.0, "pytest": 15.0}
SIZES = (10, 200, 2000)
FLAT = 1.15  # what a submission of a large class may cost, beside one of a small class
DASK = 1.3  # what a submission may cost on two local Dask workers, beside the local pool
WORK = {"01": ("PLAIN", ()), "02": ("OPENAI", (False,))}
PROMPT = "Tell me about the rocket and the weather in 40 words."
CHECKS = '''
from grader.checking import Lab, Scenario, as_json, check

ONE = Scenario({id!r}, "one event a read, nothing unusual", {id!r}, finish="stop")


@check(points=1)
def reads_the_stream(lab: Lab) -> None:
    """returns the text, and shows each piece as it arrives"""
    run = lab.run(ONE{args})
    value = as_json(run.ends_well())
    run.same("text", run.record.reply.text, value["text"] if isinstance(value, dict) else value[0])
    run.shows_each_piece_as_it_arrives()
'''


@dataclass(frozen=True)
class Times(Row):
    """A line whose bound is how many times as fast as the reference it must be at least; 0: it is only told."""

    @property
    def ratio(self) -> float:
        return self.reference / self.measured

    @property
    def over(self) -> bool:
        return self.ratio < self.bound

    def __str__(self) -> str:
        measured, reference = (f"{seconds * 1000:.2f} ms" for seconds in (self.measured, self.reference))
        bound, verdict = (f"≥{self.bound:.0f}×", "over" if self.over else "ok") if self.bound else ("", "")
        return WIDTHS.format(self.name, measured, reference, f"{self.ratio:.1f}×", bound, verdict)


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        for number in WORK:
            yield from _beside_peers(number, Path(folder) / number)
        yield from _flat(Path(folder) / "flat")
        yield from _on_dask(Path(folder) / "dask")


# -- beside the peers ------------------------------------------------------------------------------------------------


def _beside_peers(number: str, folder: Path) -> Iterator[Row]:
    whole, tiny = _challenge(number, Kit(ROOT)), _tiny(number, folder)
    started = time.perf_counter()
    with Pool([tiny], processors()) as pool:
        _graded(tiny, processors() * 3, pool, folder / "warm.db")
        ready = time.perf_counter() - started
        ours = _graded(tiny, COUNT, pool, folder / "ours.db") / COUNT
        for name, bound in FASTER.items():
            with _work(whole, number) as work:
                try:
                    theirs = peers.seconds(name, work, COUNT, folder / name) / COUNT
                except peers.Unavailable as why:
                    print(f"bench: {why}", file=sys.stderr)
                    continue
            ours = (ours + _graded(tiny, COUNT, pool, folder / f"{name}.db") / COUNT) / 2
            yield Times(f"class: {number} beside {name}", ours, theirs, bound)
            yield Times(f"  with getting ready, {ready:.1f} s", ours + ready / COUNT, theirs, 0)
    with Pool([whole], processors()) as pool:
        _graded(whole, processors() * 2, pool, folder / "warm-whole.db")
        yield Times(f"  all of {number}, beside one run", _graded(whole, COUNT, pool, folder / "w.db") / COUNT, ours, 0)


@contextmanager
def _work(challenge: Challenge, number: str) -> Iterator[peers.Work]:
    """The stream that the grader would send, from a bare server."""
    scenario, args = WORK[number]
    answer, text = sent(challenge, runpy.run_path(str(challenge.folder / "checks.py"))[scenario], asks_for_usage=False)
    settings = Settings.from_seed(derive(SEED, "settings"))
    with Role("bench.bare", wire.as_text(wire.writes(answer))) as server:
        env = {"OPENAI_BASE_URL": f"http://127.0.0.1:{server.said}{settings.prefix}", "OPENAI_API_KEY": settings.key}
        yield peers.Work(
            challenge.solution.read_text("utf-8"), challenge.card.function, (PROMPT, *args), text,
            env | {"MODEL": settings.model}, challenge.kit.challenges,
        )  # fmt: skip


def _challenge(number: str, kit: Kit) -> Challenge:
    return next(challenge for challenge in load_all(kit) if challenge.number == number)


def _tiny(number: str, folder: Path) -> Challenge:
    """The challenge with one check, of one run."""
    challenge = _challenge(number, Kit(ROOT))
    scenario, args = WORK[number]
    for name in (f"challenges/{challenge.id}", f"fixtures/{challenge.id}"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "challenges" / "common.py", folder / "challenges")
    arguments = "".join(f", {argument!r}" for argument in args)
    checks = CHECKS.format(id=scenario.lower(), args=arguments)
    (folder / "challenges" / challenge.id / "checks.py").write_text(checks)
    return replace(_challenge(number, Kit(folder)))


def _graded(challenge: Challenge, count: int, backend: Backend, db: Path) -> float:
    """Seconds from the first submission's being handed in to the last report's being stored."""
    source = (ROOT / "solutions" / f"{challenge.id}.py").read_bytes()
    handed = [
        Handed(f"s{i}", challenge.id, challenge.card.file, source + f"\n# {i}\n".encode(), None, f"s{i}")
        for i in range(count)
    ]
    with Store(str(db)) as store:
        started = time.perf_counter()
        planned = plan(store, Gathered([], handed, []), [challenge], SeedPolicy())
        tally = grade(store, planned, backend, lambda tally, graded: None)
        taken = time.perf_counter() - started
    if tally.by_status != {"pass": count}:
        raise RuntimeError(f"not all passed: {tally}")
    return taken


# -- flat, and on Dask -------------------------------------------------------------------------------------------------


def _flat(folder: Path) -> Iterator[Row]:
    """A pool that has had ten submissions, and the same pool when it has two thousand behind it.

    By processor time, of all that it takes to run, judge and store them: clocks say how busy the machine is.
    """
    tiny = _tiny("01", folder)
    with Pool([tiny], processors()) as pool:
        _graded(tiny, processors() * 3, pool, folder / "warm.db")
        first: tuple[float, float] | None = None
        for size in SIZES:
            before = _processor_s(os.getpid())
            _graded(tiny, size, pool, folder / f"{size}.db")
            each = (_processor_s(os.getpid()) - before) / size
            memory = sum(map(_memory, (os.getpid(), *pool.workers)))
            if first is None:
                first = each, memory
                continue
            yield Row(f"class: one of {size}, and of {SIZES[0]}", each, first[0], FLAT)
            print(f"bench: {size} submissions: {first[1]:.0f} MB at first, then {memory:.0f} MB", file=sys.stderr)


def _processor_s(pid: int) -> float:
    """What a process, its descendants, and those of them that have been waited for have used."""
    used = 0.0
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            used += sum(_processor_s(int(child)) for child in children.read_text().split())
    return used


def _memory(pid: int) -> float:
    """MB that a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def _on_dask(folder: Path) -> Iterator[Row]:
    """A scheduler and two workers, as processes on this machine: a whole challenge, and, only told, a single run."""
    if find_spec("distributed") is None:
        print("bench: distributed is not installed: `pip install 'stream-challenge-kit[class]'`", file=sys.stderr)
        return
    whole, tiny = _challenge("01", Kit(ROOT)), _tiny("01", folder)
    yield Row("class: 01, two Dask workers", *_dask_and_pool(whole, folder / "whole", max(4, COUNT // 2)), DASK)
    yield Row("  one run, two Dask workers", *_dask_and_pool(tiny, folder / "tiny", COUNT), inf)


def _dask_and_pool(challenge: Challenge, folder: Path, count: int) -> tuple[float, float]:
    """Seconds for one submission, in turn."""
    from grader.classroom.dask import Cluster

    folder.mkdir()
    with ExitStack() as stack:
        dask = stack.enter_context(Cluster(_cluster(stack, folder, challenge.kit), [challenge]))
        pool = stack.enter_context(Pool([challenge], 2))
        pair: list[tuple[str, Backend]] = [("dask", dask), ("pool", pool)]
        for name, backend in pair:
            _graded(challenge, 12, backend, folder / f"warm-{name}.db")
        times: dict[str, list[float]] = {"dask": [], "pool": []}
        for turn in range(3):
            for name, backend in pair:
                times[name].append(_graded(challenge, count, backend, folder / f"{turn}-{name}.db") / count)
        return median(times["dask"]), median(times["pool"])


def _cluster(stack: ExitStack, folder: Path, kit: Kit) -> str:
    """Its address."""
    said = folder / "scheduler.json"
    python = [sys.executable, "-m"]
    env = environment() | {"GRADER_KIT": str(kit.root), "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false"}
    for command in (
        ["distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard"],
        ["distributed.cli.dask_worker", "--nworkers", "2", "--nthreads", "2", "--no-dashboard"],
    ):
        process = stack.enter_context(
            subprocess.Popen(
                [*python, *command, "--scheduler-file", str(said)], cwd=folder, env=env, stderr=subprocess.DEVNULL
            )
        )
        stack.callback(process.terminate)
        while not said.exists():
            time.sleep(0.1)
    return str(json.loads(said.read_text())["address"])
