import json
import os
import time

import requests


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    base_url = os.environ["OPENAI_BASE_URL"].rstrip("/")
    start = time.perf_counter()
    resp = requests.post(
        f"{base_url}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}", "Content-Type": "application/json"},
        json={
            "model": os.environ["MODEL"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": stream,
        },
        stream=stream,
        timeout=60,
    )
    resp.raise_for_status()
    if not stream:
        total = time.perf_counter() - start
        return total, total

    first = None
    for line in resp.iter_lines():
        if not line:
            continue
        line = line.decode("utf-8")
        if not line.startswith("data: "):
            continue
        payload = line[len("data: "):]
        if payload == "[DONE]":
            break
        chunk = json.loads(payload)
        piece = chunk["choices"][0]["delta"].get("content")
        if piece:
            if first is None:
                first = time.perf_counter() - start
            print(piece, end="", flush=True)
    print()
    return first, time.perf_counter() - start
