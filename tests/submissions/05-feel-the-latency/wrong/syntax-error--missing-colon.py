import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    if stream
        first = time.perf_counter() - start
    return first, time.perf_counter() - start
