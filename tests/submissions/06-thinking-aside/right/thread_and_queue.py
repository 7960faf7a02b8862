import json
import os

import requests


def deltas(prompt):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    response.raise_for_status()
    for line in response.iter_lines():
        if not line.startswith(b"data: "):
            continue
        data = line[6:]
        if data == b"[DONE]":
            return
        for choice in json.loads(data)["choices"]:
            yield choice["delta"]

import queue
import sys
import threading


def produce(prompt, out):
    try:
        for delta in deltas(prompt):
            out.put(delta)
    finally:
        out.put(None)


def answer_only(prompt):
    out = queue.Queue()
    threading.Thread(target=produce, args=(prompt, out), daemon=True).start()
    answer, reasoning = "", ""
    while (delta := out.get()) is not None:
        for key, value in delta.items():
            if key.startswith("reasoning") and value:
                reasoning += value
        if delta.get("content"):
            answer += delta["content"]
            sys.stdout.write(delta["content"])
            sys.stdout.flush()
    return answer, reasoning
