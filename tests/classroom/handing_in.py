"""Submissions as learning platforms and students leave them: files in a folder, and zips."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.classroom.collect import collect
from grader.classroom.model import Gathered, Problem
from tests.corpus import challenges

CODE = b"def inspect_stream(prompt):\n    return {}\n"
FIRST, SECOND = "01-inspect-a-chunk", "02-prove-include-usage"


def put(root: Path, files: Mapping[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def gathered(where: Path | str, roster: Path | None = None, **options: object) -> Gathered:
    return collect(where, list(challenges().values()), roster=roster, **options)  # type: ignore[arg-type]


def pairs(found: Gathered) -> list[tuple[str, str]]:
    """Who handed in what, by the challenge's number."""
    return sorted((each.student, each.challenge[:2]) for each in found.handed)


def said(problems: list[Problem]) -> str:
    return "\n".join(f"{problem.student}: {problem.where}: {problem.message}" for problem in problems)
