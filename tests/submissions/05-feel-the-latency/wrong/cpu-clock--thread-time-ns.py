import json
import os
from time import thread_time_ns

import requests


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = thread_time_ns()
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=stream,
    )
    first = None
    for line in response.iter_lines():
        if stream and line.startswith(b"data: {"):
            if json.loads(line[6:])["choices"][0]["delta"].get("content") and first is None:
                first = (thread_time_ns() - start) / 1e9
    total = (thread_time_ns() - start) / 1e9
    return first or total, total
