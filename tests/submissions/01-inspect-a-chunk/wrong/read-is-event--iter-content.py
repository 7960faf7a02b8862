"""One read of iter_content is taken for one event."""
import codecs
import json
import os

import requests


def inspect_stream(prompt: str) -> dict:
    response = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    response.raise_for_status()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    deltas, text, finish_reason = [], "", None
    for read in response.iter_content(chunk_size=None):
        lines = utf8.decode(read).strip().split("\n")
        event = "".join(line for line in lines if line.startswith("data: "))
        if not event:
            continue
        if event.strip() == "data: [DONE]":
            break
        chunk = json.loads(event[6:])
        print(chunk, flush=True)
        choice = chunk["choices"][0]
        deltas.append(choice["delta"])
        text += choice["delta"].get("content") or ""
        finish_reason = choice["finish_reason"] or finish_reason
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
