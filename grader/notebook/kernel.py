"""In the learner's kernel: `check` grades the cell that was run last, `replay` is an endpoint to try it on.

The verdict is that of `grader grade`, made in a process of its own: what was done to the kernel changes none.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.challenge import Challenge
    from grader.report import ChallengeReport

_AS_GRADER = "{grader}\nfrom grader.cli import main\nmain()"
_last: dict[str, tuple[str, ChallengeReport]] = {}  # by challenge: the source that was graded, and what came of it
_replayed = ExitStack()
atexit.register(_replayed.close)


class Shown:
    """What a cell ends with: HTML where that is shown, else text."""

    def __init__(self, text: str, html: str) -> None:
        self._text, self._html = text, html

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        return self._html


def check(challenge: str, only: str | None = None, hints: int = 1) -> Shown:
    """Grades the cell that defines the challenge's function, as it was run last, and shows the verdict.

    `only` is the id of one check: then that one is shown, and nothing is graded again that has been graded already.
    `hints` is how many hints are shown, up to 3. What goes wrong is said in the cell, and raises nothing.
    """
    from grader.errors import GraderFault, UsageError

    try:
        return _checked(challenge, only, hints)
    except (UsageError, GraderFault) as error:
        from grader.notebook.showing import number, sentence

        return Shown(str(error) if only is None else number(0), sentence(str(error)))


def replay(challenge: str) -> None:
    """From now on OPENAI_BASE_URL, OPENAI_API_KEY and MODEL name an endpoint that replays a recorded reply.

    It lives as long as this kernel. What the challenges' files import (`common`) can be imported, too.
    """
    from grader.errors import UsageError

    try:
        chosen = _challenge(challenge)
        folder = str(chosen.kit.challenges)
        if folder not in sys.path:
            sys.path.append(folder)
        if chosen.card.play:
            _serve(chosen)
    except UsageError as error:
        print(error, file=sys.stderr)


def _serve(challenge: Challenge) -> None:
    from grader.commands.streams import provider, variables
    from grader.replay.background import Background
    from grader.replay.server import ReplayServer

    _replayed.close()
    fixture = challenge.fixture(challenge.card.play)
    port = _replayed.enter_context(Background(ReplayServer(provider(fixture, 1.0))))
    os.environ.update(variables(port), NO_PROXY="127.0.0.1")
    sys.modules.pop("common", None)  # it reads MODEL when it is imported


def _checked(name: str, only: str | None, hints: int) -> Shown:
    from grader.errors import UsageError
    from grader.notebook import showing

    challenge = _challenge(name)
    source = cell_of(challenge.card.function, _history())
    before = _last.get(challenge.id)
    if only is not None and before is not None and before[0] == source:
        report = before[1]
    else:
        report = _graded(challenge, source)
        _last[challenge.id] = source, report
    if only is None:
        return Shown(showing.plain(report), showing.whole(report, hints))
    found = next((each for each in report.checks if each.id == only), None)
    if found is None:
        known = ", ".join(each.id for each in report.checks)
        raise UsageError(f"{challenge.id} has no check {only!r}. There are: {known}.")
    return Shown(showing.number(found.points), showing.one(report, found, hints))


def _challenge(name: str) -> Challenge:
    from grader.challenge import find_kit, load_all, select
    from grader.errors import UsageError

    chosen = select(load_all(find_kit()), [str(name)])
    if len(chosen) != 1:
        raise UsageError(f'check({name!r}): name one challenge by its number, such as check("01").')
    return chosen[0]


def _history() -> list[str]:
    """The cells that were run in this kernel, oldest first, as they were typed."""
    shell = _shell()
    if shell is None:
        from grader.errors import UsageError

        raise UsageError("check() belongs into a notebook. In a terminal, `grader grade` does the same.")
    return [str(cell) for cell in shell.history_manager.input_hist_raw]


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ModuleNotFoundError:
        return None
    return get_ipython()


def cell_of(function: str, cells: list[str]) -> str:
    """The newest cell that defines the function, as a Python file. Raises UsageError where there is none."""
    from grader.classroom.collect.notebook import without_magics
    from grader.errors import UsageError

    defines = re.compile(rf"^(?:(?:async\s+)?def\s+{function}\b|{function}\s*=[^=])", re.MULTILINE)
    newest = next((cell for cell in reversed(cells) if defines.search(cell)), None)
    if newest is None:
        raise UsageError(
            f"No cell that defines {function} has been run. Run the cell with your function, then this one."
        )
    return without_magics(newest)


def _graded(challenge: Challenge, source: str) -> ChallengeReport:
    """Raises UsageError, GraderFault."""
    from grader.errors import GraderFault, UsageError
    from grader.jail.launch import import_grader
    from grader.report import Report

    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        path = Path(folder, challenge.card.file)
        path.write_bytes(source.encode("utf-8", "replace") + b"\n")
        done = subprocess.run(
            [sys.executable, "-P", "-c", _AS_GRADER.format(grader=import_grader()),
             "grade", challenge.id, "--file", str(path), "--json"],
            env=os.environ | {"GRADER_KIT": str(challenge.kit.root), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
    if done.returncode not in (0, 1, 3) or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise (UsageError if done.returncode == 2 else GraderFault)(said or "the grader said nothing")
    (report,) = Report.model_validate(json.loads(done.stdout)).challenges
    return report
