import json
import os
import time

import requests


def ask(prompt, stream):
    return requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=stream,
        timeout=30,
    )


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    response = ask(prompt, stream)
    t0 = time.perf_counter()
    t1 = None
    if stream:
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                delta = json.loads(line[6:])["choices"][0]["delta"]
                if delta.get("content") and not t1:
                    t1 = time.perf_counter()
    else:
        response.json()
    t2 = time.perf_counter()
    return (t1 or t2) - t0, t2 - t0
