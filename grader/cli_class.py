"""The part of the command `grader` that an instructor types: `class`, what is read of a class, and `notebook`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.classroom.export.forms import ExportForm
from grader.jail.tiers import Tier

Plain = Annotated[bool, typer.Option("--plain", help="No colours (NO_COLOR does the same).")]
Db = Annotated[str, typer.Option(help="Where reports are kept: sqlite:///FILE, or postgresql://user@host/database.")]
Challenges = Annotated[list[str] | None, typer.Option("--challenge", help="Only this one; may be given again.")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="class.toml: deadlines, attempts, weights.")]


def class_(
    submissions: Annotated[
        str,
        typer.Argument(
            metavar="SUBMISSIONS",
            help="A folder of submissions, a zip of them as Moodle, Canvas or Gradescope give it, or a clone.",
        ),
    ],
    db: Db = "sqlite:///grades.db",
    challenge: Challenges = None,
    roster: Annotated[Path | None, typer.Option(help="A CSV with the columns id, name, email, section, also.")] = None,
    at: Annotated[str | None, typer.Option(metavar="COMMIT", help="Of clones: this commit, tag or branch.")] = None,
    before: Annotated[
        str | None, typer.Option(metavar="TIME", help="Of clones: the last commit until then, 2026-11-30T18:00+01:00.")
    ] = None,
    times: Annotated[
        bool, typer.Option("--times", help="Believe the files' times for when they were handed in.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Worker processes on this machine; as many as processors by default.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster: tcp://HOST:8786, or tls://.")
    ] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="For tls://: the authority's certificate.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="For tls://: our certificate.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="For tls://: our key.")] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade all again, and show who gains, who loses, and why.")
    ] = False,
    commit: Annotated[bool, typer.Option("--commit", help="With --regrade: let that count.")] = False,
    seed_policy: Annotated[
        str, typer.Option(help="`per-student`, which nobody can foresee, or `fixed:N`.")
    ] = "per-student",
    require_isolation: Annotated[
        Tier | None, typer.Option(help="Refuse to grade where a submission would be confined less than this.")
    ] = None,
    plain: Plain = False,
) -> None:
    """Grade a folder of submissions and keep every report. The same command goes on where it stopped."""
    from grader.commands.classroom import Wanted, run

    wanted = Wanted(
        submissions, db, challenge or [], roster, jobs, scheduler, (tls_ca, tls_cert, tls_key), regrade, commit,
        seed_policy, plain, at, before, times, require_isolation.value if require_isolation else "",
    )  # fmt: skip
    raise typer.Exit(run(wanted))


def export(
    db: Db = "sqlite:///grades.db",
    format: Annotated[
        ExportForm, typer.Option(help="long: a row an attempt; wide: a row a student.")
    ] = ExportForm.long,
    challenge: Challenges = None,
    policy: PolicyFile = None,
    fill: Annotated[
        Path | None, typer.Option(help="canvas, moodle: the file that the platform exported; it is filled in.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.")] = None,
) -> None:
    """Write a class's grades. As CSV, JSON lines, or a platform's own file filled in."""
    from grader.commands.export import Wanted, run

    raise typer.Exit(run(Wanted(db, format, challenge or [], policy, fill, out)))


def report(
    db: Db = "sqlite:///grades.db",
    challenge: Challenges = None,
    policy: PolicyFile = None,
    section: Annotated[str, typer.Option(help="Only this section's students.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON, and nothing else, on stdout.")] = False,
    plain: Plain = False,
) -> None:
    """Show how a class does. By challenge and by misconception, and who is stuck."""
    from grader.commands.class_report import run

    raise typer.Exit(run(db, challenge or [], policy, section, as_json=json, plain=plain))


def similar(
    db: Db = "sqlite:///grades.db",
    challenge: Challenges = None,
    threshold: Annotated[float, typer.Option(min=0.3, max=1.0, help="From which share on two are linked.")] = 0.8,
    given: Annotated[
        list[Path] | None, typer.Option(help="A file that all were given: what is from it is not compared.")
    ] = None,
    all_pairs: Annotated[bool, typer.Option("--all", help="Side by side all pairs of a group, not the first.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON, and nothing else, on stdout.")] = False,
    plain: Plain = False,
) -> None:
    """Show which submissions are nearly the same. In groups, side by side; it says what is alike, and no more."""
    from grader.commands.similar import run

    raise typer.Exit(run(db, challenge or [], threshold, given or [], whole=all_pairs, as_json=json, plain=plain))


notebooks = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Challenges as notebooks, for nbgrader.")
Course = Annotated[Path, typer.Argument(metavar="COURSE", help="nbgrader's course folder.")]


@notebooks.command("build")
def notebook_build(course: Course = Path("course"), challenge: Challenges = None) -> None:
    """Make a course folder. It has source notebooks, made of the challenges, and nbgrader's configuration."""
    from grader.commands.notebook import build

    raise typer.Exit(build(course, challenge or []))


@notebooks.command("sync")
def notebook_sync(course: Course = Path("course"), db: Db = "sqlite:///grades.db") -> None:
    """Move scores both ways. Between nbgrader's gradebook and the class's database."""
    from grader.commands.notebook import sync

    raise typer.Exit(sync(course, db))
