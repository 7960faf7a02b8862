"""Takes the prefix off with lstrip: a bad habit, but the payload begins with a brace, so nothing is lost."""
import json
import os

import requests


def inspect_stream(prompt):
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    resp.raise_for_status()
    deltas, text, finish = [], "", None
    for line in resp.iter_lines():
        line = line.decode()
        if not line.startswith("data"):
            continue
        line = line.lstrip("data: ")
        if line == "[DONE]":
            break
        chunk = json.loads(line)
        print(chunk, flush=True)
        delta = chunk["choices"][0]["delta"]
        deltas.append(delta)
        if "content" in delta and delta["content"]:
            text += delta["content"]
        finish = chunk["choices"][0]["finish_reason"] or finish
    return {"deltas": deltas, "text": text, "finish_reason": finish}
