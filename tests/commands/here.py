"""The command in the test's own process: most of a run of its own would be loading libraries."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.cli import main


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def grader_here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], kit: Path, *args: str, **env: str
) -> Done:
    """Runs `grader` with these arguments, as its main function does."""
    for name, value in {**env, "GRADER_KIT": str(kit)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["grader", *args])
    before = signal.getsignal(signal.SIGTERM)
    capfd.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    signal.signal(signal.SIGTERM, before)
    return Done(int(str(ended.value.code)), *capfd.readouterr())
