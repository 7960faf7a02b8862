"""The server's gate, where what it knows of the process comes late."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from grader.errors import GraderFault
from grader.holding import Holding
from grader.replay.seen import Screen
from grader.running import Record
from grader.scenario import Call, Scenario, Submission
from grader.session import Session
from grader.stream.fixture import About, Fixture
from grader.stream.script import Settle
from grader.timeline import Timeline


def listening(pid: int | None) -> Any:
    process = SimpleNamespace(pid=pid) if pid is not None else None
    return SimpleNamespace(
        timeline=Timeline(),
        screen=Screen([]),
        appeared=asyncio.Event(),
        over=asyncio.Event(),
        held=False,
        process=process,
    )


async def settled(run: Any, soon: Any) -> str:
    waiting = asyncio.create_task(Holding(run).settle(Settle(), lambda: True))
    await asyncio.sleep(0.1)
    assert not waiting.done(), "of a process that is not known, nothing is known"
    soon(run)
    await asyncio.wait_for(waiting, 20)
    return str(next(iter(run.timeline.of("settled")))["how"])


def test_a_request_may_come_before_the_process_is_known() -> None:
    """A parent on a busy machine may tell of its child later than the child asks."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:

        async def late() -> str:
            return await settled(listening(None), lambda run: setattr(run, "process", SimpleNamespace(pid=child.pid)))

        assert asyncio.run(late()) == "idle"
        child.kill()


def test_or_be_over_by_then() -> None:
    async def never() -> str:
        return await settled(listening(None), lambda run: run.over.set())

    assert asyncio.run(never()) == "done"


def test_what_fails_in_the_server_is_the_grader_s_fault_and_not_the_learner_s(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise LookupError("of our own")

    monkeypatch.setattr(Holding, "hold", fails)
    body = b'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n' * 4
    fixture = Fixture("words", body, About(origin="hand-made", note="a test", dialect="openai"))
    source = b"""
import os, requests
def answer(prompt):
    requests.post(os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
"""
    submission = Submission("learner.py", source, os.devnull)  # type: ignore[arg-type]

    def play() -> Record:
        return session.perform(Scenario("plain", "", "words"), fixture, submission, Call("answer", ("hi",)), seed=1)

    with pytest.raises(GraderFault, match="LookupError: of our own"):
        play()
