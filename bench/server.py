"""1000 concurrent streams of 50 events: CPU time of the replay server's process beside that of a bare one's."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator

from bench import replay, wire
from bench.measure import Role, Row, alternately
from grader.replay.provider import Request

STREAMS = 1000
TIMES = 11
BOUND = 2.0


def request() -> str:
    """As the openai SDK sends it, headers and all."""
    body = json.dumps({"model": replay.MODEL, "messages": [{"role": "user", "content": "Count."}], "stream": True})
    headers = {
        "Host": "127.0.0.1:8000",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "keep-alive",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "OpenAI/Python",
        "X-Stainless-Lang": "python",
        "X-Stainless-OS": "Linux",
        "X-Stainless-Async": "false",
        "Authorization": f"Bearer {replay.KEY}",
        "Content-Length": str(len(body)),
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"POST {replay.PREFIX}/chat/completions HTTP/1.1", *lines, "", body])


def rows() -> Iterator[Row]:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the processes inherit it
    if hard != resource.RLIM_INFINITY and hard < STREAMS + 50:
        raise SystemExit(f"bench: {STREAMS} streams need as many open files; this user may have {hard} (ulimit -Hn)")
    sent = wire.writes(replay.provider().answer(_as_taken(request())))
    assert len(sent) == replay.EVENTS + 2  # the head and the end beside the events
    with (
        Role("bench.replay", None) as ours,
        Role("bench.bare", wire.as_text(sent)) as bare,
        Role("bench.load", [bare.said, 1, request()]) as client,
    ):
        reply = client.said[1]

        def cpu(server: Role) -> float:
            before = server.cpu()
            if client.ask([server.said, STREAMS, request()]) != [STREAMS, reply]:
                raise RuntimeError("the two servers did not send the same, or not to everyone")
            return server.cpu() - before

        name = f"server: {STREAMS} streams, CPU"
        yield alternately(name, lambda: cpu(ours), lambda: cpu(bare), times=TIMES, bound=BOUND)


def _as_taken(text: str) -> Request:
    """The request as the replay server hands it to its provider."""
    body = text.partition("\r\n\r\n")[2].encode()
    return Request("POST", f"{replay.PREFIX}/chat/completions", {"authorization": f"Bearer {replay.KEY}"}, body)
