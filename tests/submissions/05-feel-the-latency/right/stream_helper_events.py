import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    ask = {"model": MODEL, "messages": [{"role": "user", "content": prompt}]}
    start = time.perf_counter()
    if not stream:
        client.chat.completions.create(**ask)
        total = time.perf_counter() - start
        return total, total
    first = None
    with client.chat.completions.stream(**ask) as events:
        for event in events:
            if event.type == "content.delta" and event.delta and first is None:
                first = time.perf_counter() - start
    return first, time.perf_counter() - start
