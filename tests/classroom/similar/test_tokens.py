"""A submission may be one endless line: comparing it takes as long as it is, and no longer."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "source", [b"1+" * 30_000, b"'a'\n" * 20_000, b"'a' 'b' " * 15_000], ids=["sum", "lines", "texts"]
)
def test_long_submissions_take_no_time_to_speak_of(source: bytes) -> None:
    """No clock: the look happens in a process with six seconds of CPU, where a quadratic one takes a minute."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (6, 6))\n"
        "from grader.classroom.similar.tokens import tokens\nprint(len(tokens(sys.stdin.buffer.read())))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=source, capture_output=True)
    assert done.returncode == 0, f"killed by the CPU limit: {done.returncode} {done.stderr[-300:]!r}"
