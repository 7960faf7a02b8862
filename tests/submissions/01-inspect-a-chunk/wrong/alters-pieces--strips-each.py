"""Strips every piece."""
import json
import os

import requests

from common import MODEL


def show(label, value):
    print(f"{label:>12}: {value}", flush=True)


def inspect_stream(prompt):
    show("prompt", prompt)
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    resp.raise_for_status()
    deltas = []
    finish_reason = None
    for line in resp.iter_lines():
        if line == b"data: [DONE]":
            break
        if not line.startswith(b"data: "):
            continue
        chunk = json.loads(line[6:])
        delta = chunk["choices"][0]["delta"]
        deltas.append(delta)
        show(f"chunk {len(deltas)}", "")
        show("id", chunk["id"])
        show("keys", sorted(delta))
        show("content", delta.get("content"))
        if chunk["choices"][0]["finish_reason"]:
            finish_reason = chunk["choices"][0]["finish_reason"]
            show("finished", finish_reason)
    text = "".join((delta.get("content") or "").strip() for delta in deltas)
    show("text", text)
    show("characters", len(text))
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
