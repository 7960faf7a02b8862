"""Reading reports back. They may come from anywhere, so nothing in them is taken on trust."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.errors import UsageError
from grader.report import Report
from grader.stream.fixture import first_problem

MOST_BYTES = 64 * 1024 * 1024  # a report of all challenges has one or two
SIGNED = "grader/signed/v1"


def read(path: Path) -> Report:
    """The report in a file (`-`: stdin), signed or not. Raises UsageError."""
    return report_in(bytes_of(path), path)


def report_in(content: bytes, path: Path) -> Report:
    """The report in what was read from `path`, signed or not. Raises UsageError."""
    data = parsed(content, path)
    if isinstance(data, dict) and data.get("schema") == SIGNED:
        data = data.get("report")
    if not isinstance(data, dict) or data.get("schema") != "grader/result/v1":
        raise UsageError(f"{path}: is no report: expected the JSON that `grader grade --json` prints.")
    try:
        return Report.model_validate(data)
    except ValidationError as error:
        raise UsageError(f"{path}: is no report: {first_problem(error)}") from None
    except RecursionError:
        raise UsageError(f"{path}: is no report: it is nested too deeply.") from None


def bytes_of(path: Path) -> bytes:
    """Of a file, or of stdin where it is `-`. Raises UsageError."""
    if str(path) == "-":
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            raise UsageError(f"{path}: no such file. `grader grade --json --out {path}` makes one.") from None
        except OSError as error:
            raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path}: is larger than {MOST_BYTES // 1024**2} MiB, expected a report.")
    return content


def parsed(content: bytes, path: Path) -> Any:
    """Raises UsageError where it is not JSON, or holds what JSON does not know."""
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(
            f"{path}: is no report: {said}. Expected the JSON that `grader grade --json` prints."
        ) from None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")
