import json
import os
import time

import requests


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=stream,
    )
    if not stream:
        total = time.perf_counter() - start
        return total, total
    for line in response.iter_lines():
        if line:
            chunk = json.loads(line)
            if chunk["choices"][0]["delta"]["content"]:
                first = time.perf_counter() - start
                break
    return first, time.perf_counter() - start
