import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    start = time.perf_counter()
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content is not None and first is None:
                first = time.perf_counter() - start
    total = time.perf_counter() - start
    return (first if stream else total), total
