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

def answer_only(prompt):
    answer, thoughts = "", ""
    for delta in deltas(prompt):
        if "reasoning_content" in delta:
            thoughts += str(delta["reasoning_content"])
        elif "reasoning" in delta:
            thoughts += str(delta["reasoning"])
        if delta.get("content"):
            answer += delta["content"]
            print(delta["content"], end="", flush=True)
    return answer, thoughts
