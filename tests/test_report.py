"""A report may come from anywhere. What every form takes for granted of it is looked at when it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader import stored
from grader.errors import UsageError
from grader.report import MOST_MOMENTS
from tests.show.reports import every_kind


def report(**timeline: Any) -> dict[str, Any]:
    run = {"id": "plain", "scenario": "plain", "seed": 7, "outcome": "returned", "timeline": timeline}
    check = {"id": "a", "title": "a", "status": "fail", "points": 0, "max_points": 1, "runs": ["plain"]}
    challenge = {
        "id": "01-a", "title": "A", "status": "fail", "points": 0, "max_points": 1, "submission_sha256": "0",
        "checks": [check], "runs": [run],
    }  # fmt: skip
    return {
        "schema": "grader/result/v1", "kit": {"version": "0", "challenges_sha256": "0"}, "seed": 7,
        "isolation": {"tier": "process", "missing": []}, "started": "2026-01-01T00:00:00Z", "duration_s": 1,
        "points": 0, "max_points": 1, "status": "fail", "challenges": [challenge],
    }  # fmt: skip


def read(path: Path, data: Any) -> Any:
    path.write_text(json.dumps(data))
    return stored.read(path)


def test_every_kind_of_moment_can_be_read(tmp_path: Path) -> None:
    events = every_kind()
    found = read(tmp_path / "r.json", report(title="a run", events=events))
    assert len(found.challenges[0].runs[0].timeline["events"]) == len(events)


@pytest.mark.parametrize(
    "moment",
    [
        {"at": 1},
        {"kind": None},
        {"kind": "write", "at": "soon"},
        {"kind": "write", "at": True},
        {"kind": "write", "at": -1},
        {"kind": "write", "at": 1e300},
        {"kind": "write", "events": "3"},
        {"kind": "write", "events": 1.5},
        {"kind": "write", "events": 10**9},
        {"kind": "write", "labels": "role"},
        {"kind": "write", "labels": [1]},
        {"kind": "write", "tail": 5},
        {"kind": "stdout", "text": ["a"]},
        {"kind": "note", "what": "x", "value": {"a": 1}},
        {"kind": "note", "what": "x", "value": [[1]]},
        {"kind": "note", "what": "x", "value": 10**100},
    ],
    ids=str,
)
def test_a_moment_that_no_form_could_show_is_refused(tmp_path: Path, moment: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is no report"):
        read(tmp_path / "r.json", report(events=[moment]))


def test_a_run_of_too_many_moments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="more than"):
        read(tmp_path / "r.json", report(events=[{"kind": "stdout"}] * (MOST_MOMENTS + 1)))


@pytest.mark.parametrize("points", [-1, 1e9, 1e308])
def test_points_that_no_check_has_are_refused(tmp_path: Path, points: float) -> None:
    with pytest.raises(UsageError, match="is no report"):
        read(tmp_path / "r.json", {**report(events=[]), "points": points})
