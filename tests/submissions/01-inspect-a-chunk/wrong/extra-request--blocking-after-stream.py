"""Asks a second time, without streaming, only to get the finish reason."""
import json
import os

import requests
from common import MODEL


def inspect_stream(prompt: str) -> dict:
    deltas, finish_reason = [], None
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {os.environ['OPENAI_API_KEY']}"
        with session.post(
            os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
            json={"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
        ) as response:
            response.raise_for_status()
            response.encoding = "utf-8"
            for number, line in enumerate(response.iter_lines(chunk_size=None)):
                if not line.startswith(b"data: "):
                    continue
                payload = line[6:].decode()
                if payload == "[DONE]":
                    break
                chunk = json.loads(payload)
                print(f"--- line {number} ---", flush=True)
                print(json.dumps(chunk, indent=2, ensure_ascii=False), flush=True)
                deltas += [choice["delta"] for choice in chunk["choices"]]
        again = session.post(
            os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
            json={"model": MODEL, "messages": [{"role": "user", "content": prompt}]},
        )
        finish_reason = again.json()["choices"][0]["finish_reason"]
    text = "".join([d["content"] for d in deltas if d.get("content")])
    print("\nThe whole text:\n" + text, flush=True)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
