"""Mistake: done by hand with requests; this challenge asks for the SDK."""
import json
import os

import requests


def stream_reply(prompt, include_usage):
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        body["stream_options"] = {"include_usage": True}
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json=body,
        stream=True,
        timeout=60,
    )
    resp.raise_for_status()
    text, usage = "", None
    for line in resp.iter_lines():
        if not line.startswith(b"data: "):
            continue
        if line == b"data: [DONE]":
            break
        chunk = json.loads(line[6:].decode("utf-8"))
        if chunk.get("usage"):
            usage = chunk["usage"]
        if chunk["choices"]:
            piece = chunk["choices"][0]["delta"].get("content")
            if piece:
                print(piece, end="", flush=True)
                text += piece
    return text, usage
