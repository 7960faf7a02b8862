import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    for chunk in reply if stream else ():
        if chunk.choices[0].delta.content:
            first = first or time.perf_counter() - start
    total = time.perf_counter() - start
    return round(first or total, 1), round(total, 1)
