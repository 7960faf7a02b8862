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
    first = response.elapsed.total_seconds()
    return first, time.perf_counter() - start
