import time

from common import MODEL, get_client


def time_reply(prompt):
    start = time.perf_counter()
    first = None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices[0].delta.content and first is None:
            first = time.perf_counter() - start
    return first, time.perf_counter() - start
