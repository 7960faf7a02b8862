import contextlib
import time

from common import MODEL, get_client


@contextlib.contextmanager
def timer():
    start = time.perf_counter()
    yield lambda: time.perf_counter() - start


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    with timer() as elapsed:
        reply = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
        )
        if not stream:
            return (total := elapsed()), total
        chunks = iter(reply)
        for chunk in chunks:
            if chunk.choices[0].delta.content:
                first = elapsed()
                break
        for chunk in chunks:
            pass
        return first, elapsed()
