"""The command `grader`. Exit status: 0 all graded checks passed, 1 some did not, 2 wrong usage, 3 the grader failed."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader import cli_class, cli_dashboard, cli_sharing
from grader.errors import GraderFault, UsageError
from grader.jail.tiers import Tier
from grader.show.formats import Format

STOPPED = 130  # 128 + SIGINT, as shells have it

app = typer.Typer(
    name="grader",
    help="Challenges on streamed LLM replies, graded offline by replaying recorded streams to your code.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="CHALLENGE", help="A number, a name or a part of one: 1, inspect.")
]
Name = Annotated[str, typer.Argument(metavar="CHALLENGE", help="A number, a name or a part of one: 1, inspect.")]
Plain = Annotated[bool, typer.Option("--plain", help="No colours (NO_COLOR does the same).")]
FORMS = ", ".join(form.value for form in Format)
Seed = Annotated[int | None, typer.Option(help="Replay exactly the streams of this seed.")]


@app.command()
def grade(
    challenges: Names = None,
    file: Annotated[
        Path | None, typer.Option(help="Grade this file instead of the one in the challenge's folder.")
    ] = None,
    solutions: Annotated[bool, typer.Option("--solutions", help="Grade the kit's reference solutions.")] = False,
    seed: Seed = None,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON, and nothing else, on stdout.")] = False,
    format: Annotated[Format, typer.Option(metavar="FORM", help=f"How to show the report: {FORMS}.")] = Format.text,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Challenges that are graded side by side.")] = 4,
    hints: Annotated[str, typer.Option(metavar="N|all", help="How many hints to show.")] = "1",
    require_isolation: Annotated[
        Tier | None, typer.Option(help="Refuse to grade where a submission would be confined less than this.")
    ] = None,
    sign: Annotated[
        Path | None, typer.Option(metavar="KEY", help="The report as JSON, signed with this private key.")
    ] = None,
    plain: Plain = False,
) -> None:
    """Grade your code against replayed streams."""
    from grader.commands.grade import Wanted, run

    form = Format.json if json else format
    tier = None if require_isolation is None else require_isolation.value
    raise typer.Exit(run(challenges or [], Wanted(file, solutions, seed, form, out, jobs, hints, plain, tier, sign)))


@app.command()
def doctor(plain: Plain = False) -> None:
    """Say what this machine can do. That is how far a submission is confined here, what is missing, and why."""
    from grader.commands.doctor import run

    raise typer.Exit(run(plain))


@app.command()
def convert(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="A report as --json wrote it; - is stdin.")],
    format: Annotated[Format, typer.Option(metavar="FORM", help=f"What to make of it: {FORMS}.")] = Format.text,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of stdout.")] = None,
    hints: Annotated[str, typer.Option(metavar="N|all", help="How many hints to show.")] = "1",
    plain: Plain = False,
) -> None:
    """Bring a stored report into another form. Nothing is graded, and the exit status is 0 whatever it says."""
    from grader.commands.convert import run

    run(report, format, out, hints, plain)


@app.command()
def verify(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="A report that was signed; - is stdin.")],
    key: Annotated[
        Path | None, typer.Option(metavar="PUB", help="The public key that it has to be signed with.")
    ] = None,
    plain: Plain = False,
) -> None:
    """Look whether a signed report is as it was signed. Exit status: 0 it is, 1 it is not, 2 wrong usage."""
    from grader.commands.signed import verify as do

    raise typer.Exit(do(report, key, plain))


keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Keys to sign reports with.")
app.add_typer(keys, name="key")


@keys.command("new")
def key_new(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Where to put the private key; the public one ends in .pub.")
    ],
) -> None:
    """Make a pair of keys."""
    from grader.commands.signed import new as do

    do(path)


@keys.callback()
def _keys() -> None:
    """Keys to sign reports with."""


@app.command()
def watch(
    challenge: Annotated[
        str | None, typer.Argument(metavar="CHALLENGE", help="Where to begin; else where you were last.")
    ] = None,
    manual: Annotated[
        bool, typer.Option("--manual", help="Look at the files twice a second: for network drives.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="No colours, and nothing is cleared: lines below lines.")
    ] = False,
) -> None:
    """Grade a challenge whenever you save it. Keys: n next, h hint, l list, r run again, q quit."""
    from grader.commands.watch import run

    sys.exit(run(challenge, manual, plain))  # it has taken its leave, whatever ended it: there is no more to be said


@app.command("list")
def list_(plain: Plain = False) -> None:
    """List the challenges and how you stand."""
    from grader.commands.learn import show_list

    show_list(plain)


@app.command()
def hint(challenge: Name, plain: Plain = False) -> None:
    """Show the next, stronger hint for what the last grading found."""
    from grader.commands.learn import next_hint

    next_hint(challenge, plain)


@app.command()
def reset(
    challenge: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, plain: Plain = False
) -> None:
    """Bring a challenge's stub back. Your file is kept beside it as a backup."""
    from grader.commands.learn import reset as do

    do(challenge, yes, plain)


@app.command()
def play(
    challenge: Name,
    file: Annotated[
        Path | None, typer.Option(help="Run this file instead of the one in the challenge's folder.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Against the real endpoint that OPENAI_BASE_URL names; costs tokens.")
    ] = False,
) -> None:
    """Run your program against a recorded reply. It comes at the speed at which it was recorded: watch it stream."""
    from grader.commands.streams import play as do

    raise typer.Exit(do(challenge, file, live))


@app.command()
def live(
    challenges: Names = None,
    show: Annotated[bool, typer.Option("--show", help="Show what the solutions print.")] = False,
    plain: Plain = False,
) -> None:
    """Compare a real endpoint with the fixtures. The reference solutions run against the one that OPENAI_BASE_URL
    names, one request each. Costs tokens."""
    from grader.commands.live import run

    raise typer.Exit(run(challenges or [], show=show, plain=plain))


@app.command()
def serve(
    fixture: Annotated[
        str, typer.Argument(metavar="FIXTURE", help="A challenge, CHALLENGE/FIXTURE, or a path to a .sse file.")
    ] = "1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 0,
    speed: Annotated[float, typer.Option(min=0.01, help="2 is twice as fast as it was recorded.")] = 1.0,
) -> None:
    """Be an endpoint for your experiments. It serves a recorded reply as an OpenAI-compatible server would,
    until Ctrl-C."""
    from grader.commands.streams import serve as do

    do(fixture, port, speed)


@app.command()
def record(
    target: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Where to put it: a path ending in .sse; a .toml is written beside it."),
    ],
    prompt: Annotated[str, typer.Option(help="The user message to send.")] = "Count from 1 to 10 slowly.",
    include_usage: Annotated[bool, typer.Option("--include-usage", help="Ask for usage.")] = False,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Cut the reply off after so many tokens.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Record a streamed reply as a fixture. It comes from OPENAI_BASE_URL, any compatible endpoint; the key is never
    stored."""
    from grader.commands.streams import record as do

    do(target, prompt, include_usage, max_tokens, force)


@app.command()
def lint(
    challenges: Names = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only what needs no grading.")] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Under how many seeds the solution has to pass.")] = 10,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Gradings that run side by side; twice as many as processors by default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="What was found as JSON, and nothing else, on stdout.")] = False,
    plain: Plain = False,
) -> None:
    """Check challenges as their author. It looks at files, streams, submissions, hints, and mutants of the solution."""
    from grader.commands.author import lint as do

    raise typer.Exit(do(challenges or [], quick=quick, seeds=seeds, jobs=jobs, as_json=json, plain=plain))


@app.command()
def new(
    id: Annotated[str, typer.Argument(metavar="NN-SLUG", help="Two digits and a slug: 10-my-challenge.")],
    title: Annotated[str, typer.Option(help="As learners read it; made of the slug where it is not given.")] = "",
    function: Annotated[str, typer.Option(help="The function that learners fill in.")] = "",
    file: Annotated[str, typer.Option(help="The file that it stands in.")] = "",
) -> None:
    """Begin a challenge of your own. It makes folders with a small one that works, to be made into yours."""
    from grader.commands.author import new as do

    do(id, title, function, file)


app.command("class")(cli_class.class_)
app.command()(cli_class.export)
app.command()(cli_class.report)
app.command()(cli_class.similar)
app.command()(cli_dashboard.dashboard)
app.command()(cli_sharing.release)
app.command()(cli_sharing.submit)
app.add_typer(cli_class.notebooks, name="notebook")


def main() -> None:
    """Runs the command; whatever a person did wrong is a sentence on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no ✓ gets a question mark
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: nothing is left behind
    try:
        status = app(standalone_mode=False)
        if status == STOPPED:  # Ctrl-C, as the command line's own library returns it
            _say("stopped")
    except UsageError as error:
        _say(str(error))
        status = 2
    except GraderFault as error:
        _say(f"the grader failed, which is not your mistake: {error}")
        status = 3
    except KeyboardInterrupt:
        _say("stopped")
        status = STOPPED
    except typer.Abort:
        _say("stopped")
        status = STOPPED
    except Exception as error:
        status = _other(error)
    sys.exit(status if isinstance(status, int) else 0)


def _other(error: Exception) -> int:
    """Usage errors of the command line's own library, output that nobody reads, and our own faults."""
    show = getattr(error, "format_message", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error)
        return 2
    if show is not None:
        context = getattr(error, "ctx", None)
        _say(f"{_plainly(show())}. What there is: `{context.command_path if context else 'grader'} --help`.")
        return 2
    if isinstance(error, BrokenPipeError):
        return 0
    _say(
        f"the grader failed, which is not your mistake ({type(error).__name__}: {error}). "
        "Run it again; if it stays, report it with the command that you typed."
    )
    return 3


def _plainly(message: str) -> str:
    """Without the words of the library that reads the options' values."""
    number = "Input should be a valid integer, unable to parse string as an integer"
    return message.rstrip(".").replace(number, "expected a whole number").replace("Value error, ", "")


def _say(message: str) -> None:
    from grader.untrusted import escaped  # what was typed, or stands in a file, may hold anything

    print(f"grader: {escaped(message)}", file=sys.stderr)
