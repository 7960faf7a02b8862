"""Skips blank lines only; a comment is parsed as JSON."""
import json
import logging
import os
import sys

import requests

log = logging.getLogger("stream")
log.setLevel(logging.INFO)
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
log.addHandler(handler)
log.propagate = False


def inspect_stream(prompt: str) -> dict:
    response = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
        timeout=60,
    )
    response.raise_for_status()
    deltas, text, finish_reason = [], "", None
    for line in response.iter_lines():
        if not line:
            continue
        payload = line.decode("utf-8").removeprefix("data: ")
        if payload == "[DONE]":
            break
        chunk = json.loads(payload)
        log.info("%s", chunk)
        choice = chunk["choices"][0]
        deltas.append(choice["delta"])
        text = text + (choice["delta"].get("content") or "")
        if choice["finish_reason"] is not None:
            finish_reason = choice["finish_reason"]
    log.info("finish_reason=%s, %d chunks", finish_reason, len(deltas))
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
