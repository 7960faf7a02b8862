import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    start = time.perf_counter()
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and first is None:
                first = time.perf_counter() - start
    total = time.perf_counter() - start
    return (total if first is None else first), total
