"""Other work on all cores, so that a test or a soak run sees what a busy machine does to verdicts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SPIN = "while True: sum(i * i for i in range(10_000))"


@contextmanager
def busy_cores(per_core: int = 2) -> Iterator[None]:
    """Keeps every core busy with `per_core` processes that do nothing else."""
    processes = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range((os.cpu_count() or 2) * per_core)]
    try:
        yield
        assert all(process.poll() is None for process in processes), "the cores were not busy all the time"
    finally:
        for process in processes:
            process.kill()
            process.wait()
