import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    chunks = list(reply) if stream else [reply]
    start = time.perf_counter()
    first = None
    for chunk in chunks:
        if stream and chunk.choices[0].delta.content and first is None:
            first = time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total
