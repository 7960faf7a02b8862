"""What `export`, `report` and `similar` begin with: the store, the challenges, and class.toml."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.challenge import find_kit, load_all, select
from grader.classroom.model import Problem
from grader.classroom.policy import Policy
from grader.classroom.records import Reading
from grader.commands.classroom import needs_class_extra
from grader.errors import UsageError
from grader.untrusted import escaped


@contextmanager
def reading(db: str, names: list[str], policy: Path | None) -> Iterator[Reading]:
    """The class in `db`. Raises UsageError where there is none, or class.toml is wrong."""
    needs_class_extra()
    challenges = load_all(find_kit())
    policies = rules(policy, [challenge.id for challenge in challenges])

    from grader.classroom.store.opening import parsed
    from grader.classroom.store.store import Store

    url = parsed(db)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        raise UsageError(f"--db {url.database}: no such database. `grader class SUBMISSIONS --db {db}` makes it.")
    with Store(db) as store:
        found = Reading(store, select(challenges, names), policies)
        for stranger in policies.strangers(found.students):
            say(f"{policy}: speaks of {escaped(stranger)!r}, and nobody in {db} has that id. Correct it.")
        yield found


def rules(path: Path | None, ids: list[str]) -> Policy:
    """What class.toml says; without one, what holds anyway. Raises UsageError."""
    if path is None:
        return Policy()
    from grader.classroom import policyfile

    return policyfile.load(path, ids)


def tell(problems: Iterable[Problem]) -> None:
    """On stderr, a line each."""
    for problem in problems:
        whose = f"{problem.student}: " if problem.student else ""
        say(escaped(f"{whose}{problem.where}: {problem.message}"))


def say(text: str) -> None:
    print(f"! {text}", file=sys.stderr)
