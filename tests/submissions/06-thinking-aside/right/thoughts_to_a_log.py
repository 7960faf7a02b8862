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

import logging

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("thoughts")


def answer_only(prompt):
    answer, reasoning = [], []
    for delta in deltas(prompt):
        match delta:
            case {"reasoning_content": str(thought)} | {"reasoning": str(thought)} if thought:
                log.info("%s", thought)
                reasoning.append(thought)
        match delta:
            case {"content": str(piece)} if piece:
                print(piece, end="", flush=True)
                answer.append(piece)
    return "".join(answer), "".join(reasoning)
