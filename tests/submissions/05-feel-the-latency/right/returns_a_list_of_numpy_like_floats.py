import time

from common import MODEL, get_client


class Seconds(float):
    def __repr__(self):
        return f"{float(self):.3f} s"


def time_reply(prompt, stream):
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        total = Seconds(time.perf_counter() - start)
        return [total, total]
    first = None
    for chunk in reply:
        if first is None and chunk.choices[0].delta.content:
            first = Seconds(time.perf_counter() - start)
    return [first, Seconds(time.perf_counter() - start)]
