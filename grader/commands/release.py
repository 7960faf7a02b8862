"""`grader release`: the learners' kit, made from the instructor's."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grader import __version__, kitlock
from grader.challenge import Kit, find_kit, load_all, select
from grader.errors import UsageError
from grader.release import branch, build
from grader.release.contents import Entry, contents
from grader.untrusted import escaped


def run(target: Path, names: list[str], *, zip: bool, branch_name: str | None, gradescope: bool) -> None:
    """Makes one, and says what it is. Raises UsageError."""
    if sum((zip, branch_name is not None, gradescope)) > 1:
        raise UsageError("--zip, --branch and --gradescope are three different things: give one of them.")
    kit = Kit(find_kit().root.resolve())
    chosen = select(load_all(kit), names)
    entries = contents(kit, chosen, private=gradescope)
    if branch_name is not None:
        message = f"The kit as it is handed out: {__version__}, {', '.join(one.id for one in chosen)}"
        made = branch.commit(entries, target, branch_name, message)
        where = f"{target}, branch {branch_name}"
        print(escaped(f"{where}: {f'commit {made}' if made else 'has just this already'}."))
    elif gradescope:
        build.archive(build.for_gradescope(kit, entries), target, "")
        print(escaped(f"{target}: the autograder's zip. Upload it to Gradescope; do not hand it to learners."))
    elif zip:
        build.archive(entries, target, f"{target.name.removesuffix('.zip')}/")
        print(escaped(f"{target}: the learners' kit."))
    else:
        build.folder(entries, target)
        print(escaped(f"{target}: the learners' kit. `make grade` in it begins."))
    print(f"{len(chosen)} challenge{'s' * (len(chosen) != 1)}, {len(entries)} files; lock {_lock(entries)}")


def _lock(entries: list[Entry]) -> str:
    """As the reports of this kit will have it under `kit.lock`."""
    return next(hashlib.sha256(e.content).hexdigest() for e in entries if e.path == kitlock.NAME)
