"""Measures, prints a small table, and returns the figures exact to a millisecond."""

import logging
import time
from typing import NamedTuple

from common import MODEL, get_client

log = logging.getLogger("latency")
logging.basicConfig(level=logging.INFO, format="%(message)s")


class Latency(NamedTuple):
    first: float
    total: float


def time_reply(prompt: str, stream: bool) -> Latency:
    client = get_client()
    first: float | None = None
    pieces: list[str] = []

    begin = time.perf_counter()
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        for chunk in reply:
            delta = chunk.choices[0].delta if chunk.choices else None
            if delta is not None and delta.content:
                pieces.append(delta.content)
                first = first if first is not None else time.perf_counter() - begin
    else:
        pieces.append(reply.choices[0].message.content or "")
    total = time.perf_counter() - begin

    result = Latency(round(first if first is not None else total, 3), round(total, 3))
    print(f"{'mode':10} {'first':>8} {'total':>8}")
    print(f"{'stream' if stream else 'blocking':10} {result.first:8.3f} {result.total:8.3f}")
    log.info("%d characters", len("".join(pieces)))
    return result
