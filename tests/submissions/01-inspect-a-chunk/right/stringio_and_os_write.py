"""Collects in io.StringIO and writes to descriptor 1 without any buffer."""
import io
import json
import os

import requests


def inspect_stream(prompt: str) -> dict:
    response = requests.request(
        method="POST",
        url=os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Accept": "text/event-stream"},
        data=json.dumps({
            "model": os.environ["MODEL"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
        }),
        stream=True,
    )
    response.raise_for_status()
    text = io.StringIO()
    deltas = list()
    finish_reason = None
    for line in response.raw:
        line = line.strip()
        if line == b"data: [DONE]":
            break
        if not line.startswith(b"data: "):
            continue
        choice = json.loads(line[6:])["choices"][0]
        deltas.append(choice["delta"])
        finish_reason = choice["finish_reason"] or finish_reason
        if choice["delta"].get("content"):
            text.write(choice["delta"]["content"])
            os.write(1, choice["delta"]["content"].encode("utf-8"))
    os.write(1, b"\n")
    response.close()
    return {"deltas": deltas, "text": text.getvalue(), "finish_reason": finish_reason}
