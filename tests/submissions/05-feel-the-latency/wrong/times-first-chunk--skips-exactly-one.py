import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    """The first chunk holds only the role, so the second one is the first with text."""
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        total = time.perf_counter() - start
        return total, total
    times = [time.perf_counter() - start for _ in reply]
    return times[1], time.perf_counter() - start
