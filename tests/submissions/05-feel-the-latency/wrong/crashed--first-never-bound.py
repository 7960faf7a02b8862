import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        for i, chunk in enumerate(reply):
            if i == 0 and chunk.choices[0].delta.content:
                first = time.perf_counter() - start
    total = time.perf_counter() - start
    return (first, total) if stream else (total, total)
