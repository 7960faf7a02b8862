"""The whole body first, then typed out slowly letter by letter."""
import json
import os
import sys
import time

import requests


def type_out(text):
    for letter in text:
        sys.stdout.write(letter)
        sys.stdout.flush()
        time.sleep(0.005)


def inspect_stream(prompt):
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    resp.raise_for_status()
    deltas, text, reason = [], "", None
    body = resp.raw.read()
    for line in body.splitlines():
        if line == b"data: [DONE]":
            break
        if line.startswith(b"data: "):
            choice = json.loads(line[6:])["choices"][0]
            deltas.append(choice["delta"])
            reason = choice["finish_reason"] or reason
            piece = choice["delta"].get("content") or ""
            type_out(piece)
            text += piece
    return {"deltas": deltas, "text": text, "finish_reason": reason}
