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

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    text = "".join(delta.get("content") or "" for delta in deltas(prompt))
    assert allowed(text), "blocked"
    print(text)
    return text
