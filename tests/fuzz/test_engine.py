"""The loop finds what is planted, makes it small, and says how to see it again."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz import __main__ as command
from tests.fuzz import mutate
from tests.fuzz.engine import Target, attempt, play

EXAMPLE: Any = {"note": {"what": "called", "t": 1.5, "values": ["a", "b"]}, "x": [1, {"y": None}]}


def a_case(rng: random.Random) -> bytes:
    return mutate.dumped(rng, mutate.one_of_many(rng, EXAMPLE), valid=True)


def planted(data: bytes) -> None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict) and isinstance(value.get("x"), list) and len(value["x"]) > 2:
        raise KeyError("planted")


def test_what_is_planted_is_found_once_and_made_small() -> None:
    (failure,), _ = play(Target("t", a_case, planted, 1), range(500))
    assert len(json.loads(failure.data)["x"]) == 3
    assert set(json.loads(failure.data)) == {"x"}
    assert failure.kind.startswith("KeyError")
    assert "planted" in failure.told


def test_a_case_that_does_not_end_is_a_failure() -> None:
    def hangs(data: bytes) -> None:
        while True:
            try:
                len(data)
            except Exception:
                continue

    failure = attempt(Target("t", a_case, hangs, 1), b"x", limit_s=0.2)
    assert failure is not None
    assert failure.kind == "Hang"


def test_a_case_that_ends_the_process_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(data: bytes) -> None:
        if json.loads(data).get("x") is True:
            os._exit(3)

    numbers = random.Random(1).sample(range(100), 100)
    target = Target("t", lambda rng: json.dumps({"x": rng.random() < 0.2}).encode(), ends, 1)
    monkeypatch.setattr(command, "TARGETS", {"t": target})
    failures = command._one("t", range(len(numbers)), jobs=2)
    assert [failure.kind for failure in failures] == ["exit code 3"]
    assert failures[0].data == b'{"x": true}'


def test_what_was_found_can_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "TARGETS", {"t": Target("t", a_case, planted, 1)})
    assert command._all(["t"], 500, 0, 2) == 1
    (found,) = (tmp_path / ".fuzz").iterdir()
    said = capsys.readouterr().out
    assert f"python -m tests.fuzz t --input {found.relative_to(tmp_path)}" in said
    with pytest.raises(KeyError):
        planted(found.read_bytes())


@pytest.mark.parametrize("seed", range(200))
def test_valid_json_stays_valid(seed: int) -> None:
    data = a_case(random.Random(seed))
    try:
        json.loads(data)
    except RecursionError:
        pass
    except ValueError as error:
        assert "digit" in str(error), data  # Python reads no number of that length
