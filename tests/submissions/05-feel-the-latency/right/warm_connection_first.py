import json
import os
import time

import requests

session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["OPENAI_API_KEY"]
URL = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
MODEL = os.environ["MODEL"]
SLOW_START = sorted(str(n) for n in range(60_000))  # something else that takes a moment before anything is asked


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    payload = dict(model=MODEL, messages=[dict(role="user", content=prompt)], stream=stream)
    time.sleep(0.15)
    start = time.perf_counter()
    with session.post(URL, json=payload, stream=True) as response:
        response.raise_for_status()
        if not stream:
            response.json()
            total = time.perf_counter() - start
            return total, total
        first = None
        for line in response.iter_lines(chunk_size=1):
            if first is None and line.startswith(b"data: {"):
                choices = json.loads(line[len(b"data: "):]).get("choices") or [{}]
                if choices[0].get("delta", {}).get("content"):
                    first = time.perf_counter() - start
        return first, time.perf_counter() - start
