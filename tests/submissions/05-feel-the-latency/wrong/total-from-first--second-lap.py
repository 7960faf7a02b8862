import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    mark = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        total = time.perf_counter() - mark
        return total, total
    first = None
    for chunk in reply:
        if chunk.choices[0].delta.content and first is None:
            now = time.perf_counter()
            first = now - mark
            mark = now
    return first, time.perf_counter() - mark
