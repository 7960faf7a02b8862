import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    last = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = gap = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content:
                gap = time.perf_counter() - last
                last = time.perf_counter()
                first = first or gap
        return first, gap
    gap = time.perf_counter() - last
    return gap, gap
