import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    count = 1
    if stream:
        count = sum(1 for chunk in reply if chunk.choices[0].delta.content)
    total = time.perf_counter() - start
    return total / count, total
