"""Who looks at reports: this process, or others where many come at once. What is seen is the same."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import pytest
from fastapi import HTTPException

from grader.challenge import Kit, load_all
from grader.dashboard.ingest.believed import Sheet
from grader.dashboard.ingest.looking import Looked, looked_at
from grader.dashboard.ingest.readers import Away, Readers
from tests.commands.kits import ROOT, environment
from tests.dashboard.ingest.gradings import SOLUTION, WRONG, graded

PARENT = """
import asyncio, sys
from tests.dashboard.ingest.test_readers import SOLUTION, graded, many

async def main():
    async with many() as readers:
        print(*readers._pool._processes, flush=True)
        sys.stdin.read()

if __name__ == "__main__":
    asyncio.run(main())
"""


@cache
def sheet() -> Sheet:
    return Sheet(Kit(ROOT), load_all(Kit(ROOT)))


@asynccontextmanager
async def many() -> AsyncIterator[Readers]:
    """To whom two reports came at once."""
    readers = Readers(sheet, 2)
    try:
        await asyncio.gather(*(readers.look(graded(SOLUTION)) for _ in range(2)))
        assert readers._pool is not None
        yield readers
    finally:
        readers.close()


def bare(looked: Looked) -> list[object]:
    """All but when it was looked at."""
    found = [({**one.columns, "graded_at": None}, one.checks, one.size) for one in looked.believed]
    return [looked.body_sha256, looked.fingerprint, looked.refusal, found]


def test_one_report_at_a_time_needs_no_other_process() -> None:
    async def one_after_the_other() -> bool:
        readers = Readers(sheet, 2)
        for _ in range(3):
            await readers.look(graded(SOLUTION))
        return readers._pool is None

    assert asyncio.run(one_after_the_other())


def test_without_other_processes_many_are_looked_at_one_after_the_other() -> None:
    async def at_once() -> list[Looked]:
        return await asyncio.gather(*(Readers(sheet, 0).look(graded(SOLUTION)) for _ in range(3)))

    assert [bare(looked) for looked in asyncio.run(at_once())] == [bare(looked_at(graded(SOLUTION), sheet()))] * 3


def test_elsewhere_the_same_is_seen_and_the_same_is_refused() -> None:
    stranger = json.loads(graded(SOLUTION))
    stranger["challenges"][0]["id"] = "77-nowhere"
    odd = [b"{", b"{}", b'{"schema": "grader/result/v1"}', b'{"schema": "grader/signed/v1"}']

    async def at_once() -> tuple[list[Looked], list[HTTPException]]:
        async with many() as readers:
            seen = [
                await readers.look(body) for body in (graded(SOLUTION), graded(WRONG), json.dumps(stranger).encode())
            ]
            refused = []
            for body in odd:
                with pytest.raises(HTTPException) as why:
                    await readers.look(body)
                refused.append(why.value)
            return seen, refused

    seen, refused = asyncio.run(at_once())
    here = [looked_at(body, sheet()) for body in (graded(SOLUTION), graded(WRONG), json.dumps(stranger).encode())]
    assert [bare(looked) for looked in seen] == [bare(looked) for looked in here]
    assert "no such challenge" in seen[2].refusal
    for body, there in zip(odd, refused, strict=True):
        with pytest.raises(HTTPException) as why:
            looked_at(body, sheet())
        assert (there.status_code, there.detail) == (why.value.status_code, why.value.detail)


def test_a_reader_that_dies_costs_one_try() -> None:
    async def killed() -> Looked:
        async with many() as readers:
            assert readers._pool is not None
            for pid in list(readers._pool._processes):
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(Away):
                while True:  # until it is noticed
                    await readers.look(graded(SOLUTION))
            return await readers.look(graded(SOLUTION))

    assert bare(asyncio.run(killed())) == bare(looked_at(graded(SOLUTION), sheet()))


def test_a_reader_does_not_hear_a_ctrl_c() -> None:
    async def interrupted() -> Looked:
        async with many() as readers:
            assert readers._pool is not None
            for pid in list(readers._pool._processes):
                os.kill(pid, signal.SIGINT)
            return await readers.look(graded(SOLUTION))

    assert asyncio.run(interrupted()).believed


def test_readers_leave_with_a_dashboard_that_is_killed(tmp_path: object) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=ROOT, env=environment(ROOT), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert pids
    until = time.monotonic() + 60
    while any(map(_runs, pids)):
        assert time.monotonic() < until, "they are still there"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
