"""`grader grade`: looks at what was typed, launches the warm parent, and loads the rest while that warms up."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.challenge import Challenge, find_kit, library_sets, load_all, select
from grader.errors import UsageError
from grader.jail.launch import Launched, launch
from grader.jail.tiers import CONFINED, too_open
from grader.scenario import Submission, new_seed
from grader.show.formats import Format

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from grader.report import Report
    from grader.session import Session


@dataclass(frozen=True)
class Wanted:
    """The options of the command line."""

    file: Path | None
    solutions: bool
    seed: int | None
    format: Format
    out: Path | None
    jobs: int
    hints: str
    plain: bool
    isolation: str | None = None  # the weakest tier that will do
    sign: Path | None = None  # a private key


def run(names: list[str], wanted: Wanted) -> int:
    """Grades and shows; returns the exit status. Raises UsageError for what was typed wrong."""
    gc.disable()  # one short piece of work: collecting would cost more than it frees
    chosen = select(load_all(find_kit()), names)
    hints = hint_count(wanted.hints)
    check_out(wanted.format, wanted.out)
    key = _signing_key(wanted)
    submissions = _submissions(chosen, wanted)
    sets = library_sets(chosen)
    launched = launch(sets)
    try:
        report = _graded(chosen, submissions, wanted, sets, launched)
    except BaseException:
        for parent in launched or ():
            parent.close()
        raise
    if wanted.file is None and not wanted.solutions:
        from grader import progress

        progress.tell_hints(chosen[0].kit, report)
        progress.remember(chosen[0].kit, report, hints)
    from grader.commands.showing import put, show

    if key is not None:
        from grader.signing import sign

        put(sign(report, key), wanted.out)
        _warn_of_the_key(report)
    else:
        show(report, wanted, hints)
    return {"pass": 0, "fail": 1, "error": 3}[report.status]


def _graded(
    chosen: list[Challenge],
    submissions: list[Submission],
    wanted: Wanted,
    sets: list[list[str]],
    launched: list[Launched] | None,
) -> Report:
    from grader.commands.showing import watching
    from grader.grading import Work, grade
    from grader.session import Session

    work = [Work(challenge, submission) for challenge, submission in zip(chosen, submissions, strict=True)]
    seed = new_seed() if wanted.seed is None else wanted.seed
    with Session(*sets, jobs=wanted.jobs, launched=launched) as session, watching(wanted) as doing:
        if wanted.isolation is not None:
            _require(wanted.isolation, session)
        return grade(session, chosen[0].kit, work, seed=seed, seed_given=wanted.seed is not None, doing=doing)


def _require(tier: str, session: Session) -> None:
    reached = session.confinement()
    if not reached.reaches(tier):
        raise UsageError(f"{too_open(tier, reached)} Nothing was graded.")


def _signing_key(wanted: Wanted) -> Ed25519PrivateKey | None:
    """Read before anything is graded: what is wrong with it is said at once."""
    if wanted.sign is None:
        return None
    if wanted.format not in (Format.text, Format.json):
        raise UsageError(f"--sign makes signed JSON, and --format {wanted.format} is another form: leave one out.")
    from grader.signing import canonical, private_key

    canonical({})  # its library is there
    return private_key(wanted.sign)


def _warn_of_the_key(report: Report) -> None:
    if report.isolation.tier != CONFINED:
        print(
            f"grader: signed; but the submission was only `{report.isolation.tier}`, and could have read the key. "
            f"--require-isolation {CONFINED} refuses that.",
            file=sys.stderr,
        )


def _submissions(chosen: list[Challenge], wanted: Wanted) -> list[Submission]:
    if wanted.solutions:
        return [challenge.reference() for challenge in chosen]
    if wanted.file is not None and len(chosen) != 1:
        raise UsageError(f"--file {wanted.file} goes with one challenge: `grader grade 1 --file {wanted.file}`.")
    return [challenge.submission(wanted.file) for challenge in chosen]


def hint_count(hints: str) -> int:
    if hints == "all":
        return 3
    if not hints.isdigit():
        raise UsageError(f"--hints {hints!r}: expected a number or `all`.")
    return int(hints)


def check_out(format: Format, out: Path | None) -> None:
    """Before any work is done for nothing."""
    if out is None:
        if format is Format.html and sys.stdout.isatty():
            raise UsageError("--format html is a page for a browser. Say where to put it: `--out report.html`.")
    elif out.is_dir():
        raise UsageError(f"--out {out}: is a folder. Name a file in it, such as {out / 'report'}.")
    elif not out.absolute().parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {out.parent}. Make it, or name another file.")
