"""Real gradings that several test processes need, and the next run of the tests too: made by the first that asks."""

from __future__ import annotations

import fcntl
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from grader import files
from grader.grading import fingerprint
from tests.corpus import ROOT, challenges

FOLDER = ROOT / "build" / "tests"


def once(name: str, sources: Iterable[bytes], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `make` gives, which must be JSON, for these sources with this grader.

    The others wait for the one that makes it. If that dies, the lock is gone with it, and the next one makes it. `make`
    raises where something went wrong, so that this is not kept.
    """
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_digest([_decides(), *sources])[:16]}.json"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = json.dumps(make())
            for old in folder.glob("*.json"):
                old.unlink()
            files.write(path, made)
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@cache
def _decides() -> bytes:
    """Of the grader itself, the kit and Python: of all that a report depends on."""
    ours = sorted(path for path in (ROOT / "grader").rglob("*") if path.suffix in (".py", ".toml"))
    kit = next(iter(challenges().values())).kit
    words = sorted(kit.challenges.glob("*/*.toml"))
    parts = [fingerprint(kit), sys.version, (ROOT / "requirements" / "kit.txt").read_text("utf-8")]
    return _digest([*(part.encode() for part in parts), *(path.read_bytes() for path in [*ours, *words])]).encode()


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()
