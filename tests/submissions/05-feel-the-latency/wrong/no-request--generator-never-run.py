import time

from common import MODEL, get_client


def chunks(prompt, stream):
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    yield from reply if stream else [reply]


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = chunks(prompt, stream)
    first = time.perf_counter() - start
    return first, time.perf_counter() - start
