"""Mistake: a part of it is still missing, and says so with the exception of an untouched stub."""
import json
import os
from collections import deque

import requests


def chunks(prompt):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]},
        stream=True,
    )
    for line in response.iter_lines():
        if line.startswith(b"data: "):
            if line == b"data: [DONE]":
                return
            yield json.loads(line[6:])


def inspect_stream(prompt: str) -> dict:
    deltas, finish, waiting = [], None, deque()
    for chunk in chunks(prompt):
        waiting.append(chunk)
        if len(waiting) > 0:
            print(waiting.popleft(), flush=True)
        deltas.append(chunk["choices"][0]["delta"])
        finish = chunk["choices"][0]["finish_reason"] or finish
    for chunk in waiting:
        print(chunk, flush=True)
    raise NotImplementedError("the result comes tomorrow")
