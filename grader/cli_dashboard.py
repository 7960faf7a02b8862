"""The part of the command `grader` that serves a class's dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli_class import Db, PolicyFile
from grader.jail.tiers import Tier


def dashboard(
    db: Db = "sqlite:///grades.db",
    host: Annotated[str, typer.Option(help="Where to listen: this machine alone, unless you say more.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8810,
    address: Annotated[
        str, typer.Option(metavar="URL", help="As others reach it, through a proxy: https://grades.example.org.")
    ] = "",
    behind_proxy: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A proxy there is believed who a request is from: 127.0.0.1.")
    ] = "",
    init: Annotated[
        bool, typer.Option("--init", help="Print a link, good once, to make an instructor's account.")
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="No accounts: whoever reaches it sees all, and changes nothing.")
    ] = False,
    open: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="An invented class of sixty, really graded, and read-only: to look around.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="With --demo: grade it all again.")] = False,
    policy: PolicyFile = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade here again what is sent, where the source is to be had.")
    ] = False,
    require_isolation: Annotated[
        Tier | None, typer.Option(help="With --regrade: refuse where a submission would be confined less than this.")
    ] = None,
    metrics_token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who has the token in it may read /metrics from elsewhere, too."),
    ] = None,
) -> None:
    """Serve a class's dashboard. It shows who is stuck, and on what, in the browser, until Ctrl-C."""
    if demo:
        from grader.commands.demo import run as show_demo

        raise typer.Exit(show_demo(fresh=fresh, port=port, open=open))
    from grader.commands.dashboard import Wanted, run

    tier = require_isolation.value if require_isolation else ""
    wanted = Wanted(
        db, host, port, address, behind_proxy, init, read_only, open, policy, regrade, tier, metrics_token_file
    )
    raise typer.Exit(run(wanted))
