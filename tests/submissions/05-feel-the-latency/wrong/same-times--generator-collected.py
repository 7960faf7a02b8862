import json
import os
import time

import requests


def pieces(prompt, stream):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=stream,
    )
    if not stream:
        yield response.json()["choices"][0]["message"]["content"]
        return
    for line in response.iter_lines():
        if line.startswith(b"data: ") and b"[DONE]" not in line:
            piece = json.loads(line[6:])["choices"][0]["delta"].get("content")
            if piece:
                yield piece


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    first = None
    for piece in list(pieces(prompt, stream)):
        if first is None:
            first = time.perf_counter() - start
    return first, time.perf_counter() - start
