"""Looks for [DONE] in what json.loads has returned."""
import http.client
import json
import os
from urllib.parse import urlsplit


def inspect_stream(prompt: str) -> dict:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    conn_class = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    conn = conn_class(url.hostname, url.port, timeout=30)
    try:
        conn.request(
            "POST",
            url.path.rstrip("/") + "/chat/completions",
            body=json.dumps({"model": os.environ["MODEL"],
                             "messages": [{"role": "user", "content": prompt}],
                             "stream": True}),
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}",
                     "Content-Type": "application/json"},
        )
        response = conn.getresponse()
        if response.status != 200:
            raise RuntimeError(f"server said {response.status}: {response.read()!r}")
        deltas = []
        finish_reason = None
        while True:
            line = response.readline()
            if not line:
                break
            line = line.strip()
            if not line.startswith(b"data: "):
                continue
            chunk = json.loads(line[6:])
            if chunk == "[DONE]":
                break
            print(json.dumps(chunk, ensure_ascii=False), flush=True)
            choice = chunk["choices"][0]
            deltas.append(choice["delta"])
            finish_reason = choice["finish_reason"] or finish_reason
    finally:
        conn.close()
    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
