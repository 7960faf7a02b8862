import json
import os

import httpx2


def stream(prompt):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    with httpx2.Client(timeout=30) as client, client.stream("POST", url, json=body, headers=headers) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                yield json.loads(line[6:])

from typing import NamedTuple


class Reply(NamedTuple):
    answer: str
    reasoning: str


def answer_only(prompt: str) -> Reply:
    answer, reasoning = [], []
    for chunk in stream(prompt):
        for choice in chunk["choices"]:
            d = choice["delta"]
            reasoning.extend(d[key] for key in ("reasoning", "reasoning_content") if d.get(key))
            if d.get("content"):
                answer.append(d["content"])
                print(answer[-1], end="", flush=True)
    return Reply("".join(answer), "".join(reasoning))
