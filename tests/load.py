"""Other work on all cores, so that a test or a soak run sees what a busy machine does to verdicts."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager


def _spin() -> None:
    while True:
        sum(i * i for i in range(10_000))


@contextmanager
def busy_cores(per_core: int = 2) -> Iterator[None]:
    """Keeps every core busy with `per_core` processes that do nothing else."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_spin, daemon=True) for _ in range((os.cpu_count() or 2) * per_core)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()
