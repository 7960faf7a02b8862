import http.client
import json
import os
import time
from urllib.parse import urlsplit


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    url = urlsplit(os.environ["OPENAI_BASE_URL"])
    conn = http.client.HTTPConnection(url.netloc, timeout=30)
    body = json.dumps({
        "model": os.environ["MODEL"],
        "messages": [{"role": "user", "content": prompt}],
        "stream": stream,
    })
    begin = time.monotonic()
    conn.request(
        "POST",
        url.path.rstrip("/") + "/chat/completions",
        body,
        {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
    )
    response = conn.getresponse()
    if not stream:
        json.loads(response.read())
        elapsed = time.monotonic() - begin
        return elapsed, elapsed
    first = None
    while True:
        line = response.readline()
        if not line:
            break
        line = line.strip()
        if not line.startswith(b"data:"):
            continue
        payload = line[5:].strip()
        if payload == b"[DONE]":
            break
        content = json.loads(payload)["choices"][0]["delta"].get("content")
        if content and first is None:
            first = time.monotonic() - begin
    total = time.monotonic() - begin
    conn.close()
    return first, total
