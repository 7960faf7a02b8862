"""Leaves the inner loop at [DONE], the outer one goes on reading."""
import codecs
import json
import os
import re

import requests

BLANK_LINE = re.compile(r"\r?\n\r?\n")


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
    for raw in resp.iter_content(chunk_size=1024):
        buffer += decoder.decode(raw)
        *events, buffer = BLANK_LINE.split(buffer)
        for event in events:
            for line in event.split("\n"):
                if not line.startswith("data: "):
                    continue
                payload = line[6:].rstrip("\r")
                if payload == "[DONE]":
                    break
                chunk = json.loads(payload)
                print(json.dumps(chunk), flush=True)
                deltas.append(chunk["choices"][0]["delta"])
                finish = chunk["choices"][0]["finish_reason"] or finish
    resp.close()
    text = "".join(d.get("content") or "" for d in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish}
