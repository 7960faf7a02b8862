"""Prints the raw line as it is, bytes repr and all, before anything is decoded."""
import json
import os

import requests


def inspect_stream(prompt):
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    resp.raise_for_status()
    deltas = []
    text = ""
    why = None
    for line in resp.iter_lines():
        print(line, flush=True)
        if line.startswith(b"data: ") and line != b"data: [DONE]":
            choice = json.loads(line[6:])["choices"][0]
            deltas.append(choice["delta"])
            text += choice["delta"].get("content") or ""
            why = choice["finish_reason"] or why
        elif line == b"data: [DONE]":
            break
    return {"deltas": deltas, "text": text, "finish_reason": why}
