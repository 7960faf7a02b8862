import os
import time

import requests


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        stream=stream,
    )
    first = None
    for line in response.iter_lines():
        if line.startswith(b"data: ") and first is None:
            first = time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total
