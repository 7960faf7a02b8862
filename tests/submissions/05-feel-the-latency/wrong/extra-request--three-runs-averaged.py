import time

from common import MODEL, get_client


def once(prompt, stream):
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and first is None:
                first = time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    runs = [once(prompt, stream) for _ in range(3)]
    return sum(first for first, _ in runs) / 3, sum(total for _, total in runs) / 3
