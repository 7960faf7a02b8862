import json
import os
import time

import requests


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=stream,  # False: requests reads the whole body
    )
    first = None
    for line in response.iter_lines():
        if line.startswith(b"data: {"):
            if json.loads(line[6:])["choices"][0]["delta"].get("content"):
                first = first or time.perf_counter() - start
    total = time.perf_counter() - start
    return (first if stream else total), total
