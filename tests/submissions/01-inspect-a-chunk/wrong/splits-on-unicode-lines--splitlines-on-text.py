"""A text buffer cut with str.splitlines."""
import codecs
import json
import os

import requests


def inspect_stream(prompt: str) -> dict:
    resp = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={
            "model": os.environ["MODEL"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
        },
        stream=True,
        timeout=(5, 60),
    )
    resp.raise_for_status()
    decoder = codecs.getincrementaldecoder("utf-8")()
    buffer = ""
    deltas, finish = [], None
    done = False
    for raw in resp.iter_content(chunk_size=1024):
        buffer += decoder.decode(raw)
        if not buffer.endswith("\n"):
            continue
        for line in buffer.splitlines():
            if not line.startswith("data: "):
                continue
            payload = line[6:]
            if payload == "[DONE]":
                done = True
                break
            chunk = json.loads(payload)
            print(json.dumps(chunk), flush=True)
            deltas.append(chunk["choices"][0]["delta"])
            finish = chunk["choices"][0]["finish_reason"] or finish
        buffer = ""
        if done:
            break
    resp.close()
    text = "".join(d.get("content") or "" for d in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish}
