"""The recorded bodies of real providers, where they lie beside the kit: they are read, and never copied into it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import breadth

ROOT = Path(__file__).parents[1]
WHERE = Path("shared", "wire", "recordings")


@cache
def folder() -> Path | None:
    """Where WIRE_RECORDINGS says, or `shared/wire/recordings` in the kit's folder or one above it."""
    named = os.environ.get("WIRE_RECORDINGS")
    candidates = [Path(named)] if named else [above / WHERE for above in (ROOT, *ROOT.parents)]
    return next((path for path in candidates if (path / "ORACLE.json").exists()), None)


@dataclass(frozen=True)
class Recorded:
    """One body, and what ORACLE.json says of it: content, reasoning, refusal, finish, usage (total_tokens), error, done,
    chunks, tools, n."""

    name: str
    path: Path
    says: dict[str, Any]

    @property
    def body(self) -> bytes:
        return self.path.read_bytes()


def providers() -> list[Recorded]:
    """All of them; none where they are not there."""
    here = folder()
    if here is None:
        return []
    oracle = json.loads((here / "ORACLE.json").read_text("utf-8"))
    return [Recorded(path.stem, path, oracle[path.stem]) for path in sorted((here / "providers").glob("*.sse"))]


def index() -> dict[str, dict[str, str]]:
    """INDEX.md's table by body: the cells of its row under the names of its columns."""
    here = folder()
    rows = [] if here is None else [r for r in (here / "INDEX.md").read_text("utf-8").splitlines() if r.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {row[0].removesuffix(".sse"): dict(zip(cells[0], row, strict=False)) for row in cells[2:]}


def param(recorded: list[Recorded], nth: int = 1) -> Any:
    """For `parametrize`: a test a body, or one that is skipped where there are none. All but each nth are breadth."""
    missing = pytest.param(None, marks=pytest.mark.skip("the recorded bodies, or the challenge, are not there"))
    return breadth.each(nth, [pytest.param(one, id=one.name) for one in recorded]) or [missing]


def must_be_there_in_ci() -> None:
    assert folder() is not None or os.environ.get("CI") != "true", "the recordings lie beside the kit in CI"
