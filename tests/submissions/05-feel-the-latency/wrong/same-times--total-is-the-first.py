import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    elapsed = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and elapsed is None:
                elapsed = time.perf_counter() - start
    if elapsed is None:
        elapsed = time.perf_counter() - start
    return elapsed, elapsed
