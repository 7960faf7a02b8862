"""Prints every decoded line just as the server wrote it."""
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
    answer = {"deltas": [], "text": "", "finish_reason": None}
    for line in map(bytes.decode, resp.iter_lines()):
        print(line, flush=True)
        if line == "data: [DONE]":
            return answer
        if not line.startswith("data: "):
            continue
        choice = json.loads(line[6:])["choices"][0]
        answer["deltas"].append(choice["delta"])
        answer["text"] += choice["delta"].get("content") or ""
        if choice["finish_reason"]:
            answer["finish_reason"] = choice["finish_reason"]
    return answer
