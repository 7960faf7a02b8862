import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    from itertools import dropwhile

    t = [time.perf_counter()]
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        texts = dropwhile(lambda chunk: not chunk.choices[0].delta.content, reply)
        next(texts)
        t.append(time.perf_counter())
        for _ in texts:
            ...
    t.append(time.perf_counter())
    return t[1] - t[0], t[-1] - t[0]
