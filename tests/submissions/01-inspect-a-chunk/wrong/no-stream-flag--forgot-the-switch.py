"""stream=True for requests, but nothing about it in the JSON body."""
import json
import os
import sys

import requests


def inspect_stream(prompt):
    url = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
    r = requests.post(
        url,
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]},
        stream=True,
    )
    r.raise_for_status()
    result = {"deltas": [], "text": "", "finish_reason": None}
    buf = b""
    for data in r.iter_content(chunk_size=None):
        buf += data
        while b"\n" in buf:
            line, buf = buf.split(b"\n", 1)
            line = line.rstrip(b"\r")
            if not line.startswith(b"data:"):
                continue
            line = line[5:].strip()
            if line == b"[DONE]":
                r.close()
                return result
            choice = json.loads(line)["choices"][0]
            result["deltas"].append(choice["delta"])
            result["finish_reason"] = choice["finish_reason"] or result["finish_reason"]
            piece = choice["delta"].get("content") or ""
            result["text"] += piece
            sys.stdout.write(piece)
            sys.stdout.flush()
    return result
