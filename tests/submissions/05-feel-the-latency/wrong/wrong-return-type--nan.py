import math
import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    first = math.nan
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and math.isnan(first):
                first = time.perf_counter() - start
    return first, time.perf_counter() - start
