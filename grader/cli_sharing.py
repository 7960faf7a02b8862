"""The part of the command `grader` that hands things on: a kit to learners, a report to a course."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.errors import UsageError

Names = Annotated[
    list[str] | None, typer.Argument(metavar="CHALLENGE", help="Only these: numbers, names or parts of them.")
]


def release(
    target: Annotated[
        Path,
        typer.Argument(metavar="TARGET", help="What to make: a new folder, a zip, or the repository of the branch."),
    ],
    challenges: Names = None,
    zip: Annotated[bool, typer.Option("--zip", help="A zip, not a folder.")] = False,
    branch: Annotated[
        str | None, typer.Option(metavar="NAME", help="A branch of the git repository TARGET, with its own history.")
    ] = None,
    gradescope: Annotated[
        bool, typer.Option("--gradescope", help="A zip for Gradescope's autograder, private checks included.")
    ] = False,
) -> None:
    """Make the learners' kit. Without solutions, submissions, tests and private checks, and with a lock of hashes."""
    from grader.commands.release import run

    run(target, challenges or [], zip=zip, branch_name=branch, gradescope=gradescope)


def submit(
    report: Annotated[
        Path | None,
        typer.Argument(metavar="REPORT", help="As --json or --sign wrote it; - is stdin; none: what waits."),
    ] = None,
    to: Annotated[
        str, typer.Option(envvar="GRADER_DASHBOARD", help="The dashboard's address: https://grades.example.org.")
    ] = "",
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The token that your course gave you; or GRADER_TOKEN.")
    ] = None,
) -> None:
    """Send a report to a course's dashboard. What cannot be delivered is kept, and sent by the next call.
    Exit status: 0 delivered, 1 refused, 2 wrong usage, 3 kept."""
    from grader.commands.submit import run

    if not to:
        raise UsageError("say where to: `--to https://grades.example.org`, or in GRADER_DASHBOARD.")
    raise typer.Exit(run(report, to, token_file))
