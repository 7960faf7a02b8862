import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    ttft = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and ttft is None:
                ttft = round((time.perf_counter() - start) * 1000, 1)
    total = time.perf_counter() - start
    return ttft or total, total
