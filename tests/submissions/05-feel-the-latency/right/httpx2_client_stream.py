import json
import os
import time

import httpx2


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    request = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    url = f"{os.environ['OPENAI_BASE_URL']}/chat/completions"
    with httpx2.Client(timeout=None) as client:
        if not stream:
            before = time.perf_counter()
            client.post(url, json=request, headers=headers).raise_for_status()
            after = time.perf_counter()
            return after - before, after - before
        marks = {"start": time.perf_counter()}
        with client.stream("POST", url, json=request | {"stream": True}, headers=headers) as response:
            for line in response.iter_lines():
                field, _, value = line.partition(":")
                if field != "data" or value.strip() == "[DONE]":
                    continue
                if json.loads(value)["choices"][0]["delta"].get("content"):
                    marks.setdefault("first", time.perf_counter())
        marks["end"] = time.perf_counter()
    return marks["first"] - marks["start"], marks["end"] - marks["start"]
