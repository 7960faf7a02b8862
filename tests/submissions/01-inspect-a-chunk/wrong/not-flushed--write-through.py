"""write_through=True empties only the text layer; the byte buffer below keeps everything."""
import json
import os
import sys

import requests


def parse(line):
    if not line.startswith(b"data: "):
        return None
    try:
        return json.loads(line[6:])
    except json.JSONDecodeError:
        return None


def inspect_stream(prompt):
    sys.stdout.reconfigure(write_through=True)
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    resp.raise_for_status()
    deltas, reason = [], None
    for line in resp.iter_lines():
        if line == b"data: [DONE]":
            break
        chunk = parse(line)
        if isinstance(chunk, dict):
            print(chunk["choices"][0]["delta"].get("content", ""), end="|")
            deltas.append(chunk["choices"][0]["delta"])
            reason = chunk["choices"][0]["finish_reason"] or reason
    return {"deltas": deltas, "text": "".join(d.get("content") or "" for d in deltas), "finish_reason": reason}
