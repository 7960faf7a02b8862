"""The kit's own replay server with a stream of fifty events. A process (`python -m bench.replay`).

It is told nothing (null), and says its port.
"""

from __future__ import annotations

import asyncio
import json
import sys

from grader.replay.provider import Provider
from grader.replay.server import ReplayServer
from grader.stream import sse
from grader.stream.fixture import About, Fixture
from grader.stream.salt import Salted, unsalted
from grader.stream.script import Script, script

EVENTS = 50
KEY, MODEL, PREFIX = "sk-bench", "bench", "/v1"


def _chunk(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    head = {"id": "chatcmpl-BnW3kQ7xTz9LpR2dVuY5sHcA8fGe", "object": "chat.completion.chunk", "created": 1763800000}
    return json.dumps({**head, "model": MODEL, "system_fingerprint": "fp_50cad350e4", "choices": [choice]})


def provider() -> Provider:
    """Fifty events, `[DONE]` among them, each in a write of its own; the script is made anew for each request."""
    data = [_chunk({"role": "assistant", "content": ""})]
    data += [_chunk({"content": f" word{i}"}) for i in range(EVENTS - 3)]
    data += [_chunk({}, "stop"), "[DONE]"]
    body = b"".join(sse.encode(text) for text in data)
    fixture = Fixture("bench", body, About(origin="hand-made", note="fifty events", dialect="openai"))
    return Provider(unsalted(fixture, model=MODEL), KEY, MODEL, PREFIX, _play)


def _play(salted: Salted) -> Script:
    return script(salted.parts, [len(part.raw) for part in salted.parts], hold=False)


async def main() -> None:
    sys.stdin.readline()
    print(json.dumps(await ReplayServer(provider()).start()), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
