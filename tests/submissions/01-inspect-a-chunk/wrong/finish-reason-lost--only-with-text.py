"""Looks for the finish reason only where there is text."""
import json
import os

import requests


def inspect_stream(prompt: str) -> dict:
    base_url = os.environ["OPENAI_BASE_URL"].rstrip("/")
    api_key = os.environ["OPENAI_API_KEY"]
    model = os.environ["MODEL"]
    resp = requests.post(
        f"{base_url}/chat/completions",
        headers={"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
        json={
            "model": model,
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
        },
        stream=True,
        timeout=60,
    )
    resp.raise_for_status()

    deltas = []
    text = ""
    finish_reason = None
    for line in resp.iter_lines():
        if not line:
            continue
        line = line.decode("utf-8")
        if not line.startswith("data: "):
            continue
        payload = line[len("data: "):]
        if payload == "[DONE]":
            break
        chunk = json.loads(payload)
        print(chunk, flush=True)
        choice = chunk["choices"][0]
        deltas.append(choice["delta"])
        piece = choice["delta"].get("content")
        if piece:
            text += piece
            finish_reason = choice.get("finish_reason")
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
