"""The forms that an export can take, by the name that `grader export --format` takes."""

from __future__ import annotations

from enum import StrEnum


class ExportForm(StrEnum):
    long = "long"
    wide = "wide"
    jsonl = "jsonl"
    canvas = "canvas"
    moodle = "moodle"
