"""urllib3 directly; an urllib3 response can be looped over line by line."""
import json
import os

import urllib3


def inspect_stream(prompt: str) -> dict:
    http = urllib3.PoolManager()
    resp = http.request(
        "POST",
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "stream": True,
              "messages": [{"role": "user", "content": prompt}]},
        preload_content=False,
    )
    if resp.status != 200:
        raise SystemError(f"HTTP {resp.status}")
    deltas, text, finish_reason = [], "", None
    for line in resp:
        line = line.strip()
        if line.startswith(b"data: "):
            if line.endswith(b" [DONE]") and len(line) == 12:
                break
            chunk = json.loads(line[6:])
            delta = chunk["choices"][0]["delta"]
            deltas.append(delta)
            if delta.get("content") is not None:
                print(delta["content"], flush=True)
                text += delta["content"]
            if chunk["choices"][0].get("finish_reason"):
                finish_reason = chunk["choices"][0]["finish_reason"]
    resp.close()
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
