import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        total = time.perf_counter() - start
        return total, total
    last = start
    gaps = []
    for chunk in reply:
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
    return gaps[0], sum(gaps)
