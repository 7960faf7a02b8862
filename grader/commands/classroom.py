"""`grader class`: grades a folder of submissions, keeps every report, and shows what a regrading would change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from grader.challenge import Challenge, find_kit, load_all, select
from grader.errors import UsageError
from grader.show.terminal import console

if TYPE_CHECKING:
    from grader.classroom.conduct import Backend, Plan, Tally
    from grader.classroom.model import Gathered
    from grader.classroom.store.graded import Graded
    from grader.classroom.store.store import Store


@dataclass(frozen=True)
class Wanted:
    """The options of the command line."""

    submissions: str
    db: str
    challenges: list[str]
    roster: Path | None
    jobs: int | None
    scheduler: str | None
    tls: tuple[Path | None, Path | None, Path | None]  # ca, certificate, key
    regrade: bool
    commit: bool
    seed_policy: str
    plain: bool
    at: str | None = None
    before: str | None = None
    times: bool = False
    isolation: str = ""


def run(wanted: Wanted) -> int:
    """Returns the exit status: 0; 1 where some submission could not be read, or a regrading was decided on by somebody
    else; 3 where the grader failed on some.

    Raises UsageError for what was typed wrong, before anything is graded.
    """
    needs_class_extra()
    from grader.classroom.collect import collect
    from grader.classroom.conduct import plan
    from grader.classroom.store.locks import Decided
    from grader.classroom.store.store import Store
    from grader.classroom.task import SeedPolicy

    if wanted.commit and not wanted.regrade:
        raise UsageError("--commit goes with --regrade: it stores what that has shown.")
    policy = SeedPolicy.parse(wanted.seed_policy)
    chosen = select(load_all(find_kit()), wanted.challenges)
    for challenge in chosen:
        challenge.checks()  # what is broken in the kit is said now, and once
    out = console(plain=wanted.plain)
    gathered = collect(
        wanted.submissions, chosen, roster=wanted.roster, at=wanted.at, before=_time(wanted.before), times=wanted.times
    )
    with Store(wanted.db) as store:
        store.waiting(_say)
        planned = plan(store, gathered, chosen, policy, again=wanted.regrade)
        _announce(out, gathered, planned)
        try:
            tally = _graded(store, planned, chosen, wanted) if planned.todo else None
        except Decided as why:
            _say(f"{why}. What it had not graded by then stays as it was; the same command begins a new regrading.")
            return 1
        _sum_up(out, gathered, tally)
        in_time = _show_differences(out, store, planned, wanted)
    return 3 if tally and tally.by_status["error"] else 1 if gathered.problems or not in_time else 0


def _graded(store: Store, planned: Plan, chosen: list[Challenge], wanted: Wanted) -> Tally:
    """Grades what is planned. Whoever stops it is told what is kept."""
    from grader.classroom.conduct import grade
    from grader.commands.class_progress import watching

    kept = 0
    try:
        with _backend(wanted, chosen) as backend, watching(len(planned.todo), plain=wanted.plain) as tell:

            def told(tally: Tally, graded: Graded) -> None:
                nonlocal kept
                kept = tally.done
                tell(tally, graded)

            return grade(store, planned, backend, told, isolation=wanted.isolation)
    except KeyboardInterrupt:
        _say(f"{kept} of {len(planned.todo)} are graded and kept. The same command goes on with the others.")
        raise


def _time(text: str | None) -> datetime | None:
    from grader.classroom.collect.area import parse_time

    try:
        return None if text is None else parse_time(text)
    except ValueError as error:
        raise UsageError(
            f"--before: {error}. Expected one such as 2026-11-30T18:00+01:00, or 2026-11-30T17:00Z."
        ) from None


def _say(what: str) -> None:
    print(f"grader: {what}", file=sys.stderr, flush=True)


def needs_class_extra() -> None:
    """Raises UsageError where the libraries are missing that only a class needs."""
    missing = [name for name in ("sqlalchemy", "alembic") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"{missing[0]} is not installed, which classes need: `make class S=SUBMISSIONS` installs it, or "
            "`pip install 'stream-challenge-kit[class]'`."
        )


@contextmanager
def _backend(wanted: Wanted, chosen: list[Challenge]) -> Iterator[Backend]:
    if wanted.scheduler is not None:
        from grader.classroom.dask import Cluster

        with Cluster(wanted.scheduler, chosen, tls=wanted.tls, tell=_say) as cluster:
            yield cluster
        return
    from grader.classroom.pool import Pool, processors

    with Pool(chosen, wanted.jobs or processors()) as pool:
        yield pool


def _announce(out: Console, gathered: Gathered, planned: Plan) -> None:
    known = f", {planned.known} graded before" if planned.known else ""
    out.print(f"{len(gathered.students)} students, {len(gathered.handed)} submissions{known}")


def _show_differences(out: Console, store: Store, planned: Plan, wanted: Wanted) -> bool:
    """And commits them, where that is wanted. False where somebody else has decided on them meanwhile."""
    from grader.classroom.conduct import who
    from grader.classroom.differences import changes

    changed = list(changes(store, planned.sitting))
    gain, lose = sum(c.gain > 0 for c in changed), sum(c.gain < 0 for c in changed)
    for change in changed:
        points = f"{change.was:g} → {change.now:g} of {change.max_points:g}"
        out.print(f"{escape(change.student)} · {change.challenge}: {points}", style=_style(change.gain), soft_wrap=True)
        for why in change.why:
            out.print(f"    {escape(why)}", soft_wrap=True)
        if change.kits[0] != change.kits[1]:
            out.print(
                f"    the challenge was graded as {change.kits[0]} before, now as {change.kits[1]}",
                style="dim",
                soft_wrap=True,
            )
    if changed or wanted.regrade:
        out.print(f"{gain} gain, {lose} lose, {len(changed) - gain - lose} fail for another reason")
    if not wanted.regrade:
        return True
    if not wanted.commit:
        out.print("Nothing of it counts yet. The same command with --commit stores it, without grading again.")
        return True
    if store.decide(planned.sitting, "committed", who=who()):
        out.print("Committed: this counts from now on; what counted before is kept as history.")
        return True
    _say("somebody has decided on this regrading meanwhile, and that stays so. The history in the dashboard says how.")
    return False


def _style(gain: float) -> str:
    return "green" if gain > 0 else "red" if gain < 0 else "yellow"


def _sum_up(out: Console, gathered: Gathered, tally: Tally | None) -> None:
    for problem in gathered.problems:
        whose = f"{escape(problem.student)}: " if problem.student else ""
        out.print(f"! {whose}{escape(problem.where)}: {escape(problem.message)}", style="yellow", soft_wrap=True)
    if tally is None:
        out.print("Nothing new to grade.")
        return
    passed, errors = tally.by_status["pass"], tally.by_status["error"]
    out.print(f"{tally.done} graded: {passed} passed, {tally.failures} did not.", style="bold")
    if errors:
        out.print(
            f"On {errors} the grader failed, which costs nobody points. The same command tries them again.",
            style="yellow",
        )
