"""httpx2: post instead of stream, so the whole body is there before the loop begins."""
import json
import os

import httpx2

from common import MODEL


def inspect_stream(prompt: str) -> dict:
    response = httpx2.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True},
        timeout=60,
    )
    response.raise_for_status()
    deltas, finish_reason = [], None
    for line in response.content.splitlines():
        if not line.startswith(b"data: "):
            continue
        payload = line[6:]
        if payload == b"[DONE]":
            break
        chunk = json.loads(payload)
        print(chunk, flush=True)
        deltas.append(chunk["choices"][0]["delta"])
        finish_reason = chunk["choices"][0]["finish_reason"] or finish_reason
    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
