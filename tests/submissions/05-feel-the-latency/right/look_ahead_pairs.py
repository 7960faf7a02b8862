import itertools
import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        took = time.perf_counter() - start
        return took, took
    first = None
    # pairwise, to know which chunk is the last one
    for chunk, following in itertools.pairwise(reply):
        if chunk.choices[0].delta.content and first is None:
            first = time.perf_counter() - start
        if following.choices[0].finish_reason:
            print("finished:", following.choices[0].finish_reason)
    return first, time.perf_counter() - start
