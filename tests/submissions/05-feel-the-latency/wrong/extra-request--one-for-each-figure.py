import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    start = time.perf_counter()
    first = None
    if stream:
        for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
            if chunk.choices[0].delta.content:
                first = time.perf_counter() - start
                break
    start = time.perf_counter()
    client.chat.completions.create(model=MODEL, messages=messages)
    total = time.perf_counter() - start
    return first or total, total
