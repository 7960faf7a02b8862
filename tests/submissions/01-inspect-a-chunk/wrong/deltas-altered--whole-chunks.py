"""The deltas are the whole chunks."""
import json
import os

import requests
from rich.console import Console

console = Console()


def inspect_stream(prompt: str) -> dict:
    deltas, text, finish_reason = [], "", None
    with requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    ) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not line.startswith(b"data: "):
                continue
            if line[6:] == b"[DONE]":
                break
            chunk = json.loads(line[6:])
            console.print(chunk)
            choice = chunk["choices"][0]
            deltas.append(chunk)
            text += choice["delta"].get("content") or ""
            finish_reason = choice["finish_reason"] or finish_reason
    console.rule(f"finish_reason: {finish_reason}")
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
