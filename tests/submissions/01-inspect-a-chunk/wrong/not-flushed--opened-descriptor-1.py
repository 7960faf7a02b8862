"""Challenge 01: inspect a chunk."""

import json
import os

import requests

out = open(1, "w", encoding="utf-8", closefd=False)


def inspect_stream(prompt: str) -> dict:
    r = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    deltas, finish = [], None
    for line in r.iter_lines():
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: "):
            chunk = json.loads(line[6:])
            print(chunk, file=out)
            deltas.append(chunk["choices"][0]["delta"])
            finish = chunk["choices"][0]["finish_reason"] or finish
    out.flush()
    return {"deltas": deltas, "text": "".join(d.get("content") or "" for d in deltas), "finish_reason": finish}
