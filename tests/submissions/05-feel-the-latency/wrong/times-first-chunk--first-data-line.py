import json
import os
import time

import requests


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    response = requests.post(
        f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        stream=stream,
    )
    if not stream:
        elapsed = time.perf_counter() - start
        return elapsed, elapsed
    first = 0.0
    for line in response.iter_lines():
        if line.startswith(b"data: ") and not first:
            first = time.perf_counter() - start  # time to first token
    return first, time.perf_counter() - start
