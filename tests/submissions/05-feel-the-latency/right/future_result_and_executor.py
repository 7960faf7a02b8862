import time
from concurrent.futures import ThreadPoolExecutor

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    with ThreadPoolExecutor(2) as pool:
        start = time.perf_counter()
        reply = pool.submit(
            get_client().chat.completions.create,
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
            stream=stream,
        ).result()
        if not stream:
            took = time.perf_counter() - start
            return took, took
        stamps = []

        def consume():
            for chunk in reply:
                if chunk.choices[0].delta.content:
                    stamps.append(time.perf_counter())

        pool.submit(consume).result()
        return stamps[0] - start, time.perf_counter() - start
