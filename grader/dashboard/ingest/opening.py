"""From the bytes of a request to a report, signed or not."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from pydantic import ValidationError
from pydantic_core import from_json

from grader import signing
from grader.report import Report
from grader.stored import SIGNED
from grader.stream.fixture import first_problem

EXPECTED = "Expected the JSON that `grader grade --json` or `grader grade --sign` makes."


@dataclass(frozen=True)
class Opened:
    report: Report
    fingerprint: str | None  # of the key that signed it


def claimed(body: bytes) -> str | None:
    """The fingerprint of the key that a report says it is signed with; whether it is, `opened` tells, which takes
    longer. None where it says nothing of the kind. Raises HTTPException 400."""
    data = _read(body)
    said = data.get("key") if isinstance(data, dict) and data.get("schema") == SIGNED else None
    try:
        key = base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except ValueError:
        key = b""
    return signing.fingerprint(key) if key else None


def _read(body: bytes) -> Any:
    """Raises HTTPException 400."""
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise HTTPException(400, f"This is no JSON ({error}). {EXPECTED}") from None


def opened(body: bytes) -> Opened:
    """Raises HTTPException: 400 where it is no report, or was changed since it was signed; 422 where it is unsound."""
    data = _read(body)
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema == SIGNED:
        return _signed(body)
    if schema != "grader/result/v1":
        raise HTTPException(400, f"This is no report. {EXPECTED}")
    try:
        return Opened(Report.model_validate(data), None)
    except ValidationError as error:
        raise HTTPException(422, f"This is no report: {first_problem(error)}. {EXPECTED}") from None


def _signed(body: bytes) -> Opened:
    try:
        signed = signing.verify(body)
    except signing.Refused as why:
        raise HTTPException(400, f"The report {why}. Sign it anew, and send the file as it is.") from None
    return Opened(signed.report, signed.fingerprint)
